/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* OSTree repositories, through the `ostree` program: it is where commits are made anyway. */
char *pawl_repo_ostree_resolve (const char *repository, const char *commit_or_ref, GError **error);
gboolean pawl_repo_ostree_copy (const char *source,
                                const char *destination,
                                const char *commit,
                                GError **error);
gboolean pawl_repo_ostree_push (const char *source,
                                const char *destination,
                                const char *ref,
                                gboolean delta,
                                char **out_commit,
                                GError **error);

/* The same to a host, `ssh://[USER@]HOST[:PORT]/PATH`. */
gboolean pawl_repo_ostree_push_ssh (const char *source,
                                    const char *destination,
                                    const char *ref,
                                    gboolean delta,
                                    char **out_commit,
                                    GError **error);

G_END_DECLS
