/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* One list of `target` a{sv} and `reason` s, the oldest first, in a journal. */
#include "pawl-failed.h"

#include "pawl-journal.h"

/* More than a device is offered in years; the oldest goes first. */
#define MAX_FAILED 100

typedef struct
{
  PawlTarget *target; /* (owned) */
  char *reason;       /* (owned) */
} Failure;

struct _PawlFailed
{
  GObject parent_instance;

  PawlJournal *journal; /* (owned) */
  GPtrArray *failures;  /* (owned): of Failure (owned) */
};

G_DEFINE_FINAL_TYPE (PawlFailed, pawl_failed, G_TYPE_OBJECT)

static void
failure_free (gpointer data)
{
  Failure *failure = data;

  g_object_unref (failure->target);
  g_free (failure->reason);
  g_free (failure);
}

static void
pawl_failed_finalize (GObject *object)
{
  PawlFailed *self = PAWL_FAILED (object);

  g_clear_object (&self->journal);
  g_ptr_array_unref (self->failures);
  G_OBJECT_CLASS (pawl_failed_parent_class)->finalize (object);
}

static void
pawl_failed_class_init (PawlFailedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_failed_finalize;
}

static void
pawl_failed_init (PawlFailed *self)
{
  self->failures = g_ptr_array_new_with_free_func (failure_free);
}

PawlFailed *
pawl_failed_new (const char *path)
{
  PawlFailed *self = g_object_new (PAWL_TYPE_FAILED, NULL);

  self->journal = pawl_journal_new (path);
  return self;
}

/* ---- reading ---- */

/* The same name is one row, so that a version which is built again and fails again is told once. */
static void
put (PawlFailed *self, PawlTarget *target, const char *reason)
{
  Failure *failure = g_new (Failure, 1);

  for (guint i = self->failures->len; i > 0; i--)
    {
      Failure *old = self->failures->pdata[i - 1];

      if (g_str_equal (pawl_target_get_name (old->target), pawl_target_get_name (target)))
        g_ptr_array_remove_index (self->failures, i - 1);
    }
  if (self->failures->len >= MAX_FAILED)
    g_ptr_array_remove_range (self->failures, 0, self->failures->len - MAX_FAILED + 1);
  failure->target = g_object_ref (target);
  failure->reason = g_strdup (reason);
  g_ptr_array_add (self->failures, failure);
}

static gboolean
read_row (PawlFailed *self, GVariant *row, GError **error)
{
  g_autoptr (GVariant) members = g_variant_lookup_value (row, "target", G_VARIANT_TYPE_VARDICT);
  g_autoptr (PawlTarget) target = NULL;
  const char *reason = "";

  if (members == NULL)
    return TRUE;
  target = pawl_target_new_from_variant (members, error);
  if (target == NULL)
    return FALSE;
  g_variant_lookup (row, "reason", "&s", &reason);
  put (self, target, reason);
  return TRUE;
}

gboolean
pawl_failed_load (PawlFailed *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) record = pawl_journal_load (self->journal, &local_error);
  g_autoptr (GVariant) rows =
    record != NULL ? g_variant_lookup_value (record, "failed", G_VARIANT_TYPE ("aa{sv}")) : NULL;

  for (gsize i = 0; rows != NULL && local_error == NULL && i < g_variant_n_children (rows); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);

      read_row (self, row, &local_error);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                              "the list of failed versions: ");
  return FALSE;
}

char *
pawl_failed_dup_reason (PawlFailed *self, PawlTarget *target)
{
  for (guint i = 0; i < self->failures->len; i++)
    {
      Failure *failure = self->failures->pdata[i];

      if (pawl_target_is_same (failure->target, target))
        return g_strdup (failure->reason);
    }
  return NULL;
}

/* ---- writing ---- */

static GVariant *
make_record (PawlFailed *self)
{
  g_auto (GVariantDict) record = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantBuilder) rows = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < self->failures->len; i++)
    {
      Failure *failure = self->failures->pdata[i];
      g_auto (GVariantDict) row = G_VARIANT_DICT_INIT (NULL);

      g_variant_dict_insert_value (&row, "target",
                                   pawl_value_to_variant (PAWL_VALUE (failure->target)));
      g_variant_dict_insert (&row, "reason", "s", failure->reason);
      g_variant_builder_add_value (&rows, g_variant_dict_end (&row));
    }
  g_variant_dict_insert_value (&record, "failed", g_variant_builder_end (&rows));
  return g_variant_dict_end (&record);
}

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

void
pawl_failed_add_async (PawlFailed *self,
                       PawlTarget *target,
                       const char *reason,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, pawl_failed_add_async);
  put (self, target, reason);
  pawl_journal_save_async (self->journal, make_record (self), on_saved, task);
}

static guint
forget (PawlFailed *self, const char *name)
{
  guint before = self->failures->len;

  for (guint i = before; i > 0; i--)
    {
      Failure *failure = self->failures->pdata[i - 1];

      if (name == NULL || g_str_equal (pawl_target_get_name (failure->target), name))
        g_ptr_array_remove_index (self->failures, i - 1);
    }
  return before - self->failures->len;
}

void
pawl_failed_forget_async (PawlFailed *self,
                          const char *name,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, pawl_failed_forget_async);
  if (forget (self, name) == 0 && name != NULL)
    g_task_return_new_error (task, PAWL_ERROR, PAWL_ERROR_NOT_FOUND,
                             "%s: no version of this name failed on this device", name);
  else
    pawl_journal_save_async (self->journal, make_record (self), on_saved, g_steal_pointer (&task));
}

gboolean
pawl_failed_save_finish (PawlFailed *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
