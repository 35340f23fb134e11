/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A configuration with every key of the daemon's own groups, commented out, with its default, its
 * unit and its range. (transfer full) */
char *pawl_sample_make (void);

G_END_DECLS
