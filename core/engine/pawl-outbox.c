/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The files are journals, called by the time in microseconds since 1970, so that they sort by age,
 * and a random part, so that two of one moment are two. A file that cannot be read is put aside
 * with the ending `.bad`: it must not hold back all that comes after it. */
#include "pawl-outbox.h"

#include "pawl-journal.h"

#include <errno.h>
#include <glib/gstdio.h>

/* A device that was offline for years must not fill its disk with what happened to it. */
#define MAX_REPORTS 1000

#define SUFFIX ".report"

struct _PawlOutbox
{
  GObject parent_instance;

  char *folder; /* (owned) */
  gboolean sending;
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
  return self;
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* The oldest first. */
static GPtrArray *
list (const char *folder)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, SUFFIX))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

guint
pawl_outbox_count (PawlOutbox *self)
{
  g_autoptr (GPtrArray) paths = list (self->folder);

  return paths->len;
}

/* ---- adding ---- */

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (pawl_journal_save_finish (PAWL_JOURNAL (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* The newest say more than the oldest. */
static void
make_room_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  PawlOutbox *self = source;
  g_autoptr (GPtrArray) paths = list (self->folder);

  for (guint i = 0; i + MAX_REPORTS <= paths->len; i++)
    {
      g_warning ("%s: dropped, because %d reports wait already", (const char *) paths->pdata[i],
                 MAX_REPORTS);
      g_unlink (paths->pdata[i]);
    }
  g_task_return_boolean (task, TRUE);
}

static void
on_room_made (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlOutbox *self = PAWL_OUTBOX (source);
  GTask *task = data;
  PawlReport *report = g_task_get_task_data (task);
  g_autofree char *name =
    g_strdup_printf ("%020" G_GINT64_FORMAT "-%08x" SUFFIX, g_get_real_time (), g_random_int ());
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (PawlJournal) journal = pawl_journal_new (path);

  pawl_journal_save_async (journal, pawl_value_to_variant (PAWL_VALUE (report)), on_saved, task);
}

void
pawl_outbox_add_async (PawlOutbox *self,
                       PawlReport *report,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GTask) work = g_task_new (self, NULL, on_room_made, task);

  g_task_set_source_tag (task, pawl_outbox_add_async);
  g_task_set_task_data (task, g_object_ref (report), g_object_unref);
  g_task_run_in_thread (work, make_room_in_thread);
}

gboolean
pawl_outbox_add_finish (PawlOutbox *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- sending ---- */

typedef struct
{
  PawlVerifier *verifier; /* (owned) */
  char *path;             /* (owned) (nullable): the one that is being sent */
  gint64 retry_after_us;
} Sending;

typedef struct
{
  char *path;         /* (owned) (nullable): none is left */
  PawlReport *report; /* (owned) (nullable) */
} Found;

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  g_object_unref (sending->verifier);
  g_free (sending->path);
  g_free (sending);
}

static void
found_free (gpointer data)
{
  Found *found = data;

  g_clear_object (&found->report);
  g_free (found->path);
  g_free (found);
}

static void
end (GTask *task, GError *error)
{
  PAWL_OUTBOX (g_task_get_source_object (task))->sending = FALSE;
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void find_next (GTask *task, gboolean accepted);

static gboolean
was_accepted (Sending *sending, GVariant *answer, GError **error)
{
  gboolean accepted = FALSE;
  guint32 retry_after_s = 0;

  g_variant_lookup (answer, "accepted", "b", &accepted);
  g_variant_lookup (answer, "retry-after-s", "u", &retry_after_s);
  if (accepted)
    return TRUE;
  sending->retry_after_us = (gint64) retry_after_s * G_USEC_PER_SEC;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_RETRY_LATER,
               "the server has not accepted a report; it is kept and sent again");
  return FALSE;
}

static void
on_reported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Sending *sending = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) answer =
    pawl_verifier_report_finish (PAWL_VERIFIER (source), result, &error);

  if (answer == NULL || !was_accepted (sending, answer, &error))
    {
      end (task, error);
      return;
    }
  find_next (g_steal_pointer (&task), TRUE);
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

/* @data is the path of a report that was accepted, or NULL. */
static void
find_in_thread (GTask *work, gpointer source, gpointer data, GCancellable *cancellable)
{
  PawlOutbox *self = source;
  g_autoptr (GPtrArray) paths = NULL;
  Found *found = g_new0 (Found, 1);

  if (data != NULL)
    g_unlink (data);
  paths = list (self->folder);
  for (guint i = 0; i < paths->len && found->report == NULL; i++)
    {
      found->report = load (paths->pdata[i]);
      if (found->report != NULL)
        found->path = g_strdup (paths->pdata[i]);
    }
  g_task_return_pointer (work, found, found_free);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Sending *sending = g_task_get_task_data (task);
  Found *found = g_task_propagate_pointer (G_TASK (result), NULL);
  GCancellable *cancellable = g_task_get_cancellable (task);

  g_free (sending->path);
  sending->path = g_steal_pointer (&found->path);
  if (found->report == NULL)
    end (task, NULL);
  else
    pawl_verifier_report_async (sending->verifier, found->report, NULL, 0, cancellable, on_reported,
                                g_steal_pointer (&task));
  found_free (found);
}

static void
find_next (GTask *task, gboolean accepted)
{
  PawlOutbox *self = g_task_get_source_object (task);
  Sending *sending = g_task_get_task_data (task);
  g_autoptr (GTask) work = g_task_new (self, NULL, on_found, task);

  if (accepted)
    g_task_set_task_data (work, g_strdup (sending->path), g_free);
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
  g_task_set_task_data (task, sending, sending_free);
  if (self->sending)
    {
      g_task_return_new_error (task, PAWL_ERROR, PAWL_ERROR_BUSY, "reports are being sent already");
      return;
    }
  self->sending = TRUE;
  find_next (g_steal_pointer (&task), FALSE);
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
