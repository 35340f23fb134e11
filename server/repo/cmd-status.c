/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-audit.h"
#include "pawl-repo-cli.h"
#include "pawl-repo-error.h"
#include "pawl-repo-holders.h"
#include "pawl-repo-stage.h"
#include "pawl-repo-tx.h"

/* What is known about a role, once for every way to print it. */
typedef struct
{
  char *role; /* (owned) */
  gint64 version;
  gint64 expires_us;
  gint64 threshold;
  guint keys;
  double used; /* of its life, from 0; above 1 it is expired */
} Row;

typedef struct
{
  GPtrArray *rows;   /* (owned) (element-type Row) */
  GPtrArray *staged; /* (owned) (element-type PawlRepoProgress) */
  guint log_lines;
  gboolean expired;
} Status;

static void
row_free (gpointer data)
{
  g_free (((Row *) data)->role);
  g_free (data);
}

static void
status_clear (Status *self)
{
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->staged, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Status, status_clear)

/* ---- collecting ---- */

static gboolean
add_role (Status *self, PawlRepoWork *work, const char *role, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PawlTufMetadata) current = pawl_repo_work_load_current (work, role, &local_error);
  g_autoptr (PawlTufMetadata) delegator = NULL;
  g_autoptr (GPtrArray) ids = NULL;
  Row *row;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  delegator = current != NULL ? pawl_repo_stage_load_delegator (work, role, NULL) : NULL;
  if (delegator == NULL)
    return TRUE;
  ids = pawl_repo_holders_list (delegator, role);
  row = g_new0 (Row, 1);
  row->role = g_strdup (role);
  row->version = pawl_tuf_metadata_get_version (current);
  row->expires_us = pawl_tuf_metadata_get_expires_us (current);
  row->threshold = pawl_repo_holders_get_threshold (delegator, role);
  row->keys = ids->len;
  row->used = 1.0 - (double) (row->expires_us - g_get_real_time ()) / G_USEC_PER_SEC /
                      (double) pawl_repo_work_get_lifetime_s (work, role);
  self->expired |= row->used >= 1.0;
  g_ptr_array_add (self->rows, row);
  return TRUE;
}

static gboolean
collect (Status *self, PawlRepoWork *work, GError **error)
{
  static const char *const top_level[] = {"root", "targets", "snapshot", "timestamp"};
  g_autoptr (GPtrArray) delegated = pawl_repo_work_list_delegated (work, error);
  g_auto (PawlRepoAuditState) state = {0, NULL, 0};
  g_autofree char *log = pawl_repo_work_dup_path (work, "audit.log", NULL);

  self->rows = g_ptr_array_new_with_free_func (row_free);
  if (delegated == NULL || !pawl_repo_audit_check (log, &state, error))
    return FALSE;
  self->log_lines = state.lines;
  for (guint i = 0; i < G_N_ELEMENTS (top_level); i++)
    if (!add_role (self, work, top_level[i], error))
      return FALSE;
  for (guint i = 0; i < delegated->len; i++)
    if (!add_role (self, work, delegated->pdata[i], error))
      return FALSE;
  self->staged = pawl_repo_tx_measure_all (work, error);
  return self->staged != NULL;
}

static gint64
get_spare (Row *row)
{
  return (gint64) row->keys - row->threshold;
}

static gint64
get_missing (PawlRepoProgress *progress)
{
  return progress->complete ? 0 : MAX (1, progress->threshold - (gint64) progress->signers->len);
}

/* ---- printing ---- */

static const char *
get_alarm (Row *row)
{
  return row->used >= 1.0    ? "  EXPIRED"
         : row->used >= 0.9  ? "  URGENT: 90 % of its life is over"
         : row->used >= 0.75 ? "  75 % of its life is over"
         : row->used >= 0.5  ? "  half of its life is over"
                             : "";
}

static void
print_text (Status *self, PawlRepoWork *work)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];

      g_print ("%s %" G_GINT64_FORMAT ": %.1f days left; %" G_GINT64_FORMAT
               " of %u keys have to sign; you can lose %" G_GINT64_FORMAT " more keys%s\n",
               row->role, row->version,
               (double) (row->expires_us - g_get_real_time ()) / G_USEC_PER_SEC / 86400.0,
               row->threshold, row->keys, get_spare (row), get_alarm (row));
    }
  for (guint i = 0; i < self->staged->len; i++)
    {
      PawlRepoProgress *progress = self->staged->pdata[i];

      g_print ("staged %s %" G_GINT64_FORMAT ": %" G_GINT64_FORMAT " signatures are missing\n",
               progress->role, progress->version, get_missing (progress));
    }
  g_print ("The audit log has %u lines and is whole.\n", self->log_lines);
}

