/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf.h>

G_BEGIN_DECLS

/* A device that was made with @root and has slept ever since: does it accept what is there? */
typedef struct
{
  PawlTufFetchFunc fetch;
  gpointer fetch_data; /* (unowned) */
  const char *content; /* (nullable): the folder of the targets' bytes, to check them, too */
  PawlTufClientFlags flags;
  gint64 now_us;
  gint64 root_version;      /* out */
  gint64 timestamp_version; /* out; 0 without one */
  guint targets;            /* out */
  guint contents;           /* out */
} PawlRepoVerify;

gboolean pawl_repo_verify (PawlRepoVerify *self, GBytes *root, GError **error);

/* Files below a folder, as a web server gives them. */
GBytes *pawl_repo_verify_fetch_folder (const char *path,
                                       gsize max_size,
                                       gboolean *out_missing,
                                       gpointer folder,
                                       GError **error);
/* Files below an address, through the `curl` program. */
GBytes *pawl_repo_verify_fetch_url (const char *path,
                                    gsize max_size,
                                    gboolean *out_missing,
                                    gpointer url,
                                    GError **error);

G_END_DECLS
