/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The workers: a check, a proof, a report. */
#include "pawl-uptane-job.h"

/* One worker at a time: they share stores and a state. */
static GMutex work_lock;

static void
run (PawlUptaneJob *job, GTaskThreadFunc work, GAsyncReadyCallback done)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, done, NULL);

  g_task_set_source_tag (task, run);
  g_task_set_task_data (task, job, (GDestroyNotify) pawl_uptane_job_free);
  g_task_run_in_thread (task, work);
}

/* ---- release counters ---- */

static gboolean
is_installed (PawlUptaneJob *job, const char *serial, PawlTarget *target)
{
  for (guint i = 0; i < job->ecus->len; i++)
    {
      g_autoptr (PawlTarget) installed = pawl_ecu_dup_installed (job->ecus->pdata[i]);

      if (g_str_equal (pawl_ecu_get_serial (job->ecus->pdata[i]), serial))
        return installed != NULL &&
               g_str_equal (pawl_target_get_name (installed), pawl_target_get_name (target)) &&
               g_strcmp0 (pawl_target_get_hash (installed, "sha256"),
                          pawl_target_get_hash (target, "sha256")) == 0;
    }
  return FALSE;
}

static gboolean
raise_counter (PawlUptaneState *state, const char *serial, gint64 counter, GError **error)
{
  g_autofree char *group = g_strconcat ("ecu ", serial, NULL);

  if (counter <= pawl_uptane_state_get_int (state, group, "release-counter"))
    return TRUE;
  pawl_uptane_state_set_int (state, group, "release-counter", counter);
  return pawl_uptane_state_save (state, error);
}

static gboolean
raise_by (PawlUptaneJob *job, PawlUptaneState *state, GPtrArray *assignments, GError **error)
{
  for (guint i = 0; assignments != NULL && i < assignments->len; i++)
    {
      PawlTufAssignment *assignment = assignments->pdata[i];
      g_autoptr (PawlTarget) target =
        pawl_tuf_plugin_make_target (assignment->director, assignment->entry, assignment->name,
                                     NULL, NULL);
      gint64 counter = 0;

      if (target == NULL || !pawl_tuf_assignment_get_counter (assignment, &counter))
        continue;
      for (guint j = 0; assignment->serials[j] != NULL; j++)
        if (is_installed (job, assignment->serials[j], target) &&
            !raise_counter (state, assignment->serials[j], counter, error))
          return FALSE;
    }
  return TRUE;
}

/* What runs by now of what was assigned before, online or on a medium, sets the floor (Uptane 2.1,
 * 5.4.3.4, step 5). */
static gboolean
raise_counters (PawlUptaneJob *job, PawlTufUptane *uptane, PawlUptaneState *state, GError **error)
{
  g_autoptr (GPtrArray) online = pawl_tuf_uptane_load_trusted (uptane, job->now_us, NULL);
  g_autoptr (GPtrArray) lockbox =
    pawl_tuf_uptane_load_lockbox (uptane, job->lockbox_dir, job->now_us, NULL);

  return raise_by (job, state, online, error) && raise_by (job, state, lockbox, error);
}

/* ---- check ---- */

static PawlTarget *
make_assigned (PawlUptaneJob *job,
               PawlTufClient *image,
               PawlTufAssignment *assignment,
               GError **error)
{
  g_auto (GStrv) uris = pawl_uptane_make_uris (job, image, assignment);

  return pawl_tuf_plugin_make_target (assignment->found->metadata, assignment->found->target,
                                      assignment->name, (const char *const *) uris, error);
}

/* For each ECU that does not run it yet. */
static gboolean
add_targets (PawlUptaneJob *job,
             PawlTufClient *image,
             PawlTufAssignment *assignment,
             GVariantBuilder *builder,
             GError **error)
{
  g_autoptr (PawlTarget) target = make_assigned (job, image, assignment, error);

  if (target == NULL)
    return FALSE;
  for (guint i = 0; assignment->serials[i] != NULL; i++)
    if (!is_installed (job, assignment->serials[i], target))
      g_variant_builder_add (builder, "{s@a{sv}}", assignment->serials[i],
                             pawl_value_to_variant (PAWL_VALUE (target)));
  return TRUE;
}

static PawlUpdate *
collect (PawlUptaneJob *job,
         PawlTufUptane *uptane,
         PawlTufClient *image,
         GPtrArray *assignments,
         GError **error)
{
  g_autofree char *correlation_id = pawl_tuf_uptane_dup_correlation_id (uptane);
  GVariantBuilder builder;
  g_autoptr (GVariant) targets = NULL;
  gboolean done = TRUE;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sa{sv}}"));
  for (guint i = 0; i < assignments->len && done; i++)
    done = add_targets (job, image, assignments->pdata[i], &builder, error);
  targets = g_variant_ref_sink (g_variant_builder_end (&builder));
  return done ? pawl_tuf_plugin_make_update (targets, correlation_id, NULL, error) : NULL;
}

