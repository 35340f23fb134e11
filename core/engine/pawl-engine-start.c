/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Start, reload and stop. */
#include "pawl-engine-private.h"

#include <string.h>

/* ---- which boot this is ---- */

/* Field 22 of proc(5)'s stat: when the process began. Its name may hold spaces and parentheses. */
static char *
read_first_process_start (void)
{
  g_autofree char *stat = NULL;
  const char *end;
  g_auto (GStrv) words = NULL;

  if (!g_file_get_contents ("/proc/1/stat", &stat, NULL, NULL))
    return g_strdup ("");
  end = strrchr (stat, ')');
  words = g_strsplit (end != NULL ? end + 1 : "", " ", -1);
  return g_strdup (g_strv_length (words) > 20 ? words[20] : "");
}

static void
read_boot_id (PawlEngine *self)
{
  g_autofree char *kernel = NULL;
  g_autofree char *start = read_first_process_start ();

  if (self->boot_id != NULL)
    return;
  g_file_get_contents ("/proc/sys/kernel/random/boot_id", &kernel, NULL, NULL);
  self->boot_id = g_strconcat (kernel != NULL ? g_strstrip (kernel) : "unknown", "-", start, NULL);
}

void
pawl_engine_set_boot_id (PawlEngine *self, const char *boot_id)
{
  g_free (self->boot_id);
  self->boot_id = g_strdup (boot_id);
}

/* ---- start, reload, stop ---- */

void
pawl_engine_do_resume (PawlEngine *self)
{
  GError *error = NULL;

  pawl_engine_begin (self, "a look at the device");
  if (self->reload_call != NULL)
    g_clear_object (&self->device);
  if (self->device != NULL)
    {
      pawl_engine_look (self);
      return;
    }
  if (self->record == NULL && !pawl_engine_open_files (self, &error))
    pawl_engine_break_down (self, "storage-failed", error);
  else
    pawl_engine_load_plugins (self);
}

void
pawl_engine_start_async (PawlEngine *self,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  self->start_call = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->start_call, pawl_engine_start_async);
  read_boot_id (self);
  if (self->broken != NULL)
    {
      pawl_engine_answer (&self->start_call, self->broken);
      return;
    }
  pawl_engine_do_resume (self);
}

gboolean
pawl_engine_start_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The latest configuration wins: whoever waits for an earlier one gets its answer with it. */
void
pawl_engine_reload_async (PawlEngine *self,
                          PawlConfig *config,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_set_object (&self->reloading, config);
  pawl_engine_answer (&self->reload_call, NULL);
  self->reload_call = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->reload_call, pawl_engine_reload_async);
  pawl_engine_reconsider (self);
}

gboolean
pawl_engine_reload_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
pawl_engine_refuse_config (PawlEngine *self, const GError *error)
{
  read_boot_id (self);
  pawl_decision_log_note (self->decisions, "configuration", PAWL_VERDICT_FAIL, "unusable",
                          error->message, 0);
  pawl_engine_tell_error (self, "configuration-failed", error);
  if (self->device == NULL)
    {
      g_clear_error (&self->broken);
      self->broken = g_error_copy (error);
    }
}

void
pawl_engine_stop_async (PawlEngine *self, GAsyncReadyCallback callback, gpointer user_data)
{
  self->stopping = TRUE;
  self->stop_call = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->stop_call, pawl_engine_stop_async);
  pawl_clock_clear_timer (self->clock, &self->check_timer);
  pawl_clock_clear_timer (self->clock, &self->retry_timer);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  pawl_engine_reconsider (self);
}

gboolean
pawl_engine_stop_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
