/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "example-confirmer.h"

#include <string.h>

struct _ExampleConfirmer
{
  GObject parent_instance;

  PawlContext *context; /* (owned): from set_up on */
};

static void example_confirmer_iface_init (PawlConfirmerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ExampleConfirmer,
                               example_confirmer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_CONFIRMER,
                                                      example_confirmer_iface_init))

static void
example_confirmer_dispose (GObject *object)
{
  g_clear_object (&EXAMPLE_CONFIRMER (object)->context);
  G_OBJECT_CLASS (example_confirmer_parent_class)->dispose (object);
}

static gboolean
set_up (PawlConfirmer *confirmer, PawlContext *context, GError **error)
{
  g_set_object (&EXAMPLE_CONFIRMER (confirmer)->context, context);
  return TRUE;
}

static void
answer (PawlOperation *op, PawlVerdict verdict, const char *reason)
{
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&result, "verdict", "s", pawl_enum_to_nick (PAWL_TYPE_VERDICT, verdict));
  g_variant_dict_insert (&result, "reason", "s", reason);
  pawl_operation_complete (op, g_variant_dict_end (&result));
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PawlOperation) op = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (g_file_load_contents_finish (G_FILE (source), result, &text, NULL, NULL, &error))
    {
      if (g_str_equal (g_strstrip (text), "good"))
        answer (op, PAWL_VERDICT_PASS, "the file says good");
      else
        answer (op, PAWL_VERDICT_FAIL, "the file does not say good");
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    answer (op, PAWL_VERDICT_NOT_YET, "there is no file yet");
  else
    pawl_operation_fail (op, error);
}

/* Never blocks: GIO reads in a thread of its own, and stops when the operation is cancelled. */
static gboolean
start_check (PawlConfirmer *confirmer, GVariant *options, PawlOperation *op, GError **error)
{
  ExampleConfirmer *self = EXAMPLE_CONFIRMER (confirmer);
  g_autoptr (GFile) file = g_file_new_for_path (pawl_context_get_string (self->context, "file"));

  g_file_load_contents_async (file, pawl_operation_get_cancellable (op), on_read,
                              g_object_ref (op));
  return TRUE;
}

static void
example_confirmer_iface_init (PawlConfirmerInterface *iface)
{
  iface->set_up = set_up;
  iface->start_check = start_check;
}

static void
example_confirmer_class_init (ExampleConfirmerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = example_confirmer_dispose;
}

static void
example_confirmer_init (ExampleConfirmer *self)
{
}
