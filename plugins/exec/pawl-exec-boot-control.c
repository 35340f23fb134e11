/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A boot control that is an executable of the device maker, run once for each step: arm,
 * get-status, mark-good, mark-bad. README.md is the protocol. One step at a time. */
#include "pawl-exec-boot-control.h"

#include "pawl-exec-step.h"

struct _PawlExecBootControl
{
  GObject parent_instance;

  PawlContext *context; /* (owned) (nullable): until it is set up */
  gboolean running;
};

typedef struct
{
  PawlExecBootControl *control; /* (owned) */
  PawlOperation *op;            /* (owned) */
  gboolean asks;                /* the answer is a status */
} Job;

static void iface_init (PawlBootControlInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlExecBootControl,
                               pawl_exec_boot_control,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_BOOT_CONTROL, iface_init))

static void
pawl_exec_boot_control_dispose (GObject *object)
{
  g_clear_object (&PAWL_EXEC_BOOT_CONTROL (object)->context);
  G_OBJECT_CLASS (pawl_exec_boot_control_parent_class)->dispose (object);
}

static void
pawl_exec_boot_control_class_init (PawlExecBootControlClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pawl_exec_boot_control_dispose;
}

static void
pawl_exec_boot_control_init (PawlExecBootControl *self)
{
}

static gboolean
set_up (PawlBootControl *control, PawlContext *context, GError **error)
{
  PAWL_EXEC_BOOT_CONTROL (control)->context = g_object_ref (context);
  return TRUE;
}

static void
job_free (Job *job)
{
  job->control->running = FALSE;
  g_object_unref (job->control);
  g_object_unref (job->op);
  g_free (job);
}

/* ---- what it says ---- */

/* NULL when it names no status: silence is not "normal". */
static GVariant *
make_status (Job *job, GHashTable *answers, GError **error)
{
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);
  const char *status = g_hash_table_lookup (answers, "status");
  const char *left = g_hash_table_lookup (answers, "tries-left");
  const char *reason = g_hash_table_lookup (answers, "reason");
  guint64 tries_left = 0;
  int known;

  if (status == NULL || !pawl_enum_from_nick (PAWL_TYPE_BOOT_STATUS, status, &known, NULL) ||
      (left != NULL && !g_ascii_string_to_unsigned (left, 10, 0, 100, &tries_left, NULL)))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT,
                   "%s get-status: found status=%s tries-left=%s, wanted normal, trial or "
                   "fell-back, and 0 to 100",
                   pawl_context_get_string (job->control->context, "command"),
                   status != NULL ? status : "", left != NULL ? left : "");
      return NULL;
    }
  g_variant_dict_insert (&answer, "status", "s", status);
  g_variant_dict_insert (&answer, "tries-left", "u", (guint) tries_left);
  if (reason != NULL)
    g_variant_dict_insert (&answer, "reason", "s", reason);
  return g_variant_ref_sink (g_variant_dict_end (&answer));
}

static void
on_step_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) answers = pawl_exec_step_finish (result, &error);
  g_autoptr (GVariant) status = NULL;

  if (answers != NULL && job->asks)
    status = make_status (job, answers, &error);
  if (error != NULL)
    pawl_operation_fail (job->op, error);
  else
    pawl_operation_complete (job->op, status);
  job_free (job);
}

/* ---- the steps ---- */

static gboolean
run (PawlBootControl *control, const char *step, guint tries, PawlOperation *op, GError **error)
{
  PawlExecBootControl *self = PAWL_EXEC_BOOT_CONTROL (control);
  g_autoptr (GPtrArray) environment = g_ptr_array_new_with_free_func (g_free);
  const char *state_dir = pawl_context_get_state_dir (self->context);
  PawlExecRequest request = {
    .command = pawl_context_get_string (self->context, "command"),
    .step = step,
    .environment = environment,
    .failure = PAWL_ERROR_BOOT,
    .op = op,
  };
  Job *job;

  if (self->running)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BUSY,
                   "%s: an earlier step has not ended yet; try again in a few seconds",
                   request.command);
      return FALSE;
    }
  if (state_dir != NULL)
    g_ptr_array_add (environment, g_strconcat ("PAWL_STATE_DIR=", state_dir, NULL));
  if (tries > 0)
    g_ptr_array_add (environment, g_strdup_printf ("PAWL_TRIES=%u", tries));
  job = g_new0 (Job, 1);
  job->control = g_object_ref (self);
  job->op = g_object_ref (op);
  job->asks = g_str_equal (step, "get-status");
  self->running = TRUE;
  pawl_exec_step_async (&request, on_step_ended, job);
  return TRUE;
}

static gboolean
start_arm (PawlBootControl *control,
           guint tries,
           GVariant *options,
           PawlOperation *op,
           GError **error)
{
  return run (control, "arm", tries, op, error);
}

static gboolean
start_get_status (PawlBootControl *control, GVariant *options, PawlOperation *op, GError **error)
{
  return run (control, "get-status", 0, op, error);
}

static gboolean
start_mark_good (PawlBootControl *control, GVariant *options, PawlOperation *op, GError **error)
{
  return run (control, "mark-good", 0, op, error);
}

static gboolean
start_mark_bad (PawlBootControl *control, GVariant *options, PawlOperation *op, GError **error)
{
  return run (control, "mark-bad", 0, op, error);
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
