/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-config.h"

G_BEGIN_DECLS

gboolean pawl_config_is_group_of (const PawlKey *key, const char *group);
const PawlKey *pawl_config_find_key (const char *group, const char *name);
gboolean pawl_config_refuse (GError **error,
                             const char *origin,
                             const char *group,
                             const char *key,
                             const char *why);
gboolean pawl_config_check_rules (PawlConfig *self, GError **error);
GPtrArray *pawl_config_get_groups (PawlConfig *self);
GStrv pawl_config_dup_keys (PawlConfig *self, const char *group);

G_END_DECLS
