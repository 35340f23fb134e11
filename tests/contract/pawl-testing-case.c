/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-testing-private.h"

typedef struct
{
  const PawlTestingWorld *implementation; /* (unowned) */
  const PawlTestingMethod *method;        /* (unowned) (nullable) */
  PawlTestingPromise promise;             /* (nullable) */
  void (*method_promise) (PawlTestingCase *self, const PawlTestingMethod *method);
} PawlTestingEntry;

void
pawl_testing_restart (PawlTestingCase *self)
{
  g_clear_object (&self->result);
  g_clear_object (&self->instance);
  self->instance = self->implementation->make (self->world);
  g_assert_nonnull (self->instance);
}

static void
run_entry (gconstpointer data)
{
  const PawlTestingEntry *entry = data;
  PawlTestingCase self = {.implementation = entry->implementation};

  if (entry->implementation->set_up != NULL)
    self.world = entry->implementation->set_up ();
  pawl_testing_restart (&self);
  if (entry->promise != NULL)
    entry->promise (&self);
  else
    entry->method_promise (&self, entry->method);
  g_clear_object (&self.result);
  g_clear_object (&self.instance);
  /* What a cancelled call left behind ends before its world does. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  if (entry->implementation->tear_down != NULL)
    entry->implementation->tear_down (self.world);
}

static void
add_entry (const PawlTestingEntry *entry, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s", entry->implementation->path, name);

  g_test_add_data_func_full (path, g_memdup2 (entry, sizeof *entry), run_entry, g_free);
}

void
pawl_testing_add (const PawlTestingWorld *implementation,
                  const char *name,
                  PawlTestingPromise promise)
{
  const PawlTestingEntry entry = {.implementation = implementation, .promise = promise};

  add_entry (&entry, name);
}

void
pawl_testing_keep (GObject *source, GAsyncResult *result, gpointer test_case)
{
  PawlTestingCase *self = test_case;

  g_assert_null (self->result);
  self->result = g_object_ref (result);
  self->answered = TRUE;
}

GAsyncResult *
pawl_testing_wait (PawlTestingCase *self)
{
  while (self->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return self->result;
}

static void
on_progress (PawlMonitor *monitor, guint64 done, guint64 total, gpointer data)
{
  PawlTestingCase *self = data;

  /* Progress comes in order, never goes back, and never follows the answer. */
  g_assert_false (self->answered);
  g_assert_cmpuint (done, >=, self->done);
  if (total != 0)
    g_assert_cmpuint (done, <=, total);
  self->done = done;
}

PawlMonitor *
pawl_testing_monitor_new (PawlTestingCase *self)
{
  PawlMonitor *monitor = pawl_monitor_new ();

  self->done = 0;
  g_signal_connect (monitor, "progress", G_CALLBACK (on_progress), self);
  return monitor;
}

void
pawl_testing_check_members (GVariant *answer, ...)
{
  const char *name;
  va_list members;

  g_assert_nonnull (answer);
  g_assert_cmpstr (g_variant_get_type_string (answer), ==, "a{sv}");
  va_start (members, answer);
  while ((name = va_arg (members, const char *)) != NULL)
    {
      const char *wanted = va_arg (members, const char *);
      g_autoptr (GVariant) value = g_variant_lookup_value (answer, name, NULL);

      if (value == NULL)
        continue;
      g_test_message ("member “%s” has to be of type %s", name, wanted);
      g_assert_cmpstr (g_variant_get_type_string (value), ==, wanted);
    }
  va_end (members);
}

static gboolean
finish (PawlTestingCase *self, const PawlTestingMethod *method, GError **error)
{
  gboolean ok;

  pawl_testing_wait (self);
  ok = method->finish (self, error);
  g_clear_object (&self->result);
  return ok;
}

static void
start (PawlTestingCase *self,
       const PawlTestingMethod *method,
       guint timeout_ms,
       GCancellable *cancellable)
{
  g_autoptr (PawlMonitor) monitor = pawl_testing_monitor_new (self);

  self->answered = FALSE;
  method->start (self, timeout_ms, monitor, cancellable);
}

gboolean
pawl_testing_call (PawlTestingCase *self, const PawlTestingMethod *method, GError **error)
{
  start (self, method, PAWL_TESTING_TIMEOUT_MS, NULL);
  return finish (self, method, error);
}

/* What a cancelled call still holds may refuse the next one for a while; it says so. */
static void
works_after_all (PawlTestingCase *self, const PawlTestingMethod *method)
{
  const gint64 until_us = g_get_monotonic_time () + PAWL_TESTING_TIMEOUT_MS * 1000;
  g_autoptr (GError) error = NULL;

  while (!pawl_testing_call (self, method, &error) && pawl_error_is_transient (error) &&
         g_get_monotonic_time () < until_us)
    g_clear_error (&error);
  g_assert_no_error (error);
}

static void
promise_works (PawlTestingCase *self, const PawlTestingMethod *method)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pawl_testing_call (self, method, &error));
  g_assert_no_error (error);
}

/* Every slot can be repeated: that is how a power cut is survived. */
static void
promise_repeats (PawlTestingCase *self, const PawlTestingMethod *method)
{
  promise_works (self, method);
  promise_works (self, method);
  pawl_testing_restart (self);
  promise_works (self, method);
}

static void
promise_cancelled_before (PawlTestingCase *self, const PawlTestingMethod *method)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  start (self, method, PAWL_TESTING_TIMEOUT_MS, cancellable);
  g_assert_false (finish (self, method, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  promise_works (self, method);
}

/* Cancels later and later, until a call is over before it is cancelled. */
static void
promise_cancelled_anywhere (PawlTestingCase *self, const PawlTestingMethod *method)
{
  gboolean over = FALSE;

  for (guint turns = 0; turns < 20 && !over; turns++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;

      start (self, method, PAWL_TESTING_TIMEOUT_MS, cancellable);
      for (guint i = 0; i < turns && self->result == NULL; i++)
        g_main_context_iteration (NULL, TRUE);
      over = self->result != NULL;
      g_cancellable_cancel (cancellable);
      if (!finish (self, method, &error) && !pawl_error_is_transient (error))
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  works_after_all (self, method);
}

static void
promise_deadline (PawlTestingCase *self, const PawlTestingMethod *method)
{
  g_autoptr (GError) error = NULL;

  start (self, method, 1, NULL);
  if (!finish (self, method, &error))
    g_assert_error (error, PAWL_ERROR, PAWL_ERROR_TIMED_OUT);
  works_after_all (self, method);
}

static const struct
{
  const char *name;
  void (*promise) (PawlTestingCase *self, const PawlTestingMethod *method);
} method_promises[] = {
  {"works",                      promise_works             },
  {"can-be-repeated",            promise_repeats           },
  {"can-be-cancelled-before",    promise_cancelled_before  },
  {"can-be-cancelled-anywhere",  promise_cancelled_anywhere},
  {"works-again-after-deadline", promise_deadline          },
};

void
pawl_testing_add_methods (const PawlTestingWorld *implementation, const PawlTestingMethod *methods)
{
  for (const PawlTestingMethod *method = methods; method->name != NULL; method++)
    for (gsize i = 0; i < G_N_ELEMENTS (method_promises); i++)
      {
        g_autofree char *name = g_strdup_printf ("%s/%s", method->name, method_promises[i].name);
        const PawlTestingEntry entry = {.implementation = implementation,
                                        .method = method,
                                        .method_promise = method_promises[i].promise};

        add_entry (&entry, name);
      }
}
