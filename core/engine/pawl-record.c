/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The members, in the words of the bus where it has them:
 *
 *   state s          where the update stands; absent: idle
 *   came-from s      of a check: the state before it
 *   update a{sv}     the update
 *   before a{sa{sv}} serial to the target that each ECU ran when the installation began
 *   approved as      steps that a person agreed to
 *   deferred a{sx}   steps that a person put off, until when
 *   activated b      activating had its effect
 *   boot-id s        the boot in which it had
 *   confirmed b      the trial was passed
 *   elapsed-s x      how long the trial has gone on, over all its boots
 *   boots x          how many boots it has seen
 *   person s         what a person said of the version on trial, and person-reason s
 *   why s            of reverting: the reason, and code s
 *   details a{sv}    of reverting: what each confirmer said, for the report
 *   attempt s        the id of the report that will tell how it ended
 *   no-reboot b      whoever activated it reboots the device
 *   trial-boot-id s  the boot that boots counted last
 *   reverts x        how often going back was begun
 */
#include "pawl-record.h"

#include "pawl-journal.h"
#include "pawl-state-table.h"

struct _PawlRecord
{
  GObject parent_instance;

  PawlJournal *journal; /* (owned) */
  GVariant *members;    /* (owned): on the disk */
  PawlState state;
  PawlUpdate *update; /* (owned) (nullable) */
  GQueue waiting;     /* of GTask (owned) */
  gboolean saving;    /* the first of them */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PawlRecord, pawl_record, G_TYPE_OBJECT)

static void
pawl_record_finalize (GObject *object)
{
  PawlRecord *self = PAWL_RECORD (object);

  g_clear_object (&self->journal);
  g_clear_object (&self->update);
  g_variant_unref (self->members);
  g_assert (g_queue_is_empty (&self->waiting)); /* each of them holds the record */
  G_OBJECT_CLASS (pawl_record_parent_class)->finalize (object);
}

static void
pawl_record_class_init (PawlRecordClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_record_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", PAWL_TYPE_RECORD, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
pawl_record_init (PawlRecord *self)
{
  self->members = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  g_queue_init (&self->waiting);
}

PawlRecord *
pawl_record_new (const char *path)
{
  PawlRecord *self = g_object_new (PAWL_TYPE_RECORD, NULL);

  self->journal = pawl_journal_new (path);
  return self;
}

/* ---- reading ---- */

static gboolean
parse_state (GVariant *members, PawlState *out_state, GError **error)
{
  const char *nick = NULL;
  int state = PAWL_STATE_IDLE;

  if (g_variant_lookup (members, "state", "&s", &nick) &&
      !pawl_enum_from_nick (PAWL_TYPE_STATE, nick, &state, error))
    return FALSE;
  *out_state = (PawlState) state;
  return TRUE;
}

/* Every state but the two that can do without has to know its update. */
static gboolean
parse_update (GVariant *members, PawlState state, PawlUpdate **out_update, GError **error)
{
  g_autoptr (GVariant) update = g_variant_lookup_value (members, "update", G_VARIANT_TYPE_VARDICT);

  *out_update = NULL;
  if (update != NULL)
    {
      *out_update = pawl_update_new_from_variant (update, error);
      return *out_update != NULL;
    }
  if (state == PAWL_STATE_IDLE || state == PAWL_STATE_CHECKING || state == PAWL_STATE_REVERTING)
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE, "the state is %s, but there is no update",
               pawl_enum_to_nick (PAWL_TYPE_STATE, (int) state));
  return FALSE;
}

/* Takes @members when they make sense together, and leaves all as it is when they do not. */
static gboolean
adopt (PawlRecord *self, GVariant *members, GError **error)
{
  g_autoptr (PawlUpdate) update = NULL;
  PawlState state = PAWL_STATE_IDLE;

  if (!parse_state (members, &state, error) || !parse_update (members, state, &update, error))
    return FALSE;
  g_variant_ref (members);
  g_variant_unref (self->members);
  self->members = members;
  self->state = state;
  g_set_object (&self->update, update);
  return TRUE;
}

gboolean
pawl_record_load (PawlRecord *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) members = pawl_journal_load (self->journal, &local_error);

  if (local_error == NULL && (members == NULL || adopt (self, members, &local_error)))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE, "the journal of the update is of no use: %s",
               local_error->message);
  return FALSE;
}

