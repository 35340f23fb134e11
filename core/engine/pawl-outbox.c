/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The files are journals, called by the time in microseconds since 1970, so that they sort by age,
 * and a random part, so that two daemons of one moment are two. Results of updates end in
 * `.report`, events on the way in `.event`: results go first, and when there is no more room events
 * go first. A file that cannot be read is put aside with the ending `.bad`: it must not hold back
 * all that comes after it. */
#include "pawl-outbox.h"

#include "pawl-journal.h"

#include <errno.h>
#include <glib/gstdio.h>

#define LIMIT 1000

/* Events in one request. */
#define MAX_BATCH 100

/* What matters more comes first. */
static const char *const suffixes[] = {".report", ".event"};

enum
{
  RESULTS,
  EVENTS,
  N_KINDS
};

struct _PawlOutbox
{
  GObject parent_instance;

  char *folder; /* (owned) */
  guint limit;
  gint64 last_us; /* of the last name: names are in the order of the calls */
  GQueue adding;  /* (owned) (element-type GTask): the first is being saved; what came first is
                   * there first, so that nobody hears of an end before its beginning */
  gboolean sending;
  gboolean told_full; /* atomic: read by threads */
};

G_DEFINE_FINAL_TYPE (PawlOutbox, pawl_outbox, G_TYPE_OBJECT)

static void
pawl_outbox_finalize (GObject *object)
{
  g_free (PAWL_OUTBOX (object)->folder);
  G_OBJECT_CLASS (pawl_outbox_parent_class)->finalize (object);
}

static void
pawl_outbox_class_init (PawlOutboxClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_outbox_finalize;
}

static void
pawl_outbox_init (PawlOutbox *self)
{
}

PawlOutbox *
pawl_outbox_new (const char *folder)
{
  PawlOutbox *self = g_object_new (PAWL_TYPE_OUTBOX, NULL);

  self->folder = g_strdup (folder);
  self->limit = LIMIT;
  return self;
}

void
pawl_outbox_set_limit (PawlOutbox *self, guint limit)
{
  self->limit = limit;
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* The oldest first. */
static GPtrArray *
list (const char *folder, guint kind)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, suffixes[kind]))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

guint
pawl_outbox_count (PawlOutbox *self)
{
  g_autoptr (GPtrArray) results = list (self->folder, RESULTS);
  g_autoptr (GPtrArray) events = list (self->folder, EVENTS);

  return results->len + events->len;
}

/* ---- adding ---- */

static void
drop_oldest (PawlOutbox *self, GPtrArray *paths, guint n)
{
  if (n > 0 && !g_atomic_int_compare_and_exchange (&self->told_full, FALSE, TRUE))
    g_info ("%s: %u more are dropped", self->folder, n);
  else if (n > 0)
    g_warning ("%s: %u reports wait already; the oldest events are dropped, then results",
               self->folder, self->limit);
  for (guint i = 0; i < n; i++)
    g_unlink (paths->pdata[i]);
}

/* The newest say more than the oldest, and results more than events. */
static void
make_room_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  PawlOutbox *self = source;
  g_autoptr (GPtrArray) results = list (self->folder, RESULTS);
  g_autoptr (GPtrArray) events = list (self->folder, EVENTS);
  guint all = results->len + events->len;
  guint excess = all > self->limit ? all - self->limit : 0;

  drop_oldest (self, events, MIN (excess, events->len));
  drop_oldest (self, results, excess - MIN (excess, events->len));
  g_task_return_boolean (task, TRUE);
}

static char *
make_path (PawlOutbox *self, PawlReport *report)
{
  gboolean is_event = g_str_equal (pawl_report_get_kind (report), "event");
  g_autofree char *name = NULL;

  self->last_us = MAX (g_get_real_time (), self->last_us + 1);
  name = g_strdup_printf ("%020" G_GINT64_FORMAT "-%08x%s", self->last_us, g_random_int (),
                          suffixes[is_event ? EVENTS : RESULTS]);
  return g_build_filename (self->folder, name, NULL);
}

static void save_first (PawlOutbox *self);

