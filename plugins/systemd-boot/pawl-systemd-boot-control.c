/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The boot counter of systemd-boot. How it is told is a strategy; this runs the strategy in a
 * worker thread. */
#include "pawl-systemd-boot-control.h"

#include "pawl-systemd-boot-strategy.h"

#include <string.h>

struct _PawlSystemdBootControl
{
  GObject parent_instance;

  PawlContext *context; /* (owned) (nullable): until it is set up */
  const PawlSystemdBootStrategy *strategy;
  GMutex lock; /* one reader or writer at a time */
};

typedef enum
{
  ARM,
  GET_STATUS,
  MARK_GOOD,
  MARK_BAD,
} What;

/* What a worker thread needs; the context is the main thread's. */
typedef struct
{
  PawlSystemdBootControl *control; /* (owned) */
  What what;
  guint tries;
  PawlSystemdBootPlaces places;
} Job;

static void iface_init (PawlBootControlInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlSystemdBootControl,
                               pawl_systemd_boot_control,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_BOOT_CONTROL, iface_init))

static void
pawl_systemd_boot_control_finalize (GObject *object)
{
  PawlSystemdBootControl *self = PAWL_SYSTEMD_BOOT_CONTROL (object);

  g_clear_object (&self->context);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (pawl_systemd_boot_control_parent_class)->finalize (object);
}

static void
pawl_systemd_boot_control_class_init (PawlSystemdBootControlClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_systemd_boot_control_finalize;
}

static void
pawl_systemd_boot_control_init (PawlSystemdBootControl *self)
{
  g_mutex_init (&self->lock);
}

static gboolean
set_up (PawlBootControl *control, PawlContext *context, GError **error)
{
  PawlSystemdBootControl *self = PAWL_SYSTEMD_BOOT_CONTROL (control);
  const char *strategy = pawl_context_get_string (context, "strategy");
  g_auto (GStrv) entries = pawl_context_dup_strv (context, "entries");

  self->context = g_object_ref (context);
  self->strategy =
    g_str_equal (strategy, "one-shot") ? &pawl_systemd_boot_one_shot : &pawl_systemd_boot_counting;
  if (self->strategy == &pawl_systemd_boot_counting ||
      (g_strv_length (entries) == 2 && !g_str_equal (entries[0], entries[1])))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
               "entries: found %u, wanted the two different entries that take turns",
               g_strv_length (entries));
  return FALSE;
}

/* ---- the worker ---- */

static gboolean
change (Job *job, GError **error)
{
  const PawlSystemdBootStrategy *strategy = job->control->strategy;

  switch (job->what)
    {
    case ARM:
      return strategy->arm (&job->places, job->tries, error);
    case MARK_GOOD:
      return strategy->mark_good (&job->places, error);
    case MARK_BAD:
      return strategy->mark_bad (&job->places, error);
    case GET_STATUS:
    default:
      return TRUE;
    }
}

static GVariant *
describe (Job *job, GError **error)
{
  PawlSystemdBootStatus status = {.status = PAWL_BOOT_STATUS_NORMAL};

  if (!job->control->strategy->get_status (&job->places, &status, error))
    return NULL;
  return pawl_boot_status_to_variant (status.status, status.tries_left, status.reason);
}

static GVariant *
work (gpointer data, GError **error)
{
  Job *job = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&job->control->lock);

  return change (job, error) ? describe (job, error) : NULL;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->control);
  g_strfreev (job->places.entries);
  g_free (job->places.entries_dir);
  g_free (job->places.tries_file);
  g_free (job->places.efivars);
  g_free (job->places.note);
  g_free (job);
}

/* ---- the operations ---- */

static gboolean
start (PawlBootControl *control, What what, guint tries, PawlOperation *op)
{
  PawlSystemdBootControl *self = PAWL_SYSTEMD_BOOT_CONTROL (control);
  Job *job = g_new0 (Job, 1);

  job->control = g_object_ref (self);
  job->what = what;
  job->tries = tries;
  job->places.entries_dir = g_strdup (pawl_context_get_string (self->context, "entries-dir"));
  job->places.tries_file = g_strdup (pawl_context_get_string (self->context, "tries-file"));
  job->places.efivars = g_strdup (pawl_context_get_string (self->context, "efivars"));
  job->places.entries = pawl_context_dup_strv (self->context, "entries");
  job->places.note =
    g_build_filename (pawl_context_get_state_dir (self->context), "systemd-boot", NULL);
  pawl_operation_run_in_thread (op, "pawl-sd-boot", work, job, job_free);
  return TRUE;
}

static gboolean
start_arm (PawlBootControl *control,
           guint tries,
           GVariant *options,
           PawlOperation *op,
           GError **error)
{
  return start (control, ARM, tries, op);
}

static gboolean
start_get_status (PawlBootControl *control, GVariant *options, PawlOperation *op, GError **error)
{
  return start (control, GET_STATUS, 0, op);
}

static gboolean
start_mark_good (PawlBootControl *control, GVariant *options, PawlOperation *op, GError **error)
{
  return start (control, MARK_GOOD, 0, op);
}

static gboolean
start_mark_bad (PawlBootControl *control, GVariant *options, PawlOperation *op, GError **error)
{
  return start (control, MARK_BAD, 0, op);
}

static void
iface_init (PawlBootControlInterface *iface)
{
  iface->set_up = set_up;
  iface->start_arm = start_arm;
  iface->start_get_status = start_get_status;
  iface->start_mark_good = start_mark_good;
  iface->start_mark_bad = start_mark_bad;
}
