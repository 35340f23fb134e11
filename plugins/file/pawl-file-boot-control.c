/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The boot counter of a system that no boot loader starts: a container, or a test. What starts it
 * counts in a keyfile, in U-Boot's words (U-Boot, doc/usage/bootcount.rst):
 *
 *   [Boot]
 *   upgrade_available=1    count, because a version is on trial
 *   bootcount=1            starts since then
 *   bootlimit=3            more than these, and the version before is started
 *   rollback=0             1 when it was
 *
 * Each change replaces the file in one step that a power cut cannot halve, in a worker thread. */
#include "pawl-file-boot-control.h"

#define GROUP "Boot"

/* More than these are no count: they would never end. */
#define MAX_COUNT 1000000

struct _PawlFileBootControl
{
  GObject parent_instance;

  char *path;  /* (owned) (nullable): until it is set up */
  GMutex lock; /* one reader or writer of the file at a time */
};

typedef struct
{
  int upgrade_available;
  int bootcount;
  int bootlimit;
  int rollback;
} Counter;

typedef void (*Change) (Counter *counter, int tries);

typedef struct
{
  PawlFileBootControl *control; /* (owned) */
  Change change;                /* (nullable): NULL reads only */
  int tries;
} Job;

static void iface_init (PawlBootControlInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlFileBootControl,
                               pawl_file_boot_control,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_BOOT_CONTROL, iface_init))

static void
pawl_file_boot_control_finalize (GObject *object)
{
  PawlFileBootControl *self = PAWL_FILE_BOOT_CONTROL (object);

  g_clear_pointer (&self->path, g_free);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (pawl_file_boot_control_parent_class)->finalize (object);
}

static void
pawl_file_boot_control_class_init (PawlFileBootControlClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_file_boot_control_finalize;
}

static void
pawl_file_boot_control_init (PawlFileBootControl *self)
{
  g_mutex_init (&self->lock);
}

static gboolean
set_up (PawlBootControl *control, PawlContext *context, GError **error)
{
  PawlFileBootControl *self = PAWL_FILE_BOOT_CONTROL (control);

  self->path = g_strdup (pawl_context_get_string (context, "boot-file"));
  return TRUE;
}

/* ---- the file ---- */

static gboolean
fail (PawlFileBootControl *self, const char *why, GError **error)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s: %s", self->path, why);
  return FALSE;
}

static gboolean
read_number (PawlFileBootControl *self, GKeyFile *file, const char *key, int *out, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  int number = g_key_file_get_integer (file, GROUP, key, &local_error);

  if (local_error != NULL)
    return fail (self, local_error->message, error);
  if (number < 0 || number > MAX_COUNT)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s: %s is %d, wanted 0 to %d", self->path,
                   key, number, MAX_COUNT);
      return FALSE;
    }
  *out = number;
  return TRUE;
}

/* A file that is not there has never counted: nothing is on trial. One that is there and says
 * nothing clear is an error, because what boots next cannot be told from it. */
static gboolean
load (PawlFileBootControl *self, GKeyFile *file, Counter *counter, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!g_key_file_load_from_file (file, self->path, G_KEY_FILE_KEEP_COMMENTS, &local_error))
    return g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
           fail (self, local_error->message, error);
  return read_number (self, file, "upgrade_available", &counter->upgrade_available, error) &&
         read_number (self, file, "bootcount", &counter->bootcount, error) &&
         read_number (self, file, "bootlimit", &counter->bootlimit, error) &&
         read_number (self, file, "rollback", &counter->rollback, error);
}

static gboolean
save (PawlFileBootControl *self, GKeyFile *file, const Counter *counter, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;
  gsize size = 0;

  g_key_file_set_integer (file, GROUP, "upgrade_available", counter->upgrade_available);
  g_key_file_set_integer (file, GROUP, "bootcount", counter->bootcount);
  g_key_file_set_integer (file, GROUP, "bootlimit", counter->bootlimit);
  g_key_file_set_integer (file, GROUP, "rollback", counter->rollback);
  text = g_key_file_to_data (file, &size, NULL);
  if (g_file_set_contents_full (self->path, text, (gssize) size,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &local_error))
    return TRUE;
  return fail (self, local_error->message, error);
}

/* ---- what it means ---- */

static PawlBootStatus
get_status (const Counter *counter)
{
  if (counter->upgrade_available == 0)
    return PAWL_BOOT_STATUS_NORMAL;
  if (counter->rollback != 0)
    return PAWL_BOOT_STATUS_FELL_BACK;
  /* Armed, but not started since. */
  return counter->bootcount == 0 ? PAWL_BOOT_STATUS_NORMAL : PAWL_BOOT_STATUS_TRIAL;
}

static GVariant *
describe (const Counter *counter)
{
  int left = counter->upgrade_available != 0 ? counter->bootlimit - counter->bootcount : 0;

  return pawl_boot_status_to_variant (get_status (counter), (guint) MAX (left, 0), NULL);
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

/* The version before is the default again. A count that went on to its limit would start the other
 * one, which is the bad one by now. */
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
  g_autoptr (GKeyFile) file = g_key_file_new ();
  Counter counter = {0};

  if (!load (job->control, file, &counter, error))
    return NULL;
  if (job->change != NULL)
    {
      job->change (&counter, job->tries);
      if (!save (job->control, file, &counter, error))
        return NULL;
    }
  return describe (&counter);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->control);
  g_free (job);
}

static gboolean
start (PawlBootControl *control, Change change, guint tries, PawlOperation *op)
{
  Job *job = g_new0 (Job, 1);

  job->control = g_object_ref (PAWL_FILE_BOOT_CONTROL (control));
  job->change = change;
  job->tries = (int) tries;
  pawl_operation_run_in_thread (op, "pawl-file-boot", work, job, job_free);
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