static void
end_adding (PawlOutbox *self, GError *error)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->adding);

  if (self->adding.length > 0)
    save_first (self);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_room_made (GObject *source, GAsyncResult *result, gpointer data)
{
  end_adding (PAWL_OUTBOX (source), NULL);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlOutbox) self = data;
  g_autoptr (GTask) work = NULL;
  GError *error = NULL;

  if (!pawl_journal_save_finish (PAWL_JOURNAL (source), result, &error))
    {
      end_adding (self, error);
      return;
    }
  work = g_task_new (self, NULL, on_room_made, NULL);
  g_task_run_in_thread (work, make_room_in_thread);
}

static void
save_first (PawlOutbox *self)
{
  PawlReport *report = g_task_get_task_data (g_queue_peek_head (&self->adding));
  g_autofree char *path = make_path (self, report);
  g_autoptr (PawlJournal) journal = pawl_journal_new (path);

  pawl_journal_save_async (journal, pawl_value_to_variant (PAWL_VALUE (report)), on_saved,
                           g_object_ref (self));
}

void
pawl_outbox_add_async (PawlOutbox *self,
                       PawlReport *report,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, pawl_outbox_add_async);
  g_task_set_task_data (task, g_object_ref (report), g_object_unref);
  g_queue_push_tail (&self->adding, task);
  if (self->adding.length == 1)
    save_first (self);
}

gboolean
pawl_outbox_add_finish (PawlOutbox *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- sending ---- */

/* One round after the other; a round is either on the main thread or in a worker. */
typedef struct
{
  PawlVerifier *verifier; /* (owned) */
  guint kind;             /* which is being sent */
  GPtrArray *queue;       /* (owned) (element-type filename): of that kind, the oldest first */
  gboolean again;         /* something was accepted since the queue was made */
  GPtrArray *paths;       /* (owned) (element-type filename): what is being sent */
  gboolean accepted;      /* it may go */
  gint64 retry_after_us;
  GError *error; /* (owned) (nullable): the first that was not accepted */
} Sending;

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  g_object_unref (sending->verifier);
  g_ptr_array_unref (sending->queue);
  g_ptr_array_unref (sending->paths);
  g_clear_error (&sending->error);
  g_free (sending);
}

static void
end (GTask *task)
{
  PawlOutbox *self = g_task_get_source_object (task);
  Sending *sending = g_task_get_task_data (task);

  self->sending = FALSE;
  if (sending->error != NULL)
    g_task_return_error (task, g_steal_pointer (&sending->error));
  else
    {
      g_atomic_int_set (&self->told_full, FALSE);
      g_task_return_boolean (task, TRUE);
    }
}

static void find_next (GTask *task);

/* The other kind may be welcome all the same. */
static void
skip_kind (Sending *sending, GError *error)
{
  sending->kind++;
  sending->again = TRUE;
  g_ptr_array_set_size (sending->queue, 0);
  if (sending->error == NULL)
    sending->error = error;
  else
    g_error_free (error);
}

static void
note_answer (Sending *sending, GVariant *answer)
{
  guint32 retry_after_s = 0;

  sending->accepted = FALSE;
  g_variant_lookup (answer, "accepted", "b", &sending->accepted);
  g_variant_lookup (answer, "retry-after-s", "u", &retry_after_s);
  if (sending->accepted)
    return;
  sending->retry_after_us = MAX (sending->retry_after_us, (gint64) retry_after_s * G_USEC_PER_SEC);
  skip_kind (sending,
             g_error_new_literal (PAWL_ERROR, PAWL_ERROR_RETRY_LATER,
                                  "the server has not accepted a report; it is kept and sent "
                                  "again"));
}

static void
on_reported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Sending *sending = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) answer =
    pawl_verifier_report_finish (PAWL_VERIFIER (source), result, &error);

  if (answer == NULL)
    {
      skip_kind (sending, error);
      end (task);
      return;
    }
  note_answer (sending, answer);
  find_next (g_steal_pointer (&task));
}

static PawlReport *
load (const char *path)
{
  g_autoptr (PawlJournal) journal = pawl_journal_new (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) members = pawl_journal_load (journal, &error);
  PawlReport *report = members != NULL ? pawl_report_new_from_variant (members, &error) : NULL;
  g_autofree char *aside = g_strconcat (path, ".bad", NULL);

  if (report == NULL && error != NULL)
    {
      g_warning ("a report is put aside: %s", error->message);
      g_rename (path, aside);
    }
  return report;
}

