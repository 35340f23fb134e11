/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The boot counter in U-Boot's environment (U-Boot, doc/usage/bootcount.rst):
 *
 *   upgrade_available=1    count, because a version is on trial
 *   bootcount=1            boots since then; U-Boot adds one at each
 *   bootlimit=3            more than these, and U-Boot runs altbootcmd
 *   rollback=1             altbootcmd's script chose the version before
 *
 * Each change is one store, in a worker thread, and is read again afterwards: a configuration that
 * names the wrong place is found before anything is activated. */
#include "pawl-uboot-boot-control.h"

#include "pawl-uboot-env.h"

#include <string.h>

typedef struct
{
  int upgrade_available;
  int bootcount;
  int bootlimit;
  int rollback;
} Counter;

struct _PawlUbootBootControl
{
  GObject parent_instance;

  PawlContext *context; /* (owned) (nullable): until it is set up */
  GMutex lock;          /* one reader or writer at a time */
};

typedef void (*Change) (Counter *counter, int tries);

/* What a worker thread needs; the context is the main thread's. */
typedef struct
{
  PawlUbootBootControl *control; /* (owned) */
  Change change;                 /* (nullable): NULL reads only */
  int tries;
  char *config;            /* (owned) */
  char *upgrade_available; /* (owned): names of variables */
  char *bootcount;         /* (owned) */
  char *bootlimit;         /* (owned) */
  char *rollback;          /* (owned): may be empty */
} Job;

static void iface_init (PawlBootControlInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlUbootBootControl,
                               pawl_uboot_boot_control,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_BOOT_CONTROL, iface_init))

static void
pawl_uboot_boot_control_finalize (GObject *object)
{
  PawlUbootBootControl *self = PAWL_UBOOT_BOOT_CONTROL (object);

  g_clear_object (&self->context);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (pawl_uboot_boot_control_parent_class)->finalize (object);
}

static void
pawl_uboot_boot_control_class_init (PawlUbootBootControlClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_uboot_boot_control_finalize;
}

static void
pawl_uboot_boot_control_init (PawlUbootBootControl *self)
{
  g_mutex_init (&self->lock);
}

static gboolean
check_name (PawlContext *context, const char *key, gboolean may_be_empty, GError **error)
{
  const char *name = pawl_context_get_string (context, key);

  if (strchr (name, '=') == NULL && (may_be_empty || *name != '\0'))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
               "%s: found \"%s\", wanted the name of a variable of U-Boot", key, name);
  return FALSE;
}

static gboolean
set_up (PawlBootControl *control, PawlContext *context, GError **error)
{
  PAWL_UBOOT_BOOT_CONTROL (control)->context = g_object_ref (context);
  return check_name (context, "upgrade-available-variable", FALSE, error) &&
         check_name (context, "bootcount-variable", FALSE, error) &&
         check_name (context, "bootlimit-variable", FALSE, error) &&
         check_name (context, "rollback-variable", TRUE, error);
}

/* ---- the environment ---- */

static gboolean
load (Job *job, PawlUbootEnv *env, Counter *counter, GError **error)
{
  return pawl_uboot_env_get_number (env, job->upgrade_available, &counter->upgrade_available,
                                    error) &&
         pawl_uboot_env_get_number (env, job->bootcount, &counter->bootcount, error) &&
         pawl_uboot_env_get_number (env, job->bootlimit, &counter->bootlimit, error) &&
         (*job->rollback == '\0' ||
          pawl_uboot_env_get_number (env, job->rollback, &counter->rollback, error));
}

static gboolean
save (Job *job, PawlUbootEnv *env, const Counter *counter, GError **error)
{
  return pawl_uboot_env_set_number (env, job->upgrade_available, counter->upgrade_available,
                                    error) &&
         pawl_uboot_env_set_number (env, job->bootcount, counter->bootcount, error) &&
         pawl_uboot_env_set_number (env, job->bootlimit, counter->bootlimit, error) &&
         (*job->rollback == '\0' ||
          pawl_uboot_env_set_number (env, job->rollback, counter->rollback, error)) &&
         pawl_uboot_env_store (env, error);
}

static gboolean
is_same (Job *job, const Counter *a, const Counter *b)
{
  return a->upgrade_available == b->upgrade_available && a->bootcount == b->bootcount &&
         a->bootlimit == b->bootlimit && (*job->rollback == '\0' || a->rollback == b->rollback);
}

