/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* An installer that is an executable of the device maker, run once for each step:
 *
 *   verify-reboot   describe_installed: says what runs now
 *   can-install     can_install; optional
 *   download        install: gets the payload
 *   install         install, after download: puts it in place, beside what runs
 *   activate        activate: makes it what boots next, or what runs
 *   commit          commit; optional
 *   rollback        revert
 *   cleanup         clean_up; optional
 *
 * README.md is the protocol. One step at a time: a step that was cancelled and has not ended yet
 * keeps the next one out. */
#include "pawl-exec-installer.h"

#include "pawl-exec-step.h"

struct _PawlExecInstaller
{
  GObject parent_instance;

  PawlContext *context; /* (owned) (nullable): until it is set up */
  gboolean running;
};

typedef struct _Job Job;

/* What a slot's last step answered becomes what the slot answers. */
typedef void (*Answer) (Job *job, GHashTable *answers);

struct _Job
{
  PawlExecInstaller *installer; /* (owned) */
  PawlTarget *target;           /* (owned) (nullable) */
  PawlPayload *payload;         /* (owned) (nullable) */
  PawlOperation *op;            /* (owned) */
  const char *const *steps;     /* (unowned): what is left to do */
  gboolean optional;
  guint64 need_bytes;
  Answer answer;
};

static void iface_init (PawlInstallerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlExecInstaller,
                               pawl_exec_installer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_INSTALLER, iface_init))

static void
pawl_exec_installer_dispose (GObject *object)
{
  g_clear_object (&PAWL_EXEC_INSTALLER (object)->context);
  G_OBJECT_CLASS (pawl_exec_installer_parent_class)->dispose (object);
}

static void
pawl_exec_installer_class_init (PawlExecInstallerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pawl_exec_installer_dispose;
}

static void
pawl_exec_installer_init (PawlExecInstaller *self)
{
}

static gboolean
set_up (PawlInstaller *installer, PawlContext *context, GError **error)
{
  PAWL_EXEC_INSTALLER (installer)->context = g_object_ref (context);
  return TRUE;
}

static void
job_free (Job *job)
{
  g_object_unref (job->installer);
  g_clear_object (&job->target);
  g_clear_object (&job->payload);
  g_object_unref (job->op);
  g_free (job);
}

/* ---- what a step gets ---- */

static void
add (GPtrArray *environment, const char *name, const char *value)
{
  if (value != NULL)
    g_ptr_array_add (environment, g_strconcat (name, "=", value, NULL));
}

static void
add_number (GPtrArray *environment, const char *name, guint64 number)
{
  g_ptr_array_add (environment, g_strdup_printf ("%s=%" G_GUINT64_FORMAT, name, number));
}

static GPtrArray *
make_environment (Job *job)
{
  GPtrArray *environment = g_ptr_array_new_with_free_func (g_free);
  PawlContext *context = job->installer->context;
  PawlTarget *target = job->target;

  add (environment, "PAWL_ECU", pawl_context_get_name (context));
  add (environment, "PAWL_STATE_DIR", pawl_context_get_state_dir (context));
  add_number (environment, "PAWL_NEED_BYTES", job->need_bytes);
  if (target == NULL)
    return environment;
  add (environment, "PAWL_TARGET_NAME", pawl_target_get_name (target));
  add (environment, "PAWL_TARGET_VERSION", pawl_target_get_version (target));
  add (environment, "PAWL_TARGET_FORMAT", pawl_target_get_format (target));
  add (environment, "PAWL_TARGET_SHA256", pawl_target_get_hash (target, "sha256"));
  add (environment, "PAWL_TARGET_SHA512", pawl_target_get_hash (target, "sha512"));
  add_number (environment, "PAWL_TARGET_LENGTH", pawl_target_get_length (target));
  return environment;
}

/* ---- what a slot answers ---- */

static void
answer_nothing (Job *job, GHashTable *answers)
{
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);

  pawl_operation_complete (job->op, g_variant_dict_end (&answer));
}

static void
answer_reboot (Job *job, GHashTable *answers)
{
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);
  const char *said = g_hash_table_lookup (answers, "reboot-needed");
  gboolean needed = said != NULL
                      ? !g_str_equal (said, "false")
                      : pawl_context_get_boolean (job->installer->context, "reboot-needed");

  g_variant_dict_insert (&answer, "reboot-needed", "b", needed);
  pawl_operation_complete (job->op, g_variant_dict_end (&answer));
}

static void
answer_can_install (Job *job, GHashTable *answers)
{
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);
  const char *bytes = g_hash_table_lookup (answers, "disk-bytes");

  if (bytes != NULL)
    g_variant_dict_insert (&answer, "disk-bytes", "t", g_ascii_strtoull (bytes, NULL, 10));
  pawl_operation_complete (job->op, g_variant_dict_end (&answer));
}

static void
answer_freed (Job *job, GHashTable *answers)
{
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);
  const char *bytes = g_hash_table_lookup (answers, "freed-bytes");

  g_variant_dict_insert (&answer, "freed-bytes", "t",
                         bytes != NULL ? g_ascii_strtoull (bytes, NULL, 10) : 0);
  pawl_operation_complete (job->op, g_variant_dict_end (&answer));
}

static GVariant *
make_hashes (GHashTable *answers)
{
  g_auto (GVariantBuilder) hashes = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));
  const char *const names[] = {"sha256", "sha512"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *hash = g_hash_table_lookup (answers, names[i]);

      if (hash != NULL)
        g_variant_builder_add (&hashes, "{ss}", names[i], hash);
    }
  return g_variant_builder_end (&hashes);
}

