/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The three steps that policy decides about: download, installation, reboot. Each saves the state,
 * works, and saves how it ended. pawl-engine-allow.c asks the rules before. */
#include "pawl-engine-private.h"

#include "pawl-activate.h"
#include "pawl-fetch.h"
#include "pawl-install.h"
#include "pawl-rehearsal.h"

#define DOWNLOADS "downloads"

/* ---- download ---- */

/* A payload that is not what it should be ends the update; anything else may go better later. */
static void
fail_fetch (PawlEngine *self, GError *error)
{
  gboolean no_space = g_error_matches (error, PAWL_ERROR, PAWL_ERROR_NO_SPACE);

  if (self->cancelled)
    {
      self->held = TRUE;
      pawl_engine_fail_to (self, PAWL_STATE_AVAILABLE, error);
      return;
    }
  if (!self->stopping)
    pawl_engine_tell_error (self, "download-failed", error);
  if (g_error_matches (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED))
    {
      self->failure = error;
      pawl_engine_conclude (self, "VERIFICATION_FAILED", error->message);
      return;
    }
  pawl_decision_log_note (self->decisions, no_space ? "free-space" : "download",
                          PAWL_VERDICT_NOT_YET, "failed", error->message, 0);
  self->held = TRUE;
  pawl_engine_fail_to (self, PAWL_STATE_AVAILABLE, error);
}

static void
end_fetched (PawlEngine *self, const GError *error)
{
  if (error != NULL)
    {
      pawl_engine_end_for_now (self, error);
      return;
    }
  pawl_engine_tell (self, "download-completed",
                    pawl_update_get_id (pawl_engine_get_available (self)));
  pawl_engine_post_event (self, PAWL_ECU_DOWNLOAD_COMPLETED, TRUE);
  pawl_engine_end (self, NULL);
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  GError *error = NULL;

  if (!pawl_fetch_finish (result, &error))
    {
      fail_fetch (self, error);
      return;
    }
  self->missing = FALSE;
  pawl_decision_log_drop (self->decisions, "download");
  pawl_decision_log_drop (self->decisions, "free-space");
  pawl_engine_save_state (self, PAWL_STATE_FETCHED, end_fetched);
}

static void
fetch (PawlEngine *self, const GError *error)
{
  g_autofree char *folder = pawl_engine_make_path (self, DOWNLOADS);
  g_auto (GStrv) serials = NULL;
  PawlFetchRequest request = {self->device,
                              pawl_engine_get_available (self),
                              NULL,
                              folder,
                              (guint64) pawl_config_get_int (self->config, "policy", "reserve-mib")
                                << 20,
                              self->meter};

  if (error != NULL)
    {
      pawl_engine_end_for_now (self, error);
      return;
    }
  serials = pawl_engine_dup_serials (self);
  request.serials = (const char *const *) serials;
  pawl_engine_tell (self, "download-started", pawl_update_get_id (request.update));
  pawl_engine_post_event (self, PAWL_ECU_DOWNLOAD_STARTED, FALSE);
  pawl_fetch_async (&request, self->cancellable, on_fetched, g_object_ref (self));
}

/* ---- installation ---- */

/* What could be tried again on the same version, and what says that the version is no good. */
static gboolean
is_passing (const GError *error)
{
  return pawl_error_is_transient (error) ||
         g_error_matches (error, PAWL_ERROR, PAWL_ERROR_NO_SPACE) ||
         g_error_matches (error, PAWL_ERROR, PAWL_ERROR_STORAGE);
}

static void
fail_install (PawlEngine *self, GError *error)
{
  gboolean refused = g_error_matches (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);

  if (!self->cancelled && !self->stopping)
    pawl_engine_tell_error (self, "install-failed", error);
  if (self->cancelled || self->stopping || is_passing (error))
    {
      pawl_decision_log_note (self->decisions, "installation", PAWL_VERDICT_NOT_YET, "failed",
                              error->message, 0);
      self->held = TRUE;
      pawl_engine_fail_to (self, PAWL_STATE_FETCHED, error);
      return;
    }
  if (g_error_matches (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND))
    {
      self->missing = TRUE;
      self->held = TRUE;
      pawl_engine_fail_to (self, PAWL_STATE_FETCHED, error);
      return;
    }
  self->failure = error;
  pawl_engine_conclude (self, refused ? "VERIFICATION_FAILED" : "INSTALL_FAILED", error->message);
}

