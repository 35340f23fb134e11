/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Two boot partitions that take turns (Raspberry Pi documentation, "Fail-safe OS updates"). The
 * firmware boots the one of `[tryboot]` once, when the reboot says so, and the one of `[all]`
 * otherwise; so the version on trial has one try, and a reboot of any other kind is a fall back.
 * Which partition is tried is a note of our own, with the boot in which it was written: a power cut
 * before the reboot is a try that never came. */
#include "pawl-rpi-boot-control.h"

#include "pawl-rpi-autoboot.h"

#include <errno.h>
#include <unistd.h>

struct _PawlRpiBootControl
{
  GObject parent_instance;

  PawlContext *context; /* (owned) (nullable): until it is set up */
  GMutex lock;          /* one reader or writer at a time */
};

typedef struct _Job Job;
typedef gboolean (*Change) (Job *job, GError **error);

/* What a worker thread needs; the context is the main thread's. */
struct _Job
{
  PawlRpiBootControl *control; /* (owned) */
  Change change;               /* (nullable): NULL reads only */
  GStrv partitions;            /* (owned) */
  char *autoboot;              /* (owned) */
  char *parameter;             /* (owned) */
  char *device_tree;           /* (owned) */
  char *boot_id;               /* (owned) */
  char *note;                  /* (owned) */
};

static void iface_init (PawlBootControlInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlRpiBootControl,
                               pawl_rpi_boot_control,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_BOOT_CONTROL, iface_init))

static void
pawl_rpi_boot_control_finalize (GObject *object)
{
  PawlRpiBootControl *self = PAWL_RPI_BOOT_CONTROL (object);

  g_clear_object (&self->context);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (pawl_rpi_boot_control_parent_class)->finalize (object);
}

static void
pawl_rpi_boot_control_class_init (PawlRpiBootControlClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_rpi_boot_control_finalize;
}

static void
pawl_rpi_boot_control_init (PawlRpiBootControl *self)
{
  g_mutex_init (&self->lock);
}

static gboolean
set_up (PawlBootControl *control, PawlContext *context, GError **error)
{
  g_auto (GStrv) partitions = pawl_context_dup_strv (context, "partitions");
  guint64 numbers[2] = {0};

  PAWL_RPI_BOOT_CONTROL (control)->context = g_object_ref (context);
  if (g_strv_length (partitions) == 2 &&
      g_ascii_string_to_unsigned (partitions[0], 10, 1, 255, &numbers[0], NULL) &&
      g_ascii_string_to_unsigned (partitions[1], 10, 1, 255, &numbers[1], NULL) &&
      numbers[0] != numbers[1])
    return TRUE;
  g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
                       "partitions: wanted two different numbers from 1 to 255");
  return FALSE;
}

/* ---- the worker ---- */

static gboolean
fail (const char *path, const char *why, GError **error)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s: %s", path, why);
  return FALSE;
}

/* NULL takes it away. */
static gboolean
write_file (const char *path, const char *text, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (text == NULL)
    return unlink (path) == 0 || errno == ENOENT || fail (path, g_strerror (errno), error);
  return g_file_set_contents_full (path, text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0644, &local_error) ||
         fail (path, local_error->message, error);
}

/* The one that runs, and the one that does not. */
static gboolean
get_running (Job *job, const char **out_running, const char **out_other, GError **error)
{
  guint booted = pawl_rpi_booted_partition (job->device_tree);

  for (guint i = 0; i < 2; i++)
    if (booted > 0 && g_ascii_strtoull (job->partitions[i], NULL, 10) == booted)
      {
        *out_running = job->partitions[i];
        *out_other = job->partitions[1 - i];
        return TRUE;
      }
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT,
               "%s: the firmware booted partition %u, wanted %s or %s", job->device_tree, booted,
               job->partitions[0], job->partitions[1]);
  return FALSE;
}

static char *
read_boot_id (Job *job)
{
  char *text = NULL;

  return g_file_get_contents (job->boot_id, &text, NULL, NULL) ? g_strstrip (text)
                                                               : g_strdup ("unknown");
}

static gboolean
arm (Job *job, GError **error)
{
  g_autofree char *normal = NULL;
  g_autofree char *boot_id = read_boot_id (job);
  g_autofree char *note = NULL;
  const char *running;
  const char *other;

  if (!get_running (job, &running, &other, error) ||
      !pawl_rpi_autoboot_read (job->autoboot, &normal, error))
    return FALSE;
  if (!g_str_equal (normal, running))
    return fail (job->autoboot, "boot_partition is not the partition that runs", error);
  note = g_strdup_printf ("%s %s\n", other, boot_id);
  /* The argument of the reboot comes last, and is forgotten when the power is cut. */
  return pawl_rpi_autoboot_write (job->autoboot, running, other, error) &&
         write_file (job->note, note, error) && write_file (job->parameter, "0 tryboot\n", error);
}

