/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The file is three parts of text, so that a person can read it when nothing else works:
 *
 *   pawl-journal 1\n                the format
 *   64 hexadecimal digits\n         SHA-256 of what follows
 *   {'state': <'idle'>, …}\n        the record, as GVariant writes it
 *
 * It is replaced by a rename, so a kill leaves it whole. The checksum is for disks and file systems
 * that lie: what does not match is an error, and never half a record. */
#include "pawl-journal.h"

#include <pawl/pawl.h>
#include <string.h>

#define HEAD     "pawl-journal 1\n"
#define MAX_SIZE (1 << 20)

struct _PawlJournal
{
  GObject parent_instance;

  char *path;     /* (owned) */
  GQueue waiting; /* of GTask (owned): the first one is being saved */
};

G_DEFINE_FINAL_TYPE (PawlJournal, pawl_journal, G_TYPE_OBJECT)

static void
pawl_journal_finalize (GObject *object)
{
  PawlJournal *self = PAWL_JOURNAL (object);

  g_clear_pointer (&self->path, g_free);
  g_assert (g_queue_is_empty (&self->waiting)); /* each of them holds the journal */
  G_OBJECT_CLASS (pawl_journal_parent_class)->finalize (object);
}

static void
pawl_journal_class_init (PawlJournalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_journal_finalize;
}

static void
pawl_journal_init (PawlJournal *self)
{
  g_queue_init (&self->waiting);
}

PawlJournal *
pawl_journal_new (const char *path)
{
  PawlJournal *self = g_object_new (PAWL_TYPE_JOURNAL, NULL);

  self->path = g_strdup (path);
  return self;
}

/* ---- reading ---- */

static GVariant *
refuse (PawlJournal *self, const char *why, GError **error)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE,
               "%s: %s; look at the disk, and move the file away to begin anew", self->path, why);
  return NULL;
}

static GVariant *
parse (PawlJournal *self, const char *text, gsize size, GError **error)
{
  const char *sum = text + strlen (HEAD);
  const char *body = sum + 64 + 1;
  g_autofree char *found = NULL;
  g_autoptr (GError) local_error = NULL;
  GVariant *record;

  if (size < strlen (HEAD) + 64 + 1 || !g_str_has_prefix (text, HEAD) || body[-1] != '\n')
    return refuse (self, "it is no journal of format 1", error);
  found = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) body,
                                       size - (gsize) (body - text));
  if (strncmp (found, sum, 64) != 0)
    return refuse (self, "its checksum is wrong", error);
  record = g_variant_parse (G_VARIANT_TYPE_VARDICT, body, NULL, NULL, &local_error);
  if (record == NULL)
    return refuse (self, local_error->message, error);
  return record;
}

GVariant *
pawl_journal_load (PawlJournal *self, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;
  gsize size = 0;

  if (!g_file_get_contents (self->path, &text, &size, &local_error))
    {
      if (!g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        refuse (self, local_error->message, error);
      return NULL;
    }
  if (size > MAX_SIZE)
    return refuse (self, "it is larger than any journal", error);
  return parse (self, text, size, error);
}

/* ---- writing ---- */

static char *
format (GVariant *record)
{
  g_autofree char *printed = g_variant_print (record, TRUE);
  g_autofree char *body = g_strconcat (printed, "\n", NULL);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, body, -1);

  return g_strconcat (HEAD, sum, "\n", body, NULL);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  PawlJournal *self = source;
  g_autofree char *text = format (data);
  g_autoptr (GError) error = NULL;

  if (g_file_set_contents_full (self->path, text, -1,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_task_return_new_error (task, PAWL_ERROR,
                           g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC)
                             ? PAWL_ERROR_NO_SPACE
                             : PAWL_ERROR_STORAGE,
                           "the journal cannot be written: %s", error->message);
}

static void start_first (PawlJournal *self);

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlJournal *self = PAWL_JOURNAL (source);
  g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);
  GError *error = NULL;

  start_first (self);
  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
start_first (PawlJournal *self)
{
  GTask *first = g_queue_peek_head (&self->waiting);
  g_autoptr (GTask) work = NULL;

  if (first == NULL)
    return;
  work = g_task_new (self, NULL, on_saved, NULL);
  g_task_set_task_data (work, g_variant_ref (g_task_get_task_data (first)),
                        (GDestroyNotify) g_variant_unref);
  g_task_run_in_thread (work, save_in_thread);
}

void
pawl_journal_save_async (PawlJournal *self,
                         GVariant *record,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, pawl_journal_save_async);
  g_task_set_task_data (task, g_variant_ref_sink (record), (GDestroyNotify) g_variant_unref);
  g_queue_push_tail (&self->waiting, task);
  if (g_queue_get_length (&self->waiting) == 1)
    start_first (self);
}

gboolean
pawl_journal_save_finish (PawlJournal *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
