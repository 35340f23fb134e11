/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The way back. The bad version is out of the way before the boot counter is cleared, so that no
 * power cut on the way boots it uncounted. */
#include "pawl-engine-private.h"

#include "pawl-activate.h"

/* A device whose installers cannot go back must not reboot for ever: it runs something, and a
 * person has to look. */
#define MAX_REVERTS 5

/* ---- the end of it ---- */

static void
finish (PawlEngine *self)
{
  const char *code = pawl_record_get_string (self->record, "code");
  g_autofree char *why = g_strdup (pawl_record_get_string (self->record, "why"));

  pawl_engine_set_reboot_pending (self, FALSE);
  if (self->failure == NULL)
    self->failure = g_error_new (PAWL_ERROR, PAWL_ERROR_REJECTED, "the version before is back: %s",
                                 *why != '\0' ? why : "no reason is known");
  pawl_engine_conclude (self, *code != '\0' ? code : "INSTALL_FAILED", why);
}

/* Nothing counts when activating never had an effect: then the boot loader was never armed, and
 * that may be why. */
static void
on_counting_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    pawl_boot_control_mark_good_finish (PAWL_BOOT_CONTROL (source), result, &error);

  if (error != NULL && pawl_record_get_boolean (self->record, "activated"))
    {
      pawl_engine_tell_error (self, "revert-failed", error);
      pawl_engine_end_for_now (self, error);
      return;
    }
  if (error != NULL)
    g_message ("%s", error->message);
  finish (self);
}

typedef struct
{
  PawlEngine *engine; /* (owned) */
  GPtrArray *ecus;    /* (owned) (element-type PawlInstance) */
  guint next;
} CleanUp;

static void clean_up_next (CleanUp *clean_up);

static void
on_cleaned_up (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    pawl_installer_clean_up_finish (PAWL_INSTALLER (source), result, &error);

  if (error != NULL)
    g_message ("%s", error->message);
  clean_up_next (data);
}

static void
clean_up_next (CleanUp *clean_up)
{
  g_autoptr (PawlEngine) self = g_object_ref (clean_up->engine);
  PawlBootControl *boot_control = pawl_device_get_boot_control (self->device);

  if (clean_up->next < clean_up->ecus->len)
    {
      PawlInstance *ecu = clean_up->ecus->pdata[clean_up->next++];

      pawl_installer_clean_up_async (PAWL_INSTALLER (ecu->object), NULL, 0, NULL, on_cleaned_up,
                                     clean_up);
      return;
    }
  g_object_unref (clean_up->engine);
  g_ptr_array_unref (clean_up->ecus);
  g_free (clean_up);
  if (boot_control != NULL)
    pawl_boot_control_mark_good_async (boot_control, NULL, 0, NULL, on_counting_stopped,
                                       g_object_ref (self));
  else
    finish (self);
}

static void
clean_up (PawlEngine *self)
{
  CleanUp *clean_up = g_new0 (CleanUp, 1);

  clean_up->engine = g_object_ref (self);
  clean_up->ecus = pawl_device_list (self->device, PAWL_TYPE_INSTALLER);
  clean_up_next (clean_up);
}

/* ---- is it back? ---- */

static gboolean
is_back (PawlEngine *self)
{
  g_auto (GStrv) serials = pawl_engine_dup_serials (self);

  for (guint i = 0; serials[i] != NULL; i++)
    if (!pawl_engine_runs_before (self, serials[i]))
      return FALSE;
  return TRUE;
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  gboolean reboot_needed = self->reboot_pending;

  pawl_device_look_finish (PAWL_DEVICE (source), result, NULL);
  if (is_back (self) || !reboot_needed)
    {
      clean_up (self);
      return;
    }
  pawl_engine_request_reboot (self, pawl_record_get_string (self->record, "why"));
  pawl_engine_end (self, NULL);
}

static void
look (PawlEngine *self)
{
  pawl_device_look_async (self->device, NULL, on_looked, g_object_ref (self));
}

static void
on_marked_bad (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    pawl_boot_control_mark_bad_finish (PAWL_BOOT_CONTROL (source), result, &error);

  /* The installers went back already: a boot loader that does not know it boots what they say. */
  if (error != NULL)
    g_message ("%s", error->message);
  look (self);
}