static void
print_json (Status *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *roles = json_array_new ();
  JsonArray *staged = json_array_new ();
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];
      JsonObject *entry = json_object_new ();

      json_object_set_string_member (entry, "role", row->role);
      json_object_set_int_member (entry, "version", row->version);
      json_object_set_int_member (entry, "expires", row->expires_us / G_USEC_PER_SEC);
      json_object_set_int_member (entry, "threshold", row->threshold);
      json_object_set_int_member (entry, "keys", row->keys);
      json_object_set_int_member (entry, "spare_keys", get_spare (row));
      json_array_add_object_element (roles, entry);
    }
  for (guint i = 0; i < self->staged->len; i++)
    {
      PawlRepoProgress *progress = self->staged->pdata[i];
      JsonObject *entry = json_object_new ();

      json_object_set_string_member (entry, "role", progress->role);
      json_object_set_int_member (entry, "version", progress->version);
      json_object_set_int_member (entry, "missing_signatures", get_missing (progress));
      json_array_add_object_element (staged, entry);
    }
  json_object_set_array_member (object, "roles", roles);
  json_object_set_array_member (object, "staged", staged);
  json_object_set_int_member (object, "audit_log_lines", self->log_lines);
  bytes = pawl_repo_json_to_pretty (object);
  g_print ("%.*s", (int) g_bytes_get_size (bytes), (const char *) g_bytes_get_data (bytes, NULL));
}

static void
print_metric (const char *name, const char *help)
{
  g_print ("# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void
print_prometheus (Status *self)
{
  print_metric ("pawl_repo_role_expires_seconds", "When a role expires, in seconds since 1970.");
  for (guint i = 0; i < self->rows->len; i++)
    g_print ("pawl_repo_role_expires_seconds{role=\"%s\"} %" G_GINT64_FORMAT "\n",
             ((Row *) self->rows->pdata[i])->role,
             ((Row *) self->rows->pdata[i])->expires_us / G_USEC_PER_SEC);
  print_metric ("pawl_repo_role_life_used_ratio", "How much of a role's life is over.");
  for (guint i = 0; i < self->rows->len; i++)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_formatd (number, sizeof number, "%.4f", ((Row *) self->rows->pdata[i])->used);
      g_print ("pawl_repo_role_life_used_ratio{role=\"%s\"} %s\n",
               ((Row *) self->rows->pdata[i])->role, number);
    }
  print_metric ("pawl_repo_role_version", "The version of a role.");
  for (guint i = 0; i < self->rows->len; i++)
    g_print ("pawl_repo_role_version{role=\"%s\"} %" G_GINT64_FORMAT "\n",
             ((Row *) self->rows->pdata[i])->role, ((Row *) self->rows->pdata[i])->version);
  print_metric ("pawl_repo_role_spare_keys", "How many keys of a role may be lost.");
  for (guint i = 0; i < self->rows->len; i++)
    g_print ("pawl_repo_role_spare_keys{role=\"%s\"} %" G_GINT64_FORMAT "\n",
             ((Row *) self->rows->pdata[i])->role, get_spare (self->rows->pdata[i]));
  print_metric ("pawl_repo_staged_missing_signatures", "What staged roles wait for.");
  for (guint i = 0; i < self->staged->len; i++)
    g_print ("pawl_repo_staged_missing_signatures{role=\"%s\"} %" G_GINT64_FORMAT "\n",
             ((PawlRepoProgress *) self->staged->pdata[i])->role,
             get_missing (self->staged->pdata[i]));
}

gboolean
pawl_repo_cmd_status (PawlRepoCli *cli, char **args, GError **error)
{
  gboolean json = FALSE;
  gboolean prometheus = FALSE;
  const GOptionEntry entries[] = {
    {"json", 0, 0, G_OPTION_ARG_NONE, &json, "for programs", NULL},
    {"prometheus",     0, 0, G_OPTION_ARG_NONE, &prometheus, "for the node exporter's text files",
     NULL},
    {NULL},
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_auto (Status) status = {NULL};

  if (!pawl_repo_cli_parse (entries, &args, 0, 0, "status [--json|--prometheus]", error))
    return FALSE;
  if (json && prometheus)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "wanted one of --json and --prometheus");
  work = pawl_repo_cli_open (cli, error);
  if (work == NULL || !collect (&status, work, error))
    return FALSE;
  if (json)
    print_json (&status);
  else if (prometheus)
    print_prometheus (&status);
  else
    print_text (&status, work);
  return !status.expired ||
         pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                         "something is expired: devices refuse it: run “pawl-repo resign”");
}
