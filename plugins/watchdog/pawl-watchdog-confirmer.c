/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The hardware watchdog during a trial. It is opened when the trial begins, running or not, and fed
 * from the main loop while the trial makes progress: a daemon that hangs, a confirmer that is stuck
 * and a deadline that passed all end in a reset, and the boot loader counts it.
 *
 * Where systemd has the watchdog open already it goes on feeding it, for longer if its timeout is
 * shorter than ours; then a reset only follows when systemd itself hangs. */
#include "pawl-watchdog-confirmer.h"

#include "pawl-watchdog-feeder.h"
#include "pawl-watchdog-sysfs.h"
#include "pawl-watchdog-systemd.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

typedef enum
{
  NOBODY,
  DEVICE,
  SYSTEMD,
} Owner;

struct _PawlWatchdogConfirmer
{
  GObject parent_instance;

  PawlContext *context; /* (owned) (nullable): until it is set up */
  PawlWatchdogFeeder feeder;
  Owner owner;
  guint64 systemd_usec; /* what systemd had before the trial */
  gboolean systemd_set; /* whether that was changed */
};

static void iface_init (PawlConfirmerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlWatchdogConfirmer,
                               pawl_watchdog_confirmer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_CONFIRMER, iface_init))

/* Left running: the next start of the daemon takes it over, or else the device resets. */
static void
pawl_watchdog_confirmer_dispose (GObject *object)
{
  PawlWatchdogConfirmer *self = PAWL_WATCHDOG_CONFIRMER (object);

  pawl_watchdog_feeder_drop (&self->feeder, FALSE);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (pawl_watchdog_confirmer_parent_class)->dispose (object);
}

static void
pawl_watchdog_confirmer_class_init (PawlWatchdogConfirmerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pawl_watchdog_confirmer_dispose;
}

static void
pawl_watchdog_confirmer_init (PawlWatchdogConfirmer *self)
{
  self->feeder.system = &pawl_watchdog_kernel;
}

void
pawl_watchdog_confirmer_set_system (PawlWatchdogConfirmer *self, const PawlWatchdogSystem *system)
{
  self->feeder.system = system;
}

static gboolean
set_up (PawlConfirmer *confirmer, PawlContext *context, GError **error)
{
  gint64 timeout_s = pawl_context_get_int (context, "timeout-s");
  gint64 pretimeout_s = pawl_context_get_int (context, "pretimeout-s");

  PAWL_WATCHDOG_CONFIRMER (confirmer)->context = g_object_ref (context);
  if (pretimeout_s < timeout_s)
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
               "pretimeout-s: found %" G_GINT64_FORMAT ", wanted less than timeout-s, which is "
               "%" G_GINT64_FORMAT,
               pretimeout_s, timeout_s);
  return FALSE;
}

void
pawl_watchdog_confirmer_tick (PawlWatchdogConfirmer *self)
{
  if (self->feeder.device != NULL)
    g_free (pawl_watchdog_feeder_feed (&self->feeder));
}

/* ---- what is told ---- */

static guint
get_boot_status (PawlWatchdogConfirmer *self)
{
  if (self->feeder.device != NULL)
    return pawl_watchdog_device_get_boot_status (self->feeder.device);
  return pawl_watchdog_sysfs_get_boot_status (pawl_context_get_string (self->context, "sysfs"),
                                              pawl_context_get_string (self->context, "device"));
}

static GVariant *
describe (PawlWatchdogConfirmer *self)
{
  static const char *const owners[] = {"nobody", "device", "systemd"};
  g_auto (GVariantDict) details = G_VARIANT_DICT_INIT (NULL);
  const char *reset = pawl_watchdog_describe_reset (get_boot_status (self));

  g_variant_dict_insert (&details, "owner", "s", owners[self->owner]);
  if (reset != NULL)
    g_variant_dict_insert (&details, "last-reset", "s", reset);
  if (self->feeder.device != NULL)
    {
      g_variant_dict_insert (&details, "identity", "s",
                             pawl_watchdog_device_get_identity (self->feeder.device));
      g_variant_dict_insert (&details, "timeout-s", "u",
                             pawl_watchdog_device_get_timeout_s (self->feeder.device));
      g_variant_dict_insert (&details, "pretimeout-s", "u",
                             pawl_watchdog_device_get_pretimeout_s (self->feeder.device));
    }
  return g_variant_dict_end (&details);
}

/* ---- the beginning ---- */

static gboolean
open_device (PawlWatchdogConfirmer *self, GError **error)
{
  PawlWatchdogDevice *device =
    pawl_watchdog_device_open (self->feeder.system,
                               pawl_context_get_string (self->context, "device"),
                               (guint) pawl_context_get_int (self->context, "timeout-s"),
                               (guint) pawl_context_get_int (self->context, "pretimeout-s"), error);

  if (device == NULL)
    return FALSE;
  self->owner = DEVICE;
  pawl_watchdog_feeder_take (&self->feeder, device);
  return TRUE;
}