/* Several events are one report: a server gets them in one request. */
static PawlReport *
join (GPtrArray *events)
{
  PawlReport *first = events->pdata[0];
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  GVariantBuilder list;

  if (events->len == 1)
    return g_object_ref (first);
  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < events->len; i++)
    g_variant_builder_add_value (&list, pawl_value_to_variant (PAWL_VALUE (events->pdata[i])));
  g_variant_dict_insert (&members, "kind", "s", "events");
  g_variant_dict_insert (&members, "id", "s", pawl_report_get_id (first));
  g_variant_dict_insert_value (&members, "events", g_variant_builder_end (&list));
  return pawl_report_new_from_variant (g_variant_dict_end (&members), NULL);
}

/* (transfer full) (nullable): the next of the queue; its paths are noted. */
static PawlReport *
take_next (Sending *sending)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  guint wanted = sending->kind == EVENTS ? MAX_BATCH : 1;
  guint taken;

  for (taken = 0; taken < sending->queue->len && found->len < wanted; taken++)
    {
      PawlReport *report = load (sending->queue->pdata[taken]);

      if (report == NULL)
        continue;
      g_ptr_array_add (found, report);
      g_ptr_array_add (sending->paths, g_strdup (sending->queue->pdata[taken]));
    }
  if (taken > 0)
    g_ptr_array_remove_range (sending->queue, 0, taken);
  return found->len > 0 ? join (found) : NULL;
}

static void
find_in_thread (GTask *work, gpointer source, gpointer data, GCancellable *cancellable)
{
  PawlOutbox *self = source;
  Sending *sending = data;
  PawlReport *report = NULL;

  for (guint i = 0; sending->accepted && i < sending->paths->len; i++)
    g_unlink (sending->paths->pdata[i]);
  sending->again = sending->again || sending->accepted;
  sending->accepted = FALSE;
  g_ptr_array_set_size (sending->paths, 0);
  while (report == NULL && sending->kind < N_KINDS)
    {
      if (sending->queue->len == 0 && sending->again)
        {
          g_ptr_array_unref (sending->queue);
          sending->queue = list (self->folder, sending->kind);
          sending->again = FALSE;
        }
      report = take_next (sending);
      if (report == NULL && !sending->again)
        {
          sending->kind++;
          sending->again = TRUE;
        }
    }
  g_task_return_pointer (work, report, g_object_unref);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Sending *sending = g_task_get_task_data (task);
  g_autoptr (PawlReport) report = g_task_propagate_pointer (G_TASK (result), NULL);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (report == NULL)
    end (task);
  else
    pawl_verifier_report_async (sending->verifier, report, NULL, 0, cancellable, on_reported,
                                g_steal_pointer (&task));
}

static void
find_next (GTask *task)
{
  g_autoptr (GTask) work = g_task_new (g_task_get_source_object (task), NULL, on_found, task);

  g_task_set_task_data (work, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (work, find_in_thread);
}

void
pawl_outbox_send_async (PawlOutbox *self,
                        PawlVerifier *verifier,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Sending *sending = g_new0 (Sending, 1);

  g_task_set_source_tag (task, pawl_outbox_send_async);
  sending->verifier = g_object_ref (verifier);
  sending->queue = g_ptr_array_new_with_free_func (g_free);
  sending->paths = g_ptr_array_new_with_free_func (g_free);
  sending->again = TRUE;
  g_task_set_task_data (task, sending, sending_free);
  if (self->sending)
    {
      g_task_return_new_error (task, PAWL_ERROR, PAWL_ERROR_BUSY, "reports are being sent already");
      return;
    }
  self->sending = TRUE;
  find_next (g_steal_pointer (&task));
}

gboolean
pawl_outbox_send_finish (PawlOutbox *self,
                         GAsyncResult *result,
                         gint64 *out_retry_after_us,
                         GError **error)
{
  Sending *sending = g_task_get_task_data (G_TASK (result));

  *out_retry_after_us = sending->retry_after_us;
  return g_task_propagate_boolean (G_TASK (result), error);
}
