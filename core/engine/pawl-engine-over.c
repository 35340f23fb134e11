/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The end of an update: what became of it is on the disk, for the server and for people, before
 * the update is forgotten. Cut off anywhere it is done again, under the same id. */
#include "pawl-engine-private.h"

#include <glib/gstdio.h>

#define MAX_HISTORY 100

/* ---- the report ---- */

static GVariant *
describe_ecus (PawlEngine *self, gboolean success, const char *code, const char *description)
{
  g_auto (GStrv) serials = pawl_engine_dup_serials (self);
  GVariantBuilder ecus;

  g_variant_builder_init (&ecus, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; serials[i] != NULL; i++)
    {
      g_variant_builder_open (&ecus, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&ecus, "{sv}", "serial", g_variant_new_string (serials[i]));
      g_variant_builder_add (&ecus, "{sv}", "success", g_variant_new_boolean (success));
      g_variant_builder_add (&ecus, "{sv}", "code", g_variant_new_string (code));
      g_variant_builder_add (&ecus, "{sv}", "description", g_variant_new_string (description));
      g_variant_builder_close (&ecus);
    }
  return g_variant_builder_end (&ecus);
}

static PawlReport *
make_report (PawlEngine *self, const char *code, const char *description)
{
  PawlUpdate *update = pawl_engine_get_available (self);
  const char *attempt = pawl_record_get_string (self->record, "attempt");
  gboolean success = g_str_equal (code, "OK");
  g_autoptr (GVariant) details = pawl_record_lookup (self->record, "details");
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&members, "kind", "s", "installation");
  g_variant_dict_insert (&members, "id", "s", *attempt != '\0' ? attempt : "unknown");
  g_variant_dict_insert (&members, "time", "x", pawl_time_floor_get_time_us (self->floor));
  g_variant_dict_insert (&members, "success", "b", success);
  g_variant_dict_insert (&members, "code", "s", code);
  g_variant_dict_insert (&members, "description", "s", description);
  if (self->attack != PAWL_ATTACK_NONE)
    g_variant_dict_insert (&members, "attack", "s",
                           pawl_enum_to_nick (PAWL_TYPE_ATTACK, (int) self->attack));
  if (details != NULL)
    g_variant_dict_insert_value (&members, "details", details);
  if (update != NULL)
    {
      g_variant_dict_insert (&members, "update-id", "s", pawl_update_get_id (update));
      g_variant_dict_insert (&members, "correlation-id", "s",
                             pawl_update_get_correlation_id (update));
      g_variant_dict_insert_value (&members, "ecus",
                                   describe_ecus (self, success, code, description));
    }
  return pawl_report_new_from_variant (g_variant_dict_end (&members), NULL);
}

/* The newest first; the same id replaces what it was. */
static GVariant *
add_to_history (GVariant *history, PawlReport *report)
{
  GVariantBuilder reports;
  gsize n = 1;

  g_variant_builder_init (&reports, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_builder_add_value (&reports, pawl_value_to_variant (PAWL_VALUE (report)));
  for (gsize i = 0; i < g_variant_n_children (history) && n < MAX_HISTORY; i++)
    {
      g_autoptr (GVariant) other = g_variant_get_child_value (history, i);
      const char *id = "";

      g_variant_lookup (other, "id", "&s", &id);
      if (g_str_equal (id, pawl_report_get_id (report)))
        continue;
      g_variant_builder_add_value (&reports, other);
      n++;
    }
  return g_variant_ref_sink (g_variant_builder_end (&reports));
}

/* ---- one after the other ---- */

typedef struct
{
  PawlEngine *engine; /* (owned) */
  PawlReport *report; /* (owned) */
  GPtrArray *failed;  /* (owned) (element-type PawlTarget): to be remembered */
  GVariant *kept;     /* (owned) (nullable): to be remembered instead */
} Conclusion;

static void
conclusion_free (Conclusion *conclusion)
{
  g_object_unref (conclusion->engine);
  g_object_unref (conclusion->report);
  g_ptr_array_unref (conclusion->failed);
  g_clear_pointer (&conclusion->kept, g_variant_unref);
  g_free (conclusion);
}

static void
remove_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GDir) dir = g_dir_open (data, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (data, name, NULL);

      g_unlink (path);
    }
  g_task_return_boolean (task, TRUE);
}

/* What nobody will install takes no room; nobody waits for it to be gone. */
static void
remove_downloads (PawlEngine *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, NULL, NULL);

  g_task_set_task_data (task, pawl_engine_make_path (self, "downloads"), g_free);
  g_task_run_in_thread (task, remove_in_thread);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  g_autoptr (GError) failure = g_steal_pointer (&self->failure);

  pawl_device_look_finish (PAWL_DEVICE (source), result, NULL);
  /* Only now: a report goes with what runs. */
  pawl_engine_send_reports (self);
  pawl_engine_end (self, failure);
}

static void
after_idle (PawlEngine *self, const GError *error)
{
  g_autoptr (PawlReport) report = pawl_engine_dup_last_result (self);

  if (error != NULL)
    {
      pawl_engine_end_for_now (self, error);
      return;
    }
  pawl_engine_notify (self, "available");
  pawl_engine_notify (self, "last-result");
  if (pawl_report_get_success (report))
    pawl_engine_tell (self, "update-completed", pawl_report_get_update_id (report));
  else
    pawl_engine_tell (self, "update-failed", pawl_report_get_description (report));
  remove_downloads (self);
  pawl_device_look_async (self->device, NULL, on_looked, g_object_ref (self));
}