/* It is told to the Director with the next manifest, even after a restart. */
static void
remember_attack (PawlUptaneState *state, const GError *failure)
{
  const char *attack = pawl_tuf_error_get_attack (failure);

  if (g_str_equal (attack, "none"))
    return;
  pawl_uptane_state_set_string (state, "director", "attack", attack);
  pawl_uptane_state_save (state, NULL);
}

/* What the Director assigns, or what a medium brings. */
static GPtrArray *
find_assigned (PawlUptaneJob *job, PawlTufUptane *uptane, GError **error)
{
  GPtrArray *assignments;

  if (job->source == NULL)
    return pawl_tuf_uptane_check (uptane, job->now_us, error);
  if (!pawl_uptane_source_is_lockbox (job, error))
    return NULL;
  assignments = job->is_lockbox
                  ? pawl_tuf_uptane_check_lockbox (uptane, job->lockbox_dir, job->now_us, error)
                  : pawl_tuf_uptane_check (uptane, job->now_us, error);
  if (assignments == NULL)
    g_prefix_error (error, "%s: ", job->source);
  return assignments;
}

static PawlUpdate *
verify_all (PawlUptaneJob *job, PawlUptaneState *state, GError **error)
{
  g_autoptr (PawlTufClient) image = NULL;
  g_autoptr (PawlTufUptane) before = pawl_uptane_job_make_uptane (job, state, &image, error);
  g_autoptr (PawlTufUptane) uptane = NULL;
  g_autoptr (GPtrArray) assignments = NULL;
  g_autoptr (GError) local_error = NULL;

  if (before == NULL || !raise_counters (job, before, state, error))
    return NULL;
  g_clear_object (&image);
  uptane = pawl_uptane_job_make_uptane (job, state, &image, error);
  if (uptane == NULL)
    return NULL;
  assignments = find_assigned (job, uptane, &local_error);
  if (assignments != NULL)
    return collect (job, uptane, image, assignments, error);
  remember_attack (state, local_error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/* Whether the Director takes the manifest changes nothing about what is genuine. */
static void
try_manifest (PawlUptaneJob *job, PawlUptaneState *state)
{
  g_autoptr (GError) error = NULL;
  gboolean accepted = FALSE;

  if (!pawl_uptane_send_manifest (job, state, NULL, &accepted, NULL, &error))
    g_info ("the manifest was not sent: %s", error->message);
  else if (!accepted)
    g_info ("the Director does not take the manifest");
}

/* Nor does whether the gateway is told about the device. */
static void
try_inventory (PawlUptaneJob *job, PawlUptaneState *state)
{
  g_autoptr (GError) error = NULL;

  if (!pawl_uptane_send_inventory (job, state, &error))
    g_info ("the server was not told about the device: %s", error->message);
}

/* Who the device is and what it runs; a medium is told nothing. */
static gboolean
tell (PawlUptaneJob *job, PawlUptaneState *state, GError **error)
{
  if (!pawl_uptane_register (job, state, error))
    return FALSE;
  try_manifest (job, state);
  try_inventory (job, state);
  return TRUE;
}

static void
check_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  PawlUptaneJob *job = data;
  GError *error = NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&work_lock);
  g_autoptr (PawlUptaneState) state = pawl_uptane_state_load (job->state_dir, &error);
  PawlUpdate *update = NULL;

  if (state != NULL && (job->source != NULL || tell (job, state, &error)))
    update = verify_all (job, state, &error);
  if (update != NULL)
    g_task_return_pointer (task, update, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlUptaneJob *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlUpdate) update = g_task_propagate_pointer (G_TASK (result), &error);

  if (update != NULL)
    {
      /* Metadata that is fresh at this time proves it, as far as it lives. */
      pawl_context_raise_time_floor (job->context, job->now_us);
      pawl_operation_complete_object (job->op, G_OBJECT (update));
    }
  else
    pawl_tuf_plugin_answer_failure (job->op, job->context, error);
}

/* Registers, sends a manifest, and verifies what the Director assigns; or verifies what a medium
 * brings. */
void
pawl_uptane_check (PawlUptaneJob *job)
{
  run (job, check_in_thread, on_checked);
}

/* ---- verify ---- */

/* Both repositories' hashes. */
static gboolean
check_payload (PawlUptaneJob *job, PawlTufAssignment *assignment, GError **error)
{
  GCancellable *cancellable = pawl_operation_get_cancellable (job->op);
  g_autoptr (GInputStream) first = NULL;
  g_autoptr (GInputStream) second = NULL;

  if (job->payload == NULL)
    return TRUE;
  first = pawl_payload_open (job->payload);
  second = pawl_payload_open (job->payload);
  return pawl_tuf_check_artifact (assignment->director, assignment->entry, assignment->name, first,
                                  cancellable, error) &&
         pawl_tuf_check_artifact (assignment->found->metadata, assignment->found->target,
                                  assignment->name, second, cancellable, error);
}

