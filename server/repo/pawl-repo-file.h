/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Files that are complete or absent: each write goes to a temporary file, is synced, and renamed.
 * The folder is made when it is not there. */
GBytes *pawl_repo_file_read (const char *path, GError **error);
GBytes *pawl_repo_file_read_optional (const char *path, GError **error);
gboolean pawl_repo_file_write (const char *path, GBytes *bytes, int mode, GError **error);
gboolean pawl_repo_file_write_changed (const char *path, GBytes *bytes, GError **error);
gboolean pawl_repo_file_make_parent (const char *path, GError **error);
gboolean pawl_repo_file_sync_parent (const char *path, GError **error);
gboolean pawl_repo_file_sync_all (const char *folder, GError **error);
gboolean pawl_repo_file_remove (const char *path, GError **error);
gboolean pawl_repo_file_remove_tree (const char *path, GError **error);
gboolean pawl_repo_file_is_same (const char *one, const char *two);
GPtrArray *pawl_repo_file_list (const char *folder, const char *suffix, GError **error);

/* Content: hashed while it is copied, so what is announced is what was read. */
typedef struct
{
  char *sha256; /* (owned) */
  char *sha512; /* (owned) */
  guint64 length;
} PawlRepoDigest;

void pawl_repo_digest_clear (PawlRepoDigest *digest);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PawlRepoDigest, pawl_repo_digest_clear)

gboolean pawl_repo_file_digest (const char *path, PawlRepoDigest *out_digest, GError **error);
gboolean pawl_repo_file_copy_unsynced (const char *source,
                                       const char *destination,
                                       const char *sha256,
                                       GError **error);
gboolean pawl_repo_file_copy (const char *source,
                              const char *destination,
                              const char *sha256,
                              GError **error);

G_END_DECLS
