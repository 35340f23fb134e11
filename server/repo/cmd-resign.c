/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* For a timer: what is about to expire gets a next version that says the same, as far as the keys
 * at hand may sign it. Nobody's open transaction is in the way, and none is touched. */
#include "pawl-repo-cli.h"
#include "pawl-repo-derive.h"
#include "pawl-repo-error.h"
#include "pawl-repo-holders.h"
#include "pawl-repo-sign.h"
#include "pawl-repo-stage.h"
#include "pawl-repo-tx.h"

static const char *const online[] = {"snapshot", "timestamp", NULL};

typedef struct
{
  PawlRepoWork *work; /* (unowned) */
  GPtrArray *signers; /* (unowned) */
  gint64 limit_us;    /* what expires before is due */
  char **roles;       /* (unowned) (nullable): due whenever they expire */
  guint renewed;
} Job;

static gboolean
is_staged (Job *self, const char *role)
{
  g_autofree char *path = pawl_repo_work_dup_staged_path (self->work, role);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
is_due (Job *self, const char *role)
{
  g_autoptr (PawlTufMetadata) current = pawl_repo_work_load_current (self->work, role, NULL);

  if (current == NULL || is_staged (self, role))
    return FALSE;
  if (self->roles != NULL)
    return g_strv_contains ((const char *const *) self->roles, role);
  return pawl_tuf_metadata_get_expires_us (current) < self->limit_us;
}

static gboolean
has_enough_keys (Job *self, const char *role)
{
  g_autoptr (PawlTufMetadata) delegator = pawl_repo_stage_load_delegator (self->work, role, NULL);
  gint64 missing =
    delegator != NULL ? pawl_repo_holders_get_threshold (delegator, role) : G_MAXINT64;

  for (guint i = 0; i < self->signers->len && missing > 0; i++)
    {
      g_autofree char *id =
        pawl_repo_key_compute_signer_id (self->signers->pdata[i], self->work->dialect);

      if (id != NULL && delegator != NULL && pawl_repo_holders_may_sign (delegator, role, id))
        missing--;
    }
  return missing <= 0;
}

static gboolean
renew (Job *self, const char *role, GError **error)
{
  if (!is_due (self, role))
    return TRUE;
  if (!has_enough_keys (self, role))
    {
      g_printerr ("pawl-repo: %s expires soon, and its keys are elsewhere: have it signed with "
                  "“pawl-repo resign --role %s”\n",
                  role, role);
      return TRUE;
    }
  self->renewed++;
  return pawl_repo_work_log (self->work, error, "resign", "%s", role) &&
         pawl_repo_stage_again (self->work, role, error);
}

static gboolean
renew_content (Job *self, GError **error)
{
  g_autoptr (GPtrArray) delegated = pawl_repo_work_list_delegated (self->work, error);

  if (delegated == NULL)
    return FALSE;
  for (guint i = 0; i < delegated->len; i++)
    if (!renew (self, delegated->pdata[i], error))
      return FALSE;
  return renew (self, "targets", error) && renew (self, "root", error);
}

static gboolean
sign (Job *self, const char *const *roles, GError **error)
{
  g_autoptr (GPtrArray) done = NULL;

  if (!pawl_repo_sign (self->work, self->signers, roles, &done, error))
    return FALSE;
  for (guint i = 0; i < done->len; i++)
    g_print ("signed %s\n", (char *) done->pdata[i]);
  return TRUE;
}

/* Finishes what only waits for these keys. */
static gboolean
finish_open (Job *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!sign (self, NULL, error))
    return FALSE;
  if (!pawl_repo_tx_apply (self->work, NULL, NULL, &local_error) &&
      !g_error_matches (local_error, PAWL_REPO_ERROR, PAWL_REPO_ERROR_INCOMPLETE))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

static gboolean
renew_online (Job *self, GError **error)
{
  guint before = self->renewed;

  if (!renew (self, "snapshot", error))
    return FALSE;
  if (self->renewed == before)
    {
      if (!renew (self, "timestamp", error))
        return FALSE;
      return self->renewed == before ||
             (sign (self, online, error) && pawl_repo_tx_apply (self->work, online, NULL, error));
    }
  return sign (self, online, error) && pawl_repo_derive_timestamp (self->work, error) &&
         sign (self, online, error) && pawl_repo_tx_apply (self->work, online, NULL, error);
}

static gboolean
run (Job *self, GError **error)
{
  if (!finish_open (self, error) || !renew_content (self, error))
    return FALSE;
  if (self->renewed > 0 && !finish_open (self, error))
    return FALSE;
  if (!renew_online (self, error))
    return FALSE;
  g_print ("%u roles were renewed\n", self->renewed);
  return TRUE;
}

gboolean
pawl_repo_cmd_resign (PawlRepoCli *cli, char **args, GError **error)
{
  g_auto (PawlRepoSecrets) secrets = {NULL, NULL, NULL};
  g_autofree char *within = NULL;
  g_auto (GStrv) roles = NULL;
  const GOptionEntry entries[] = {
    {"if-expires-within", 0, 0, G_OPTION_ARG_STRING, &within, "only what expires so soon: 3d, 12h",
     "DURATION"},
    {"role",                  0, 0, G_OPTION_ARG_STRING_ARRAY, &roles, "this one, whenever it expires", "ROLE"},
    {"signer",            's', 0, G_OPTION_ARG_STRING_ARRAY, &secrets.uris, "a private key; may be repeated",
     "URI"},
    {"keys",          0, 0, G_OPTION_ARG_FILENAME, &secrets.keys_folder,
     "without --signer: the folder of private keys", "FOLDER"},
    {"passphrase-file",              0, 0, G_OPTION_ARG_FILENAME, &secrets.passphrase_file,
     "a file with the passphrase or PIN", "FILE"},
    {NULL                 },
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (GPtrArray) signers = NULL;
  Job job = {NULL};
  gint64 seconds = 0;

  if (!pawl_repo_cli_parse (entries, &args, 0, 0, "resign --if-expires-within DURATION", error))
    return FALSE;
  if ((within == NULL) == (roles == NULL))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "wanted one of --if-expires-within and --role");
  if (within != NULL && !pawl_repo_parse_duration (within, &seconds, error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  signers = work != NULL ? pawl_repo_cli_open_signers (work, &secrets, error) : NULL;
  if (signers == NULL)
    return FALSE;
  job.work = work;
  job.signers = signers;
  job.roles = roles;
  job.limit_us = g_get_real_time () + seconds * G_USEC_PER_SEC;
  return run (&job, error);
}