/* What runs is what is kept: the version on trial, or after a fall back the one before. */
static gboolean
mark_good (Job *job, GError **error)
{
  const char *running;
  const char *other;

  return get_running (job, &running, &other, error) &&
         pawl_rpi_autoboot_write (job->autoboot, running, other, error) &&
         write_file (job->parameter, NULL, error) && write_file (job->note, NULL, error);
}

/* Without the argument the next boot is an ordinary one. */
static gboolean
mark_bad (Job *job, GError **error)
{
  return write_file (job->parameter, NULL, error);
}

/* Which partition was tried, and in which boot that was noted; NULL when nothing is. */
static gboolean
read_note (Job *job, GStrv *out_words, GError **error)
{
  g_autofree char *note = NULL;
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!g_file_get_contents (job->note, &note, NULL, &local_error))
    return g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
           fail (job->note, local_error->message, error);
  words = g_strsplit (g_strstrip (note), " ", 2);
  if (g_strv_length (words) != 2 ||
      !g_strv_contains ((const char *const *) job->partitions, words[0]))
    return fail (job->note, "it holds no partition and boot; remove it", error);
  *out_words = g_steal_pointer (&words);
  return TRUE;
}

static gboolean
get_status (Job *job, PawlBootStatus *out_status, guint *out_left, GError **error)
{
  g_auto (GStrv) note = NULL;
  g_autofree char *boot_id = read_boot_id (job);
  const char *running;
  const char *other;

  if (!read_note (job, &note, error))
    return FALSE;
  if (note == NULL)
    return TRUE;
  if (!get_running (job, &running, &other, error))
    return FALSE;
  if (g_str_equal (note[0], running))
    *out_status = PAWL_BOOT_STATUS_TRIAL;
  else if (!g_str_equal (note[1], boot_id))
    *out_status = PAWL_BOOT_STATUS_FELL_BACK;
  else
    *out_left = g_file_test (job->parameter, G_FILE_TEST_EXISTS) ? 1 : 0;
  return TRUE;
}

static GVariant *
describe (Job *job, GError **error)
{
  PawlBootStatus status = PAWL_BOOT_STATUS_NORMAL;
  guint left = 0;

  if (!get_status (job, &status, &left, error))
    return NULL;
  return pawl_boot_status_to_variant (
    status, left, status == PAWL_BOOT_STATUS_FELL_BACK ? "the tryboot had its try" : NULL);
}

static GVariant *
work (gpointer data, GError **error)
{
  Job *job = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&job->control->lock);

  return job->change == NULL || job->change (job, error) ? describe (job, error) : NULL;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->control);
  g_strfreev (job->partitions);
  g_free (job->autoboot);
  g_free (job->parameter);
  g_free (job->device_tree);
  g_free (job->boot_id);
  g_free (job->note);
  g_free (job);
}

/* ---- the operations ---- */

static gboolean
start (PawlBootControl *control, Change change, PawlOperation *op)
{
  PawlContext *context = PAWL_RPI_BOOT_CONTROL (control)->context;
  Job *job = g_new0 (Job, 1);

  job->control = g_object_ref (PAWL_RPI_BOOT_CONTROL (control));
  job->change = change;
  job->partitions = pawl_context_dup_strv (context, "partitions");
  job->autoboot = g_strdup (pawl_context_get_string (context, "autoboot"));
  job->parameter = g_strdup (pawl_context_get_string (context, "reboot-parameter"));
  job->device_tree = g_strdup (pawl_context_get_string (context, "device-tree"));
  job->boot_id = g_strdup (pawl_context_get_string (context, "boot-id"));
  job->note = g_build_filename (pawl_context_get_state_dir (context), "rpi", NULL);
  pawl_operation_run_in_thread (op, "pawl-rpi", work, job, job_free);
  return TRUE;
}

static gboolean
start_arm (PawlBootControl *control,
           guint tries,
           GVariant *options,
           PawlOperation *op,
           GError **error)
{
  return start (control, arm, op);
}

static gboolean
start_get_status (PawlBootControl *control, GVariant *options, PawlOperation *op, GError **error)
{
  return start (control, NULL, op);
}

static gboolean
start_mark_good (PawlBootControl *control, GVariant *options, PawlOperation *op, GError **error)
{
  return start (control, mark_good, op);
}

static gboolean
start_mark_bad (PawlBootControl *control, GVariant *options, PawlOperation *op, GError **error)
{
  return start (control, mark_bad, op);
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
