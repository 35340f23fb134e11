/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The boot counter in GRUB's environment block. What the variables mean is a strategy; this reads
 * the block, lets the strategy change it, and writes it in place, in a worker thread. */
#include "pawl-grub-boot-control.h"

#include "pawl-grub-strategy.h"

#include <string.h>

struct _PawlGrubBootControl
{
  GObject parent_instance;

  PawlContext *context; /* (owned) (nullable): until it is set up */
  const PawlGrubStrategy *strategy;
  GMutex lock; /* one reader or writer of the block at a time */
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
  PawlGrubBootControl *control; /* (owned) */
  What what;
  guint tries;
  char *path;      /* (owned) */
  char *cmdline;   /* (owned) */
  char *parameter; /* (owned) */
  PawlGrubSettings settings;
} Job;

static void iface_init (PawlBootControlInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlGrubBootControl,
                               pawl_grub_boot_control,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_BOOT_CONTROL, iface_init))

static void
pawl_grub_boot_control_finalize (GObject *object)
{
  PawlGrubBootControl *self = PAWL_GRUB_BOOT_CONTROL (object);

  g_clear_object (&self->context);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (pawl_grub_boot_control_parent_class)->finalize (object);
}

static void
pawl_grub_boot_control_class_init (PawlGrubBootControlClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_grub_boot_control_finalize;
}

static void
pawl_grub_boot_control_init (PawlGrubBootControl *self)
{
  g_mutex_init (&self->lock);
}

static gboolean
set_up (PawlBootControl *control, PawlContext *context, GError **error)
{
  PawlGrubBootControl *self = PAWL_GRUB_BOOT_CONTROL (control);
  const char *strategy = pawl_context_get_string (context, "strategy");
  g_auto (GStrv) entries = pawl_context_dup_strv (context, "entries");

  self->context = g_object_ref (context);
  self->strategy = g_str_equal (strategy, "one-shot") ? &pawl_grub_one_shot : &pawl_grub_counter;
  if (self->strategy == &pawl_grub_counter ||
      (g_strv_length (entries) == 2 && !g_str_equal (entries[0], entries[1])))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
               "entries: found %u, wanted the two different entries that take turns",
               g_strv_length (entries));
  return FALSE;
}

/* ---- the worker ---- */

static char *
find_parameter (const char *path, const char *name)
{
  g_autofree char *text = NULL;
  g_autofree char *prefix = g_strconcat (name, "=", NULL);
  g_auto (GStrv) words = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  words = g_strsplit_set (text, " \t\n", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], prefix))
      return g_strdup (words[i] + strlen (prefix));
  return NULL;
}

static gboolean
change (Job *job, PawlGrubEnv *env, GError **error)
{
  const PawlGrubStrategy *strategy = job->control->strategy;

  switch (job->what)
    {
    case ARM:
      return strategy->arm (env, &job->settings, job->tries, error);
    case MARK_GOOD:
      return strategy->mark_good (env, &job->settings, error);
    case MARK_BAD:
      return strategy->mark_bad (env, &job->settings, error);
    case GET_STATUS:
    default:
      return TRUE;
    }
}

static GVariant *
describe (Job *job, PawlGrubEnv *env, GError **error)
{
  PawlGrubStatus status = {.status = PAWL_BOOT_STATUS_NORMAL};

  if (!job->control->strategy->get_status (env, &job->settings, &status, error))
    return NULL;
  return pawl_boot_status_to_variant (status.status, status.tries_left, status.reason);
}

static GVariant *
work (gpointer data, GError **error)
{
  Job *job = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&job->control->lock);
  g_autoptr (PawlGrubEnv) env = pawl_grub_env_load (job->path, error);
  g_autoptr (GVariant) answer = NULL;

  if (env == NULL)
    return NULL;
  job->settings.running = find_parameter (job->cmdline, job->parameter);
  if (change (job, env, error))
    answer = describe (job, env, error);
  if (answer == NULL)
    {
      g_prefix_error (error, "%s: ", job->path);
      return NULL;
    }
  if (job->what != GET_STATUS && !pawl_grub_env_save (env, job->path, error))
    return NULL;
  return g_steal_pointer (&answer);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->control);
  g_strfreev (job->settings.entries);
  g_free (job->settings.running);
  g_free (job->path);
  g_free (job->cmdline);
  g_free (job->parameter);
  g_free (job);
}

/* ---- the operations ---- */

static gboolean
start (PawlBootControl *control, What what, guint tries, PawlOperation *op)
{
  PawlGrubBootControl *self = PAWL_GRUB_BOOT_CONTROL (control);
  Job *job = g_new0 (Job, 1);

  job->control = g_object_ref (self);
  job->what = what;
  job->tries = tries;
  job->path = g_strdup (pawl_context_get_string (self->context, "env"));
  job->cmdline = g_strdup (pawl_context_get_string (self->context, "cmdline"));
  job->parameter = g_strdup (pawl_context_get_string (self->context, "entry-parameter"));
  job->settings.entries = pawl_context_dup_strv (self->context, "entries");
  pawl_operation_run_in_thread (op, "pawl-grub", work, job, job_free);
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
