/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Two boot entries of the firmware that take turns (UEFI 2.10, 3.1). The firmware boots BootNext
 * once and takes it away before anything runs; otherwise it boots the first of BootOrder. So the
 * version on trial has one try, and a reboot of any kind is a fall back. Which entry was tried is a
 * note of our own. */
#include "pawl-efi-boot-control.h"

#include "pawl-efi-variable.h"

#include <errno.h>
#include <unistd.h>

struct _PawlEfiBootControl
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
  PawlEfiBootControl *control; /* (owned) */
  Change change;               /* (nullable): NULL reads only */
  guint16 entries[2];
  char *efivars; /* (owned) */
  char *note;    /* (owned) */
};

static void iface_init (PawlBootControlInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlEfiBootControl,
                               pawl_efi_boot_control,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_BOOT_CONTROL, iface_init))

static void
pawl_efi_boot_control_finalize (GObject *object)
{
  PawlEfiBootControl *self = PAWL_EFI_BOOT_CONTROL (object);

  g_clear_object (&self->context);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (pawl_efi_boot_control_parent_class)->finalize (object);
}

static void
pawl_efi_boot_control_class_init (PawlEfiBootControlClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_efi_boot_control_finalize;
}

static void
pawl_efi_boot_control_init (PawlEfiBootControl *self)
{
  g_mutex_init (&self->lock);
}

static gboolean
parse_entries (PawlContext *context, guint16 *out_entries, GError **error)
{
  g_auto (GStrv) entries = pawl_context_dup_strv (context, "entries");
  guint64 numbers[2] = {0};

  if (g_strv_length (entries) != 2 ||
      !g_ascii_string_to_unsigned (entries[0], 16, 0, G_MAXUINT16, &numbers[0], NULL) ||
      !g_ascii_string_to_unsigned (entries[1], 16, 0, G_MAXUINT16, &numbers[1], NULL) ||
      numbers[0] == numbers[1])
    {
      g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
                           "entries: wanted two different numbers in hexadecimal digits, for "
                           "example 0001;0002");
      return FALSE;
    }
  out_entries[0] = (guint16) numbers[0];
  out_entries[1] = (guint16) numbers[1];
  return TRUE;
}

static gboolean
set_up (PawlBootControl *control, PawlContext *context, GError **error)
{
  guint16 entries[2];

  PAWL_EFI_BOOT_CONTROL (control)->context = g_object_ref (context);
  return parse_entries (context, entries, error);
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

static gboolean
set_number (Job *job, const char *name, guint16 number, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint16));

  g_array_append_val (numbers, number);
  return pawl_efi_variable_set (job->efivars, name, numbers, error);
}

static gboolean
remove_variable (Job *job, const char *name, GError **error)
{
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (guint16));

  return pawl_efi_variable_set (job->efivars, name, none, error);
}

/* The one that runs, and the one that does not. */
static gboolean
get_running (Job *job, guint16 *out_running, guint16 *out_other, GError **error)
{
  g_autoptr (GArray) current = pawl_efi_variable_get (job->efivars, "BootCurrent", error);

  if (current == NULL)
    return FALSE;
  for (guint i = 0; i < 2; i++)
    if (current->len == 1 && g_array_index (current, guint16, 0) == job->entries[i])
      {
        *out_running = job->entries[i];
        *out_other = job->entries[1 - i];
        return TRUE;
      }
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s: BootCurrent is %04X, wanted %04X or %04X",
               job->efivars, current->len > 0 ? g_array_index (current, guint16, 0) : 0,
               job->entries[0], job->entries[1]);
  return FALSE;
}

/* The rest of the order stays. */
static gboolean
put_first (Job *job, guint16 first, GError **error)
{
  g_autoptr (GArray) order = pawl_efi_variable_get (job->efivars, "BootOrder", error);

  if (order == NULL)
    return FALSE;
  if (order->len > 0 && g_array_index (order, guint16, 0) == first)
    return TRUE;
  for (guint i = order->len; i > 0; i--)
    if (g_array_index (order, guint16, i - 1) == first)
      g_array_remove_index (order, i - 1);
  g_array_prepend_val (order, first);
  return pawl_efi_variable_set (job->efivars, "BootOrder", order, error);
}

