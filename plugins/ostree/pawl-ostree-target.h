/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_OSTREE_FORMAT "OSTREE"

char *pawl_ostree_target_dup_commit (PawlTarget *target, GError **error);

G_END_DECLS
