/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <ostree.h>

G_BEGIN_DECLS

GStrv pawl_ostree_kargs_new (OstreeDeployment *merge, GVariant *custom, GError **error);

G_END_DECLS
