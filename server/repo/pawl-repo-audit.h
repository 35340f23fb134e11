/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What was done to the work folder, by whom and when: one JSON object a line, each with the SHA-256
 * of the line before it. Whoever changes a line has to change all later ones, which git and the
 * colleagues' copies show. */
gboolean pawl_repo_audit_append (const char *path,
                                 gint64 now_us,
                                 const char *command,
                                 const char *detail,
                                 GError **error);

typedef struct
{
  guint lines;
  char *head;     /* (owned): SHA-256 of the last line */
  gint64 last_us; /* when the last line was written; 0 without one */
} PawlRepoAuditState;

void pawl_repo_audit_state_clear (PawlRepoAuditState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PawlRepoAuditState, pawl_repo_audit_state_clear)

gboolean pawl_repo_audit_check (const char *path, PawlRepoAuditState *out_state, GError **error);

G_END_DECLS