static gboolean
change (Job *job, Counter *counter, GError **error)
{
  g_autoptr (PawlUbootEnv) env = pawl_uboot_env_open (job->config, error);
  Counter before;

  if (env == NULL || !load (job, env, counter, error))
    return FALSE;
  before = *counter;
  if (job->change != NULL)
    job->change (counter, job->tries);
  /* Flash wears out. */
  return is_same (job, &before, counter) || save (job, env, counter, error);
}

static gboolean
verify (Job *job, const Counter *wanted, GError **error)
{
  g_autoptr (PawlUbootEnv) env = pawl_uboot_env_open (job->config, error);
  Counter found = {0};

  if (env == NULL || !load (job, env, &found, error))
    return FALSE;
  if (is_same (job, wanted, &found))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT,
               "%s: the environment was written, but reads as before: %s is %d, wanted %d",
               job->config, job->upgrade_available, found.upgrade_available,
               wanted->upgrade_available);
  return FALSE;
}

/* ---- what it means ---- */

/* A count above the limit is a fall back also where no script sets rollback. */
static PawlBootStatus
get_status (const Counter *counter)
{
  if (counter->upgrade_available == 0)
    return PAWL_BOOT_STATUS_NORMAL;
  if (counter->rollback != 0 || counter->bootcount > counter->bootlimit)
    return PAWL_BOOT_STATUS_FELL_BACK;
  /* Armed, but not booted since. */
  return counter->bootcount == 0 ? PAWL_BOOT_STATUS_NORMAL : PAWL_BOOT_STATUS_TRIAL;
}

static GVariant *
describe (const Counter *counter)
{
  PawlBootStatus status = get_status (counter);
  int left = counter->upgrade_available != 0 ? counter->bootlimit - counter->bootcount : 0;

  return pawl_boot_status_to_variant (status, (guint) MAX (left, 0),
                                      status == PAWL_BOOT_STATUS_FELL_BACK ? "bootcount ran out"
                                                                           : NULL);
}

static void
arm (Counter *counter, int tries)
{
  *counter = (Counter){.upgrade_available = 1, .bootlimit = tries};
}

static void
mark_good (Counter *counter, int tries)
{
  counter->upgrade_available = 0;
  counter->bootcount = 0;
  counter->rollback = 0;
}

/* The version before is the default again. A count that went on to its limit would make U-Boot boot
 * the other one, which is the bad one by now. */
static void
mark_bad (Counter *counter, int tries)
{
  mark_good (counter, tries);
}

/* ---- the operations ---- */

static GVariant *
work (gpointer data, GError **error)
{
  Job *job = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&job->control->lock);
  Counter counter = {0};

  if (!change (job, &counter, error))
    return NULL;
  if (job->change != NULL && !verify (job, &counter, error))
    return NULL;
  return describe (&counter);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->control);
  g_free (job->config);
  g_free (job->upgrade_available);
  g_free (job->bootcount);
  g_free (job->bootlimit);
  g_free (job->rollback);
  g_free (job);
}

static gboolean
start (PawlBootControl *control, Change what, guint tries, PawlOperation *op)
{
  PawlUbootBootControl *self = PAWL_UBOOT_BOOT_CONTROL (control);
  Job *job = g_new0 (Job, 1);

  job->control = g_object_ref (self);
  job->change = what;
  job->tries = (int) tries;
  job->config = g_strdup (pawl_context_get_string (self->context, "config"));
  job->upgrade_available =
    g_strdup (pawl_context_get_string (self->context, "upgrade-available-variable"));
  job->bootcount = g_strdup (pawl_context_get_string (self->context, "bootcount-variable"));
  job->bootlimit = g_strdup (pawl_context_get_string (self->context, "bootlimit-variable"));
  job->rollback = g_strdup (pawl_context_get_string (self->context, "rollback-variable"));
  pawl_operation_run_in_thread (op, "pawl-uboot", work, job, job_free);
  return TRUE;
}

static gboolean
start_arm (PawlBootControl *control,
           guint tries,
           GVariant *options,
           PawlOperation *op,
           GError **error)
{
  return start (control, arm, tries, op);
}

static gboolean
start_get_status (PawlBootControl *control, GVariant *options, PawlOperation *op, GError **error)
{
  return start (control, NULL, 0, op);
}

static gboolean
start_mark_good (PawlBootControl *control, GVariant *options, PawlOperation *op, GError **error)
{
  return start (control, mark_good, 0, op);
}

static gboolean
start_mark_bad (PawlBootControl *control, GVariant *options, PawlOperation *op, GError **error)
{
  return start (control, mark_bad, 0, op);
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