/* Opening would start it, so a rehearsal only looks whether it could be opened. */
static gboolean
look_at_device (PawlWatchdogConfirmer *self, GError **error)
{
  const char *path = pawl_context_get_string (self->context, "device");

  if (g_access (path, W_OK) == 0)
    return TRUE;
  g_set_error (error, PAWL_ERROR,
               errno == ENOENT ? PAWL_ERROR_NOT_SUPPORTED : PAWL_ERROR_ACCESS_DENIED,
               "%s: the watchdog cannot be opened: %s", path, g_strerror (errno));
  return FALSE;
}

typedef struct
{
  PawlWatchdogConfirmer *confirmer; /* (owned) */
  PawlOperation *op;                /* (owned) */
  gboolean rehearse;
} Job;

static Job *
job_new (PawlWatchdogConfirmer *self, PawlOperation *op, gboolean rehearse)
{
  Job *job = g_new0 (Job, 1);

  job->confirmer = g_object_ref (self);
  job->op = g_object_ref (op);
  job->rehearse = rehearse;
  return job;
}

static void
job_free (Job *job)
{
  g_object_unref (job->confirmer);
  g_object_unref (job->op);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

static void
begin_with_device (Job *job)
{
  g_autoptr (GError) error = NULL;
  PawlWatchdogConfirmer *self = job->confirmer;
  gboolean good = self->feeder.device != NULL ||
                  (job->rehearse ? look_at_device (self, &error) : open_device (self, &error));

  if (good)
    pawl_operation_complete (job->op, describe (self));
  else
    pawl_operation_fail (job->op, error);
}

static void
on_raised (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  g_autoptr (GError) error = NULL;

  job->confirmer->systemd_set = pawl_watchdog_systemd_set_finish (result, &error);
  /* A timeout shorter than ours is still a watchdog; none is none. */
  if (!job->confirmer->systemd_set && job->confirmer->systemd_usec == 0)
    {
      job->confirmer->owner = NOBODY;
      pawl_operation_fail (job->op, error);
      return;
    }
  if (error != NULL)
    g_message ("the watchdog keeps systemd's timeout: %s", error->message);
  pawl_operation_complete (job->op, describe (job->confirmer));
}

/* The largest value is systemd's word for "what the hardware has". */
static void
begin_with_systemd (Job *job)
{
  PawlWatchdogConfirmer *self = job->confirmer;
  guint64 wanted_usec =
    (guint64) pawl_context_get_int (self->context, "timeout-s") * G_USEC_PER_SEC;

  self->owner = job->rehearse ? NOBODY : SYSTEMD;
  if (job->rehearse || self->systemd_usec >= wanted_usec)
    pawl_operation_complete (job->op, describe (self));
  else
    pawl_watchdog_systemd_set_async (pawl_context_get_string (self->context, "bus-address"),
                                     wanted_usec, pawl_operation_get_cancellable (job->op),
                                     on_raised, job_new (self, job->op, FALSE));
}

static void
on_systemd_asked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  PawlWatchdogConfirmer *self = job->confirmer;
  g_autoptr (GError) error = NULL;
  gboolean wanted = g_str_equal (pawl_context_get_string (self->context, "owner"), "systemd");

  self->systemd_usec = 0;
  if (!pawl_watchdog_systemd_get_finish (result, &self->systemd_usec, &error) && wanted)
    pawl_operation_fail (job->op, error);
  else if (self->systemd_usec > 0 || wanted)
    begin_with_systemd (job);
  else
    begin_with_device (job);
}

static gboolean
start_begin_trial (PawlConfirmer *confirmer,
                   PawlUpdate *update,
                   GVariant *options,
                   PawlOperation *op,
                   GError **error)
{
  PawlWatchdogConfirmer *self = PAWL_WATCHDOG_CONFIRMER (confirmer);
  gint64 deadline_us = G_MAXINT64;
  gboolean rehearse = FALSE;
  Job *job;

  g_variant_lookup (options, "rehearse", "b", &rehearse);
  job = job_new (self, op, rehearse);
  g_variant_lookup (options, "deadline", "x", &deadline_us);
  if (!rehearse)
    pawl_watchdog_feeder_begin (&self->feeder,
                                pawl_context_get_int (self->context, "stall-s") * G_USEC_PER_SEC,
                                deadline_us);
  if (self->feeder.device != NULL ||
      g_str_equal (pawl_context_get_string (self->context, "owner"), "device"))
    {
      begin_with_device (job);
      job_free (job);
    }
  else
    pawl_watchdog_systemd_get_async (pawl_context_get_string (self->context, "bus-address"),
                                     pawl_operation_get_cancellable (op), on_systemd_asked, job);
  return TRUE;
}

/* ---- the questions ---- */