static void
end_installed (PawlEngine *self, const GError *error)
{
  if (error != NULL)
    {
      pawl_engine_end_for_now (self, error);
      return;
    }
  pawl_engine_tell (self, "install-completed",
                    pawl_update_get_id (pawl_engine_get_available (self)));
  pawl_engine_end (self, NULL);
}

static void
on_installed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  gboolean reboot_needed = FALSE;
  GError *error = NULL;

  if (!pawl_install_finish (result, &reboot_needed, &error))
    {
      fail_install (self, error);
      return;
    }
  pawl_decision_log_drop (self->decisions, "installation");
  pawl_engine_save_state (self, PAWL_STATE_INSTALLED, end_installed);
}

static void
install (PawlEngine *self, const GError *error)
{
  g_autofree char *folder = pawl_engine_make_path (self, DOWNLOADS);
  g_auto (GStrv) serials = NULL;
  PawlInstallRequest request = {self->device, pawl_engine_get_available (self), NULL, folder,
                                self->meter};

  if (error != NULL)
    {
      pawl_engine_end_for_now (self, error);
      return;
    }
  serials = pawl_engine_dup_serials (self);
  request.serials = (const char *const *) serials;
  pawl_engine_tell (self, "install-started", pawl_update_get_id (request.update));
  pawl_engine_post_event (self, PAWL_ECU_INSTALLATION_STARTED, FALSE);
  pawl_install_async (&request, self->cancellable, on_installed, g_object_ref (self));
}

/* What each ECU ran before: the measure after every later boot. An ECU of which nobody knows what
 * it runs gets a name that nothing has. */
static GVariant *
describe_before (PawlEngine *self)
{
  g_auto (GStrv) serials = pawl_engine_dup_serials (self);
  GVariantBuilder before;

  g_variant_builder_init (&before, G_VARIANT_TYPE ("a{sa{sv}}"));
  for (guint i = 0; serials[i] != NULL; i++)
    {
      g_autoptr (PawlTarget) target = pawl_device_dup_installed (self->device, serials[i]);

      if (target != NULL)
        g_variant_builder_add (&before, "{s@a{sv}}", serials[i],
                               pawl_value_to_variant (PAWL_VALUE (target)));
      else
        g_variant_builder_add_parsed (&before, "{%s, {'name': <%s>}}", serials[i],
                                      PAWL_ENGINE_UNKNOWN);
    }
  return g_variant_builder_end (&before);
}

static void
begin_install (PawlEngine *self)
{
  g_auto (GVariantDict) changes = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&changes, "state", "s", "installing");
  g_variant_dict_insert_value (&changes, "before", describe_before (self));
  pawl_engine_save (self, g_variant_dict_end (&changes), install);
}

/* ---- reboot ---- */

static void
begin_activate_now (PawlEngine *self, const GError *error)
{
  if (error != NULL)
    pawl_engine_end_for_now (self, error);
  else
    pawl_engine_activate_now (self);
}

/* Nothing was armed yet: the update stays where it is, and is tried again after the back-off. */
static void
fail_rehearsal (PawlEngine *self, const GError *error)
{
  pawl_decision_log_note (self->decisions, "rehearsal", PAWL_VERDICT_FAIL, "cannot-be-judged",
                          error->message, 0);
  pawl_engine_tell_error (self, "activate-failed", error);
  pawl_engine_end_for_now (self, error);
}

static void
on_rehearsed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  g_auto (GVariantDict) changes = G_VARIANT_DICT_INIT (NULL);
  PawlOrder *order = pawl_engine_get_order (self);
  g_autoptr (GError) error = NULL;

  if (!pawl_rehearsal_finish (result, &error))
    {
      fail_rehearsal (self, error);
      return;
    }
  pawl_decision_log_drop (self->decisions, "rehearsal");

  g_variant_dict_insert (&changes, "state", "s", "activating");
  g_variant_dict_insert (&changes, "no-reboot", "b", order != NULL && !order->reboot);
  pawl_engine_save (self, g_variant_dict_end (&changes), begin_activate_now);
}

/* A trial that nobody could judge must not begin. */
static void
begin_activate (PawlEngine *self)
{
  pawl_rehearsal_async (self->device, pawl_engine_get_available (self), self->cancellable,
                        on_rehearsed, g_object_ref (self));
}

void
pawl_engine_begin_step (PawlEngine *self, PawlStep step)
{
  if (step == PAWL_STEP_DOWNLOAD)
    pawl_engine_save_state (self, PAWL_STATE_FETCHING, fetch);
  else if (step == PAWL_STEP_INSTALL)
    begin_install (self);
  else
    begin_activate (self);
}
