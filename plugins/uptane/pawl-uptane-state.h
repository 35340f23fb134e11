/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/* What has to be remembered besides trusted metadata: one keyfile in the state folder, replaced in
 * one step. It blocks: for a worker thread. */
typedef struct _PawlUptaneState PawlUptaneState;

PawlUptaneState *pawl_uptane_state_load (const char *folder, GError **error);
void pawl_uptane_state_free (PawlUptaneState *self);
gboolean pawl_uptane_state_save (PawlUptaneState *self, GError **error);

char *pawl_uptane_state_dup_string (PawlUptaneState *self, const char *group, const char *key);
void pawl_uptane_state_set_string (PawlUptaneState *self,
                                   const char *group,
                                   const char *key,
                                   const char *value);
gint64 pawl_uptane_state_get_int (PawlUptaneState *self, const char *group, const char *key);
void
pawl_uptane_state_set_int (PawlUptaneState *self, const char *group, const char *key, gint64 value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlUptaneState, pawl_uptane_state_free)

G_END_DECLS
