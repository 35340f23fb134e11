/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-cli.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-publish.h"
#include "pawl-repo-tx.h"
#include "pawl-repo-verify.h"

#include <string.h>

/* A transaction that is complete is published; one that is not does not hold up what is signed. */
static gboolean
apply (PawlRepoWork *work, gboolean *out_waiting, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  *out_waiting = FALSE;
  if (pawl_repo_tx_apply (work, NULL, NULL, &local_error))
    return TRUE;
  *out_waiting = g_error_matches (local_error, PAWL_REPO_ERROR, PAWL_REPO_ERROR_INCOMPLETE) &&
                 pawl_repo_work_get_root_version (work) > 0;
  if (*out_waiting)
    g_printerr ("pawl-repo: only what is signed is published: %s\n", local_error->message);
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return *out_waiting;
}

gboolean
pawl_repo_cmd_publish (PawlRepoCli *cli, char **args, GError **error)
{
  PawlRepoPublished published = {NULL};
  const GOptionEntry entries[] = {
    PAWL_REPO_CLI_SWITCH (published.switched),
    {NULL},
  };
  g_autoptr (PawlRepoWork) work = NULL;
  gboolean waiting = FALSE;

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, "publish FOLDER [--switch]", error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  if (work == NULL || !apply (work, &waiting, error) ||
      !pawl_repo_publish (work, args[1], &published, error))
    return FALSE;
  g_print ("published in %s: %u metadata files and %u targets are new\n", args[1], published.files,
           published.contents);
  return TRUE;
}

static gboolean
is_url (const char *text)
{
  return g_str_has_prefix (text, "http://") || g_str_has_prefix (text, "https://");
}

gboolean
pawl_repo_cmd_verify (PawlRepoCli *cli, char **args, GError **error)
{
  g_autofree char *root = NULL;
  gboolean director = FALSE;
  gboolean metadata_only = FALSE;
  const GOptionEntry entries[] = {
    {"root",  0, 0, G_OPTION_ARG_FILENAME, &root, "the root that devices are made with", "FILE"},
    {"director",      0, 0, G_OPTION_ARG_NONE, &director, "it is an Uptane Director", NULL},
    {"metadata-only",  0, 0, G_OPTION_ARG_NONE, &metadata_only, "do not read the targets", NULL},
    {NULL},
  };
  PawlRepoVerify verify = {.now_us = g_get_real_time ()};
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *source = NULL;
  g_autofree char *content = NULL;

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, "verify FOLDER|URL --root FILE", error))
    return FALSE;
  if (root == NULL)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "wanted --root FILE: nothing is trusted by itself");
  source = g_str_has_prefix (args[1], "file://") ? g_filename_from_uri (args[1], NULL, error)
                                                 : g_strdup (args[1]);
  bytes = source != NULL ? pawl_repo_file_read (root, error) : NULL;
  if (bytes == NULL)
    return FALSE;
  content = g_build_filename (source, "targets", NULL);
  verify.fetch = is_url (source) ? pawl_repo_verify_fetch_url : pawl_repo_verify_fetch_folder;
  verify.fetch_data = source;
  verify.content = is_url (source) || metadata_only ? NULL : content;
  verify.flags = director ? PAWL_TUF_CLIENT_FLAGS_DIRECTOR : PAWL_TUF_CLIENT_FLAGS_NONE;
  if (!pawl_repo_verify (&verify, bytes, error))
    return FALSE;
  g_print ("good: root %" G_GINT64_FORMAT ", timestamp %" G_GINT64_FORMAT
           ", %u targets, the bytes of %u\n",
           verify.root_version, verify.timestamp_version, verify.targets, verify.contents);
  return TRUE;
}