static gboolean
check_assignment (PawlUptaneJob *job, PawlTufAssignment *assignment, GError **error)
{
  return pawl_tuf_plugin_check_target (assignment->found->metadata, assignment->found->target,
                                       job->target, error) &&
         check_payload (job, assignment, error);
}

/* Says in @out_error why not, or leaves it alone when they do not assign it at all. */
static gboolean
is_assigned_by (PawlUptaneJob *job, GPtrArray *assignments, GError **out_error)
{
  for (guint i = 0; assignments != NULL && i < assignments->len; i++)
    {
      PawlTufAssignment *assignment = assignments->pdata[i];

      if (g_str_equal (assignment->name, pawl_target_get_name (job->target)))
        return check_assignment (job, assignment, out_error);
    }
  return FALSE;
}

static PawlTufUptane *
make_uptane (PawlUptaneJob *job, PawlTufClient **out_image, GError **error)
{
  g_autoptr (PawlUptaneState) state = pawl_uptane_state_load (job->state_dir, error);

  return state != NULL ? pawl_uptane_job_make_uptane (job, state, out_image, error) : NULL;
}

/* The Director's word of the last check, or that of the last medium: either is proved as strictly.
 * Which of them the update came from makes no difference to what it is. */
static gboolean
verify (PawlUptaneJob *job, GError **error)
{
  g_autoptr (PawlTufClient) image = NULL;
  g_autoptr (PawlTufUptane) uptane = make_uptane (job, &image, error);
  g_autoptr (GPtrArray) online = NULL;
  g_autoptr (GPtrArray) lockbox = NULL;
  g_autoptr (GError) unknown = NULL;
  g_autoptr (GError) failure = NULL;

  if (uptane == NULL)
    return FALSE;
  online = pawl_tuf_uptane_load_trusted (uptane, job->now_us, &unknown);
  if (is_assigned_by (job, online, &failure))
    return TRUE;
  lockbox = pawl_tuf_uptane_load_lockbox (uptane, job->lockbox_dir, job->now_us, NULL);
  if (is_assigned_by (job, lockbox, failure == NULL ? &failure : NULL))
    return TRUE;
  /* What is wrong with it says more than that somebody does not know it. */
  if (failure == NULL)
    failure = g_steal_pointer (&unknown);
  if (failure == NULL)
    g_set_error (&failure, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED,
                 "%s: the Director does not assign it", pawl_target_get_name (job->target));
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static void
verify_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&work_lock);
  GError *error = NULL;

  if (verify (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlUptaneJob *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    pawl_tuf_plugin_answer_verified (job->op, job->target);
  else
    pawl_tuf_plugin_answer_failure (job->op, job->context, error);
}

/* Proves a target from the stores, without the network. */
void
pawl_uptane_verify (PawlUptaneJob *job, PawlTarget *target, PawlPayload *payload)
{
  job->target = g_object_ref (target);
  job->payload = payload != NULL ? g_object_ref (payload) : NULL;
  run (job, verify_in_thread, on_verified);
}

/* ---- report ---- */

typedef struct
{
  gboolean accepted;
  guint retry_after_s;
} Answer;

static gboolean
report (PawlUptaneJob *job, Answer *answer, GError **error)
{
  g_autoptr (PawlUptaneState) state = NULL;

  if (!g_str_equal (pawl_report_get_kind (job->report), "installation"))
    return pawl_uptane_send_events (job, &answer->accepted, &answer->retry_after_s, error);
  state = pawl_uptane_state_load (job->state_dir, error);
  return state != NULL && pawl_uptane_send_manifest (job, state, job->report, &answer->accepted,
                                                     &answer->retry_after_s, error);
}

static void
report_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&work_lock);
  g_autofree Answer *answer = g_new0 (Answer, 1);
  GError *error = NULL;

  if (report (data, answer, &error))
    g_task_return_pointer (task, g_steal_pointer (&answer), g_free);
  else
    g_task_return_error (task, error);
}

static void
on_reported (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlUptaneJob *job = g_task_get_task_data (G_TASK (result));
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree Answer *answer = g_task_propagate_pointer (G_TASK (result), &error);

  if (answer == NULL)
    {
      pawl_tuf_plugin_answer_failure (job->op, job->context, error);
      return;
    }
  g_variant_dict_insert (&dict, "accepted", "b", answer->accepted);
  g_variant_dict_insert (&dict, "retry-after-s", "u", answer->retry_after_s);
  pawl_operation_complete (job->op, g_variant_dict_end (&dict));
}

/* An installation goes with a manifest, an event to the events' address. */
void
pawl_uptane_report (PawlUptaneJob *job, PawlReport *about)
{
  job->report = g_object_ref (about);
  run (job, report_in_thread, on_reported);
}