static gboolean
arm (Job *job, GError **error)
{
  g_autofree char *note = NULL;
  guint16 running;
  guint16 other;

  if (!get_running (job, &running, &other, error))
    return FALSE;
  if (!pawl_efi_has_entry (job->efivars, other))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT,
                   "%s: there is no boot entry %04X; efibootmgr makes one", job->efivars, other);
      return FALSE;
    }
  note = g_strdup_printf ("%04X\n", other);
  /* The way back is there before the way forward. */
  return put_first (job, running, error) && write_file (job->note, note, error) &&
         set_number (job, "BootNext", other, error);
}

/* What runs is what is kept: the version on trial, or after a fall back the one before. */
static gboolean
mark_good (Job *job, GError **error)
{
  guint16 running;
  guint16 other;

  return get_running (job, &running, &other, error) && put_first (job, running, error) &&
         remove_variable (job, "BootNext", error) && write_file (job->note, NULL, error);
}

static gboolean
mark_bad (Job *job, GError **error)
{
  return remove_variable (job, "BootNext", error);
}

/* Which entry was tried; @out_tried stays FALSE when nothing is noted. */
static gboolean
read_note (Job *job, gboolean *out_tried, guint16 *out_entry, GError **error)
{
  g_autofree char *note = NULL;
  g_autoptr (GError) local_error = NULL;
  guint64 number = 0;

  if (!g_file_get_contents (job->note, &note, NULL, &local_error))
    return g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
           fail (job->note, local_error->message, error);
  if (!g_ascii_string_to_unsigned (g_strstrip (note), 16, 0, G_MAXUINT16, &number, NULL))
    return fail (job->note, "it holds no number of a boot entry; remove it", error);
  *out_tried = TRUE;
  *out_entry = (guint16) number;
  return TRUE;
}

static gboolean
get_status (Job *job, PawlBootStatus *out_status, guint *out_left, GError **error)
{
  g_autoptr (GArray) next = NULL;
  gboolean tried = FALSE;
  guint16 entry = 0;
  guint16 running;
  guint16 other;

  if (!read_note (job, &tried, &entry, error))
    return FALSE;
  if (!tried)
    return TRUE;
  next = pawl_efi_variable_get (job->efivars, "BootNext", error);
  if (next == NULL || !get_running (job, &running, &other, error))
    return FALSE;
  if (entry == running)
    *out_status = PAWL_BOOT_STATUS_TRIAL;
  else if (next->len > 0)
    *out_left = 1;
  else
    *out_status = PAWL_BOOT_STATUS_FELL_BACK;
  return TRUE;
}

static GVariant *
describe (Job *job, GError **error)
{
  PawlBootStatus status = PAWL_BOOT_STATUS_NORMAL;
  guint left = 0;

  if (!get_status (job, &status, &left, error))
    return NULL;
  return pawl_boot_status_to_variant (status, left,
                                      status == PAWL_BOOT_STATUS_FELL_BACK ? "BootNext had its try"
                                                                           : NULL);
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
  g_free (job->efivars);
  g_free (job->note);
  g_free (job);
}

/* ---- the operations ---- */

static gboolean
start (PawlBootControl *control, Change change, PawlOperation *op)
{
  PawlContext *context = PAWL_EFI_BOOT_CONTROL (control)->context;
  Job *job = g_new0 (Job, 1);

  job->control = g_object_ref (PAWL_EFI_BOOT_CONTROL (control));
  job->change = change;
  parse_entries (context, job->entries, NULL);
  job->efivars = g_strdup (pawl_context_get_string (context, "efivars"));
  job->note = g_build_filename (pawl_context_get_state_dir (context), "efi", NULL);
  pawl_operation_run_in_thread (op, "pawl-efi", work, job, job_free);
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
