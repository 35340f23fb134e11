/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-health-round.h"

typedef struct
{
  char *kind; /* (owned) */
  char *name; /* (owned) */
  gboolean required;
  PawlVerdict verdict;
  char *reason; /* (owned) */
} Result;

struct _PawlHealthRound
{
  guint references;
  PawlContext *context; /* (owned) */
  PawlOperation *op;    /* (owned) */
  GPtrArray *results;   /* (owned) (element-type Result) */
  GVariantDict journal; /* unit to text */
  gboolean wants_server;
};

static void
result_free (gpointer data)
{
  Result *result = data;

  g_free (result->kind);
  g_free (result->name);
  g_free (result->reason);
  g_free (result);
}

PawlHealthRound *
pawl_health_round_new (PawlContext *context, PawlOperation *op)
{
  PawlHealthRound *self = g_new0 (PawlHealthRound, 1);

  self->references = 1;
  self->context = g_object_ref (context);
  self->op = g_object_ref (op);
  self->results = g_ptr_array_new_with_free_func (result_free);
  g_variant_dict_init (&self->journal, NULL);
  return self;
}

/* ---- the answer ---- */

static gint
compare_results (gconstpointer a, gconstpointer b)
{
  const Result *left = *(const Result *const *) a;
  const Result *right = *(const Result *const *) b;
  int order = g_strcmp0 (left->kind, right->kind);

  return order != 0 ? order : g_strcmp0 (left->name, right->name);
}

static GVariant *
describe_results (PawlHealthRound *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < self->results->len; i++)
    {
      const Result *result = self->results->pdata[i];
      g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);

      g_variant_dict_insert (&members, "check", "s", result->kind);
      g_variant_dict_insert (&members, "name", "s", result->name);
      g_variant_dict_insert (&members, "required", "b", result->required);
      g_variant_dict_insert (&members, "verdict", "s",
                             pawl_enum_to_nick (PAWL_TYPE_VERDICT, (int) result->verdict));
      g_variant_dict_insert (&members, "reason", "s", result->reason);
      g_variant_builder_add_value (&builder, g_variant_dict_end (&members));
    }
  return g_variant_builder_end (&builder);
}

/* The first required result with this verdict. */
static const Result *
find (PawlHealthRound *self, PawlVerdict verdict, guint *out_count)
{
  const Result *first = NULL;

  *out_count = 0;
  for (guint i = 0; i < self->results->len; i++)
    {
      const Result *result = self->results->pdata[i];

      if (!result->required || result->verdict != verdict)
        continue;
      first = first != NULL ? first : result;
      *out_count += 1;
    }
  return first;
}

static char *
describe (const Result *result, guint count)
{
  if (count == 1)
    return g_strdup_printf ("%s: %s", result->name, result->reason);
  return g_strdup_printf ("%s: %s; and %u more", result->name, result->reason, count - 1);
}

static PawlVerdict
judge (PawlHealthRound *self, char **out_reason)
{
  guint count;
  const Result *bad = find (self, PAWL_VERDICT_FAIL, &count);
  PawlVerdict verdict = PAWL_VERDICT_FAIL;

  if (bad == NULL)
    {
      bad = find (self, PAWL_VERDICT_NOT_YET, &count);
      verdict = PAWL_VERDICT_NOT_YET;
    }
  if (bad != NULL)
    {
      *out_reason = describe (bad, count);
      return verdict;
    }
  find (self, PAWL_VERDICT_PASS, &count);
  /* A list of checks that is empty by mistake must not wave everything through. */
  *out_reason = count > 0 ? g_strdup_printf ("all %u checks passed", count)
                          : g_strdup ("nothing is configured to be checked");
  return count > 0 ? PAWL_VERDICT_PASS : PAWL_VERDICT_FAIL;
}

static void
complete (PawlHealthRound *self)
{
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) details = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *reason = NULL;
  PawlVerdict verdict;

  g_ptr_array_sort (self->results, compare_results);
  verdict = judge (self, &reason);
  g_variant_dict_insert_value (&details, "results", describe_results (self));
  g_variant_dict_insert_value (&details, "journal", g_variant_dict_end (&self->journal));
  g_variant_dict_insert (&answer, "verdict", "s",
                         pawl_enum_to_nick (PAWL_TYPE_VERDICT, (int) verdict));
  g_variant_dict_insert (&answer, "reason", "s", reason);
  g_variant_dict_insert_value (&answer, "details", g_variant_dict_end (&details));
  if (self->wants_server)
    g_variant_dict_insert_value (&answer, "wants", g_variant_new_parsed ("['server-reached']"));
  pawl_operation_complete (self->op, g_variant_dict_end (&answer));
}

/* ---- for the checks ---- */

void
pawl_health_round_want_server (PawlHealthRound *self)
{
  self->wants_server = TRUE;
}

PawlHealthRound *
pawl_health_round_ref (PawlHealthRound *self)
{
  self->references++;
  return self;
}

void
pawl_health_round_unref (PawlHealthRound *self)
{
  g_autoptr (GError) error = NULL;

  if (--self->references > 0)
    return;
  if (g_cancellable_set_error_if_cancelled (pawl_operation_get_cancellable (self->op), &error))
    pawl_operation_fail (self->op, error);
  else
    complete (self);
  g_variant_dict_clear (&self->journal);
  g_ptr_array_unref (self->results);
  g_object_unref (self->op);
  g_object_unref (self->context);
  g_free (self);
}

PawlContext *
pawl_health_round_get_context (PawlHealthRound *self)
{
  return self->context;
}

GCancellable *
pawl_health_round_get_cancellable (PawlHealthRound *self)
{
  return pawl_operation_get_cancellable (self->op);
}

void
pawl_health_round_add (PawlHealthRound *self,
                       const char *kind,
                       const char *name,
                       gboolean required,
                       PawlVerdict verdict,
                       const char *format,
                       ...)
{
  Result *result = g_new0 (Result, 1);
  va_list arguments;

  va_start (arguments, format);
  result->reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  result->kind = g_strdup (kind);
  result->name = g_strdup (name);
  result->required = required;
  result->verdict = verdict;
  g_ptr_array_add (self->results, result);
}

void
pawl_health_round_add_journal (PawlHealthRound *self, const char *unit, const char *text)
{
  g_variant_dict_insert (&self->journal, unit, "s", text);
}