static void
answer_installed (Job *job, GHashTable *answers)
{
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (PawlTarget) target = NULL;
  g_autoptr (GError) error = NULL;
  const char *name = g_hash_table_lookup (answers, "name");
  const char *version = g_hash_table_lookup (answers, "version");
  const char *length = g_hash_table_lookup (answers, "length");

  g_variant_dict_insert (&members, "name", "s", name != NULL ? name : "unknown");
  g_variant_dict_insert (&members, "version", "s", version != NULL ? version : "");
  g_variant_dict_insert (&members, "length", "t",
                         length != NULL ? g_ascii_strtoull (length, NULL, 10) : 0);
  g_variant_dict_insert_value (&members, "hashes", make_hashes (answers));
  target = pawl_target_new_from_variant (g_variant_dict_end (&members), &error);
  if (target != NULL)
    pawl_operation_complete_object (job->op, G_OBJECT (target));
  else
    pawl_operation_fail (job->op, error);
}

/* ---- the steps of a slot ---- */

static void run_next (Job *job);

static void
on_step_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) answers = pawl_exec_step_finish (result, &error);

  job->steps++;
  if (answers != NULL && *job->steps != NULL &&
      g_cancellable_set_error_if_cancelled (pawl_operation_get_cancellable (job->op), &error))
    g_clear_pointer (&answers, g_hash_table_unref);
  if (answers != NULL && *job->steps != NULL)
    {
      run_next (job);
      return;
    }
  /* Whoever hears the answer may begin the next step right there. */
  job->installer->running = FALSE;
  if (answers != NULL)
    job->answer (job, answers);
  else
    pawl_operation_fail (job->op, error);
  job_free (job);
}

static void
run_next (Job *job)
{
  g_autoptr (GPtrArray) environment = make_environment (job);
  PawlExecRequest request = {
    .command = pawl_context_get_string (job->installer->context, "command"),
    .step = *job->steps,
    .environment = environment,
    .payload = job->payload,
    .optional = job->optional,
    .failure = PAWL_ERROR_INSTALL,
    .op = job->op,
  };

  pawl_exec_step_async (&request, on_step_ended, job);
}

static Job *
job_new (PawlInstaller *installer, PawlOperation *op, PawlTarget *target, GError **error)
{
  PawlExecInstaller *self = PAWL_EXEC_INSTALLER (installer);
  Job *job;

  if (self->running)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BUSY,
                   "%s: an earlier step has not ended yet; try again in a few seconds",
                   pawl_context_get_string (self->context, "command"));
      return NULL;
    }
  job = g_new0 (Job, 1);
  job->installer = g_object_ref (self);
  job->op = g_object_ref (op);
  job->target = target != NULL ? g_object_ref (target) : NULL;
  self->running = TRUE;
  return job;
}

static gboolean
job_start (Job *job, const char *const *steps, gboolean optional, Answer answer)
{
  if (job == NULL)
    return FALSE;
  job->steps = steps;
  job->optional = optional;
  job->answer = answer;
  run_next (job);
  return TRUE;
}

static gboolean
start_describe_installed (PawlInstaller *installer,
                          GVariant *options,
                          PawlOperation *op,
                          GError **error)
{
  static const char *const steps[] = {"verify-reboot", NULL};

  return job_start (job_new (installer, op, NULL, error), steps, FALSE, answer_installed);
}

static gboolean
start_can_install (PawlInstaller *installer,
                   PawlTarget *target,
                   GVariant *options,
                   PawlOperation *op,
                   GError **error)
{
  static const char *const steps[] = {"can-install", NULL};

  return job_start (job_new (installer, op, target, error), steps, TRUE, answer_can_install);
}

static gboolean
start_install (PawlInstaller *installer,
               PawlTarget *target,
               PawlPayload *payload,
               GVariant *options,
               PawlOperation *op,
               GError **error)
{
  static const char *const steps[] = {"download", "install", NULL};
  Job *job = job_new (installer, op, target, error);

  if (job != NULL && payload != NULL)
    job->payload = g_object_ref (payload);
  return job_start (job, steps, FALSE, answer_reboot);
}

static gboolean
start_activate (PawlInstaller *installer,
                PawlTarget *target,
                GVariant *options,
                PawlOperation *op,
                GError **error)
{
  static const char *const steps[] = {"activate", NULL};

  return job_start (job_new (installer, op, target, error), steps, FALSE, answer_reboot);
}

static gboolean
start_revert (PawlInstaller *installer,
              PawlTarget *target,
              GVariant *options,
              PawlOperation *op,
              GError **error)
{
  static const char *const steps[] = {"rollback", NULL};

  return job_start (job_new (installer, op, target, error), steps, FALSE, answer_reboot);
}

static gboolean
start_commit (PawlInstaller *installer,
              PawlTarget *target,
              GVariant *options,
              PawlOperation *op,
              GError **error)
{
  static const char *const steps[] = {"commit", NULL};

  return job_start (job_new (installer, op, target, error), steps, TRUE, answer_nothing);
}

static gboolean
start_clean_up (PawlInstaller *installer, GVariant *options, PawlOperation *op, GError **error)
{
  static const char *const steps[] = {"cleanup", NULL};
  Job *job = job_new (installer, op, NULL, error);

  if (job != NULL)
    g_variant_lookup (options, "need-bytes", "t", &job->need_bytes);
  return job_start (job, steps, TRUE, answer_freed);
}

static void
iface_init (PawlInstallerInterface *iface)
{
  iface->set_up = set_up;
  iface->start_describe_installed = start_describe_installed;
  iface->start_can_install = start_can_install;
  iface->start_install = start_install;
  iface->start_activate = start_activate;
  iface->start_revert = start_revert;
  iface->start_commit = start_commit;
  iface->start_clean_up = start_clean_up;
}