static gboolean
start_check (PawlConfirmer *confirmer, GVariant *options, PawlOperation *op, GError **error)
{
  PawlWatchdogConfirmer *self = PAWL_WATCHDOG_CONFIRMER (confirmer);
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);
  PawlVerdict verdict = PAWL_VERDICT_PASS;
  g_autofree char *reason = NULL;
  gboolean progressing = FALSE;

  g_variant_lookup (options, "progressing", "b", &progressing);
  pawl_watchdog_feeder_note_check (&self->feeder, progressing);
  if (self->feeder.device != NULL)
    reason = pawl_watchdog_feeder_feed (&self->feeder);
  else if (self->owner == NOBODY)
    reason = g_strdup ("no trial has begun");
  if (reason != NULL)
    verdict = PAWL_VERDICT_NOT_YET;
  else if (self->feeder.device != NULL)
    reason = g_strdup_printf ("%s is fed, and resets after %u s without",
                              pawl_watchdog_device_get_identity (self->feeder.device),
                              pawl_watchdog_device_get_timeout_s (self->feeder.device));
  else
    reason = g_strdup ("systemd feeds the watchdog");
  g_variant_dict_insert (&answer, "verdict", "s",
                         pawl_enum_to_nick (PAWL_TYPE_VERDICT, (int) verdict));
  g_variant_dict_insert (&answer, "reason", "s", reason);
  g_variant_dict_insert_value (&answer, "details", describe (self));
  pawl_operation_complete (op, g_variant_dict_end (&answer));
  return TRUE;
}

/* ---- the end ---- */

static void
on_handed_over (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  PawlWatchdogConfirmer *self = job->confirmer;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) reopen_error = NULL;

  if (!pawl_watchdog_systemd_set_finish (result, &error))
    {
      /* It runs and cannot be stopped, so somebody has to feed it. */
      self->feeder.kept = TRUE;
      if (open_device (self, &reopen_error))
        g_warning ("the daemon has to go on feeding the watchdog: %s", error->message);
      else
        g_warning ("nobody feeds the watchdog, the device will be reset: %s; %s", error->message,
                   reopen_error->message);
    }
  pawl_operation_complete (job->op, NULL);
}

static void
set_systemd (PawlWatchdogConfirmer *self,
             guint64 usec,
             PawlOperation *op,
             GAsyncReadyCallback callback)
{
  pawl_watchdog_systemd_set_async (pawl_context_get_string (self->context, "bus-address"), usec,
                                   pawl_operation_get_cancellable (op), callback,
                                   job_new (self, op, FALSE));
}

static void
hand_back_device (PawlWatchdogConfirmer *self, PawlOperation *op)
{
  PawlContext *context = self->context;
  gboolean locked = pawl_watchdog_sysfs_get_nowayout (pawl_context_get_string (context, "sysfs"),
                                                      pawl_context_get_string (context, "device"));
  gboolean stop = g_str_equal (pawl_context_get_string (context, "after-trial"), "release") &&
                  !locked && pawl_watchdog_device_can_stop (self->feeder.device);
  guint timeout_s = pawl_watchdog_device_get_timeout_s (self->feeder.device);

  /* A last meal, so that whoever takes it has the whole timeout. */
  pawl_watchdog_device_feed (self->feeder.device, NULL);
  pawl_watchdog_feeder_drop (&self->feeder, stop);
  self->owner = NOBODY;
  if (stop)
    pawl_operation_complete (op, NULL);
  else
    set_systemd (self, (guint64) timeout_s * G_USEC_PER_SEC, op, on_handed_over);
}

static void
on_restored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  g_autoptr (GError) error = NULL;

  if (pawl_watchdog_systemd_set_finish (result, &error))
    pawl_operation_complete (job->op, NULL);
  else
    pawl_operation_fail (job->op, error);
}

static gboolean
start_end_trial (PawlConfirmer *confirmer,
                 PawlVerdict verdict,
                 GVariant *options,
                 PawlOperation *op,
                 GError **error)
{
  PawlWatchdogConfirmer *self = PAWL_WATCHDOG_CONFIRMER (confirmer);
  gboolean restore = self->owner == SYSTEMD && self->systemd_set;

  if (verdict != PAWL_VERDICT_PASS)
    {
      /* The device stays open: some drivers stop when it is closed. */
      self->feeder.starving = TRUE;
      pawl_watchdog_confirmer_tick (self);
      pawl_operation_complete (op, NULL);
      return TRUE;
    }
  self->systemd_set = FALSE;
  if (self->feeder.device != NULL)
    hand_back_device (self, op);
  else if (restore)
    set_systemd (self, self->systemd_usec, op, on_restored);
  else
    pawl_operation_complete (op, NULL);
  if (self->feeder.device == NULL)
    self->owner = NOBODY;
  return TRUE;
}

static void
iface_init (PawlConfirmerInterface *iface)
{
  iface->set_up = set_up;
  iface->start_begin_trial = start_begin_trial;
  iface->start_check = start_check;
  iface->start_end_trial = start_end_trial;
}