PawlState
pawl_record_get_state (PawlRecord *self)
{
  return self->state;
}

PawlUpdate *
pawl_record_get_update (PawlRecord *self)
{
  return self->update;
}

gboolean
pawl_record_get_boolean (PawlRecord *self, const char *member)
{
  gboolean value = FALSE;

  g_variant_lookup (self->members, member, "b", &value);
  return value;
}

gint64
pawl_record_get_int (PawlRecord *self, const char *member)
{
  gint64 value = 0;

  g_variant_lookup (self->members, member, "x", &value);
  return value;
}

const char *
pawl_record_get_string (PawlRecord *self, const char *member)
{
  const char *value = "";

  g_variant_lookup (self->members, member, "&s", &value);
  return value;
}

GVariant *
pawl_record_lookup (PawlRecord *self, const char *member)
{
  return g_variant_lookup_value (self->members, member, NULL);
}

/* ---- writing ---- */

static gboolean
is_nothing (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return *g_variant_get_string (value, NULL) == '\0';
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return !g_variant_get_boolean (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    return g_variant_get_int64 (value) == 0;
  return g_variant_is_container (value) && g_variant_n_children (value) == 0;
}

static GVariant *
merge (GVariant *members, GVariant *changes)
{
  g_auto (GVariantDict) merged = G_VARIANT_DICT_INIT (members);
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_iter_init (&iter, changes);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    if (is_nothing (value))
      g_variant_dict_remove (&merged, name);
    else
      g_variant_dict_insert_value (&merged, name, value);
  return g_variant_ref_sink (g_variant_dict_end (&merged));
}

/* The members that follow from @changes, or NULL when the table does not allow them. */
static GVariant *
follow (PawlRecord *self, GVariant *changes, GError **error)
{
  g_autoptr (GVariant) nothing =
    g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  PawlState to = PAWL_STATE_IDLE;

  if (!parse_state (changes, &to, error))
    return NULL;
  if (g_variant_lookup (changes, "state", "&s", NULL))
    {
      if (!pawl_state_table_check (self->state, to, error))
        return NULL;
      if (to == PAWL_STATE_IDLE)
        return merge (nothing, nothing);
    }
  return merge (self->members, changes);
}

static void save_first (PawlRecord *self);

/* The first task has its answer; the next one begins from what is now on the disk. */
static void
end_first (PawlRecord *self, GError *error)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);

  self->saving = FALSE;
  if (error != NULL)
    g_task_return_error (task, error);
  else
    {
      g_task_return_boolean (task, TRUE);
      g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
    }
  save_first (self);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlRecord) self = data;
  GTask *task = g_queue_peek_head (&self->waiting);
  GError *error = NULL;

  if (pawl_journal_save_finish (PAWL_JOURNAL (source), result, &error))
    adopt (self, g_task_get_task_data (task), &error);
  end_first (self, error);
}

static gboolean
makes_sense (GVariant *members, GError **error)
{
  g_autoptr (PawlUpdate) update = NULL;
  PawlState state = PAWL_STATE_IDLE;

  return parse_state (members, &state, error) && parse_update (members, state, &update, error);
}

static void
save_first (PawlRecord *self)
{
  GTask *task = g_queue_peek_head (&self->waiting);
  GError *error = NULL;
  GVariant *members;

  /* Whoever hears that one save is done may ask for the next one right there. */
  if (task == NULL || self->saving)
    return;
  self->saving = TRUE;
  members = follow (self, g_task_get_task_data (task), &error);
  if (members != NULL)
    g_task_set_task_data (task, members, (GDestroyNotify) g_variant_unref);
  if (members != NULL && makes_sense (members, &error))
    pawl_journal_save_async (self->journal, members, on_saved, g_object_ref (self));
  else
    end_first (self, error);
}

void
pawl_record_save_async (PawlRecord *self,
                        GVariant *changes,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, pawl_record_save_async);
  g_task_set_task_data (task, g_variant_ref_sink (changes), (GDestroyNotify) g_variant_unref);
  g_queue_push_tail (&self->waiting, task);
  save_first (self);
}

gboolean
pawl_record_save_finish (PawlRecord *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