static void
on_reverted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  PawlBootControl *boot_control = pawl_device_get_boot_control (self->device);
  g_autoptr (GError) error = NULL;
  gboolean reboot_needed = FALSE;

  if (!pawl_revert_finish (result, &reboot_needed, &error))
    {
      pawl_decision_log_note (self->decisions, "revert", PAWL_VERDICT_FAIL, "revert-failed",
                              error->message, 0);
      pawl_engine_tell_error (self, "revert-failed", error);
      pawl_engine_end_for_now (self, error);
      return;
    }
  pawl_decision_log_drop (self->decisions, "revert");
  pawl_engine_set_reboot_pending (self, reboot_needed);
  if (boot_control != NULL && pawl_record_get_boolean (self->record, "activated"))
    pawl_boot_control_mark_bad_async (boot_control, NULL, 0, NULL, on_marked_bad,
                                      g_object_ref (self));
  else
    look (self);
}

/* ---- the beginning ---- */

static void
go_back (PawlEngine *self)
{
  g_auto (GStrv) serials = pawl_engine_dup_serials (self);

  pawl_revert_async (self->device, pawl_engine_get_available (self), (const char *const *) serials,
                     NULL, on_reverted, g_object_ref (self));
}

static void
on_counted_anew (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    pawl_boot_control_arm_finish (PAWL_BOOT_CONTROL (source), result, &error);

  if (error != NULL)
    g_message ("%s", error->message);
  go_back (self);
}

static void
revert_all (PawlEngine *self, const GError *error)
{
  PawlUpdate *update = pawl_engine_get_available (self);
  PawlBootControl *boot_control = pawl_device_get_boot_control (self->device);
  guint tries = (guint) pawl_config_get_int (self->config, "trial", "tries");

  if (error != NULL)
    {
      pawl_engine_end_for_now (self, error);
      return;
    }
  if (update == NULL || pawl_record_get_int (self->record, "reverts") > MAX_REVERTS)
    {
      finish (self);
      return;
    }
  pawl_progress_meter_begin (self->meter, PAWL_PHASE_REVERT, NULL);
  /* Once the version before is the default, the entry that a boot loader falls back to is the bad
   * one. A power cut before the count is cleared must not find it run out. */
  if (boot_control != NULL && pawl_record_get_boolean (self->record, "activated"))
    pawl_boot_control_arm_async (boot_control, tries, NULL, 0, NULL, on_counted_anew,
                                 g_object_ref (self));
  else
    go_back (self);
}

static void
count (PawlEngine *self)
{
  g_auto (GVariantDict) changes = G_VARIANT_DICT_INIT (NULL);
  gint64 reverts = pawl_record_get_int (self->record, "reverts");

  g_variant_dict_insert (&changes, "reverts", "x", reverts + 1);
  pawl_engine_save (self, g_variant_dict_end (&changes), revert_all);
}

static void
on_let_go (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;

  pawl_trial_end_finish (PAWL_TRIAL (source), result, NULL);
  g_clear_object (&self->trial);
  pawl_engine_notify (self, "trial");
  count (self);
}

void
pawl_engine_revert_now (PawlEngine *self)
{
  if (self->trial != NULL)
    pawl_trial_end_async (self->trial, PAWL_VERDICT_FAIL, on_let_go, g_object_ref (self));
  else
    count (self);
}

void
pawl_engine_revert_saved (PawlEngine *self, const GError *error)
{
  if (error != NULL)
    {
      g_clear_object (&self->trial);
      pawl_engine_end_for_now (self, error);
      return;
    }
  pawl_engine_tell (self, "revert-started", pawl_record_get_string (self->record, "why"));
  pawl_engine_revert_now (self);
}

void
pawl_engine_revert (PawlEngine *self, const char *code, const char *why)
{
  g_auto (GVariantDict) changes = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&changes, "state", "s", "reverting");
  g_variant_dict_insert (&changes, "code", "s", code);
  g_variant_dict_insert (&changes, "why", "s", why);
  if (self->trial != NULL)
    g_variant_dict_insert_value (&changes, "details", pawl_trial_describe_details (self->trial));
  pawl_engine_save (self, g_variant_dict_end (&changes), pawl_engine_revert_saved);
}
