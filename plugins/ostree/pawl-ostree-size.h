/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <ostree.h>

G_BEGIN_DECLS

gboolean pawl_ostree_size_has_whole (OstreeRepo *repo, const char *commit);
gboolean pawl_ostree_size_of_missing (OstreeRepo *repo,
                                      const char *commit,
                                      guint64 *out_download,
                                      guint64 *out_disk,
                                      GCancellable *cancellable);
gboolean pawl_ostree_size_of_boot (OstreeRepo *repo,
                                   const char *commit,
                                   const char *running,
                                   guint64 *out_bytes,
                                   GCancellable *cancellable,
                                   GError **error);
gboolean
pawl_ostree_size_get_free (int dir_fd, const char *path, guint64 *out_bytes, GError **error);
gboolean pawl_ostree_size_check_free (int dir_fd,
                                      const char *path,
                                      guint64 wanted,
                                      const char *name,
                                      GError **error);

G_END_DECLS