static void
end_conclusion (Conclusion *conclusion)
{
  g_autoptr (PawlEngine) self = g_object_ref (conclusion->engine);

  conclusion_free (conclusion);
  pawl_engine_save_state (self, PAWL_STATE_IDLE, after_idle);
}

static void remember_next (Conclusion *conclusion);

/* What could not be remembered is so until the next start; the log says why. */
static void
on_remembered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!pawl_failed_save_finish (PAWL_FAILED (source), result, &error))
    g_warning ("%s", error->message);
  remember_next (data);
}

static void
remember_next (Conclusion *conclusion)
{
  g_autoptr (PawlTarget) target = NULL;

  if (conclusion->failed->len == 0)
    {
      end_conclusion (conclusion);
      return;
    }
  target = g_ptr_array_steal_index (conclusion->failed, 0);
  pawl_failed_add_async (conclusion->engine->failed, target,
                         pawl_report_get_description (conclusion->report), on_remembered,
                         conclusion);
}

static void
on_kept (GObject *source, GAsyncResult *result, gpointer data)
{
  Conclusion *conclusion = data;
  PawlEngine *self = conclusion->engine;
  g_autoptr (GError) error = NULL;

  if (!pawl_journal_save_finish (PAWL_JOURNAL (source), result, &error))
    g_warning ("this version cannot be rolled back later: %s", error->message);
  g_clear_pointer (&self->kept, g_variant_unref);
  self->kept = g_steal_pointer (&conclusion->kept);
  remember_next (conclusion);
}

static void
on_history_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  Conclusion *conclusion = data;
  g_autoptr (GError) error = NULL;

  if (!pawl_journal_save_finish (PAWL_JOURNAL (source), result, &error))
    g_warning ("%s", error->message);
  if (conclusion->kept != NULL)
    pawl_journal_save_async (conclusion->engine->kept_journal, conclusion->kept, on_kept,
                             conclusion);
  else
    remember_next (conclusion);
}

static void
save_history (Conclusion *conclusion)
{
  PawlEngine *self = conclusion->engine;
  GVariant *history = add_to_history (self->history, conclusion->report);
  g_auto (GVariantDict) record = G_VARIANT_DICT_INIT (NULL);

  g_variant_unref (self->history);
  self->history = history;
  g_variant_dict_insert_value (&record, "reports", history);
  pawl_journal_save_async (self->history_journal, g_variant_dict_end (&record), on_history_saved,
                           conclusion);
}

/* A report that is not on the disk would be lost: the update is not over before it is. */
static void
on_posted (GObject *source, GAsyncResult *result, gpointer data)
{
  Conclusion *conclusion = data;
  PawlEngine *self = conclusion->engine;
  g_autoptr (GError) error = NULL;

  if (pawl_outbox_add_finish (PAWL_OUTBOX (source), result, &error))
    {
      save_history (conclusion);
      return;
    }
  pawl_engine_tell_error (self, "storage-failed", error);
  g_clear_error (&self->failure);
  g_object_ref (self);
  conclusion_free (conclusion);
  pawl_engine_end_for_now (self, error);
  g_object_unref (self);
}

/* Bytes that are not what they should be say nothing about the version. */
static void
note_failed (PawlEngine *self, GPtrArray *failed)
{
  g_auto (GStrv) serials = pawl_engine_dup_serials (self);
  PawlUpdate *update = pawl_engine_get_available (self);

  for (guint i = 0; serials[i] != NULL; i++)
    g_ptr_array_add (failed, pawl_update_dup_target (update, serials[i]));
}

static GVariant *
describe_kept (PawlEngine *self)
{
  g_autoptr (GVariant) before = pawl_record_lookup (self->record, "before");
  PawlUpdate *update = pawl_engine_get_available (self);
  g_auto (GVariantDict) kept = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert_value (&kept, "update", pawl_value_to_variant (PAWL_VALUE (update)));
  if (before != NULL)
    g_variant_dict_insert_value (&kept, "before", before);
  return g_variant_ref_sink (g_variant_dict_end (&kept));
}

void
pawl_engine_conclude (PawlEngine *self, const char *code, const char *description)
{
  Conclusion *conclusion = g_new0 (Conclusion, 1);
  g_autoptr (GVariant) before = pawl_record_lookup (self->record, "before");

  pawl_engine_post_event (self,
                          before != NULL ? PAWL_ECU_INSTALLATION_COMPLETED
                                         : PAWL_ECU_DOWNLOAD_COMPLETED,
                          g_str_equal (code, "OK"));
  conclusion->engine = g_object_ref (self);
  conclusion->report = make_report (self, code, description);
  conclusion->failed = g_ptr_array_new_with_free_func (g_object_unref);
  if (g_str_equal (code, "OK"))
    conclusion->kept = describe_kept (self);
  else if (!g_str_equal (code, "VERIFICATION_FAILED"))
    note_failed (self, conclusion->failed);
  pawl_outbox_add_async (self->outbox, conclusion->report, on_posted, conclusion);
}
