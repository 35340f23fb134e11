/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Files of which there may be hundreds of thousands, so that none can have a sync of its own. Each
 * is written beside its place; a commit syncs the file system once, and then they appear. What has
 * to appear only when everything else is there is added as last. */
typedef struct _PawlRepoBatch PawlRepoBatch;

PawlRepoBatch *pawl_repo_batch_new (const char *folder);
void pawl_repo_batch_free (PawlRepoBatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlRepoBatch, pawl_repo_batch_free)

typedef enum
{
  PAWL_REPO_BATCH_FIRST, /* with all others */
  PAWL_REPO_BATCH_LAST,  /* in the order of their adding, when all others are there */
} PawlRepoBatchWhen;

gboolean pawl_repo_batch_add (PawlRepoBatch *self,
                              PawlRepoBatchWhen when,
                              const char *path,
                              GBytes *bytes,
                              GError **error);
gboolean pawl_repo_batch_link (PawlRepoBatch *self,
                               PawlRepoBatchWhen when,
                               const char *path,
                               const char *source,
                               GError **error);
gboolean pawl_repo_batch_copy (PawlRepoBatch *self,
                               const char *path,
                               const char *source,
                               const char *sha256,
                               GError **error);
void pawl_repo_batch_remove (PawlRepoBatch *self, const char *path);
gboolean pawl_repo_batch_commit (PawlRepoBatch *self, GError **error);
gboolean pawl_repo_batch_commit_if_large (PawlRepoBatch *self, GError **error);

G_END_DECLS
