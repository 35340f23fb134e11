/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/* Serves @instance (transfer full) on one end of a socket pair, and returns what calls it from the
 * other: the same as an isolated plugin, but in one process. */
GObject *test_isolate (GObject *instance, GType interface, PawlContext *context);

G_END_DECLS
