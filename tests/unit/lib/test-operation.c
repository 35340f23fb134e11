/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "fake-installer.h"

/* One call of install, and everything that came of it. */
typedef struct
{
  FakeInstaller *installer;  /* (owned) */
  GCancellable *cancellable; /* (owned) */
  PawlMonitor *monitor;      /* (owned) */
  GVariant *result;          /* (owned) (nullable) */
  GError *error;             /* (owned) (nullable) */
  GString *progress;         /* (owned): each step as “done/total ” */
  gboolean answered;
} Call;

static void
progress_cb (PawlMonitor *monitor, guint64 done, guint64 total, Call *call)
{
  g_assert_false (call->answered);
  g_string_append_printf (call->progress, "%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT " ", done,
                          total);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;

  g_assert_false (call->answered);
  call->answered = TRUE;
  call->result = pawl_installer_install_finish (PAWL_INSTALLER (source), result, &call->error);
}

static Call *
call_new (FakeInstall install)
{
  Call *call = g_new0 (Call, 1);

  call->installer = fake_installer_new (install);
  call->cancellable = g_cancellable_new ();
  call->monitor = pawl_monitor_new ();
  call->progress = g_string_new (NULL);
  g_signal_connect (call->monitor, "progress", G_CALLBACK (progress_cb), call);
  return call;
}

/* A plugin's thread may still be leaving when its answer is here. */
static void
assert_last (gpointer object)
{
  gint64 until_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (g_atomic_int_get (&G_OBJECT (object)->ref_count) > 1 && g_get_monotonic_time () < until_us)
    g_main_context_iteration (NULL, FALSE);
  g_assert_finalize_object (G_OBJECT (object));
}

static void
call_free (Call *call)
{
  assert_last (call->installer);
  assert_last (call->monitor);
  g_clear_object (&call->cancellable);
  g_clear_pointer (&call->result, g_variant_unref);
  g_clear_error (&call->error);
  g_string_free (call->progress, TRUE);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
call_begin (Call *call, guint timeout_ms)
{
  g_autoptr (PawlTarget) target =
    pawl_target_new_from_variant (g_variant_new_parsed ("{'name': <'os-2'>}"), NULL);

  pawl_installer_install_async (PAWL_INSTALLER (call->installer), target, NULL, NULL, timeout_ms,
                                call->monitor, call->cancellable, answered_cb, call);
}

static void
call_wait (Call *call)
{
  while (!call->answered)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_plugin_error (Call *call, const char *part)
{
  call_begin (call, 0);
  call_wait (call);
  g_assert_error (call->error, PAWL_ERROR, PAWL_ERROR_PLUGIN);
  g_assert_nonnull (strstr (call->error->message, part));
  g_assert_true (g_str_has_prefix (call->error->message, "FakeInstaller: install: "));
}

static gboolean
complete_now (PawlOperation *op, GError **error)
{
  pawl_operation_progress (op, 1, 2);
  pawl_operation_progress (op, 2, 2);
  pawl_operation_complete (op, g_variant_new_parsed ("{'reboot-needed': <true>}"));
  return TRUE;
}

static void
test_completes (void)
{
  g_autoptr (Call) call = call_new (complete_now);
  gboolean reboot = FALSE;

  call_begin (call, 0);
  call_wait (call);
  g_assert_no_error (call->error);
  g_assert_true (g_variant_lookup (call->result, "reboot-needed", "b", &reboot));
  g_assert_true (reboot);
  g_assert_cmpstr (call->progress->str, ==, "1/2 2/2 ");
}

static gboolean
complete_without_returning_true (PawlOperation *op, GError **error)
{
  complete_now (op, error);
  return FALSE;
}

static void
test_completed_counts_more_than_false (void)
{
  g_autoptr (Call) call = call_new (complete_without_returning_true);

  call_begin (call, 0);
  call_wait (call);
  g_assert_no_error (call->error);
}

static gboolean
fail_without_error (PawlOperation *op, GError **error)
{
  return FALSE;
}

static void
test_false_without_error (void)
{
  g_autoptr (Call) call = call_new (fail_without_error);

  assert_plugin_error (call, "failed without an error");
}

static gboolean
fail_with_own_error (PawlOperation *op, GError **error)
{
  g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_NO_SPACE, "need 3 MiB");
  return FALSE;
}

static void
test_error_keeps_its_code (void)
{
  g_autoptr (Call) call = call_new (fail_with_own_error);

  call_begin (call, 0);
  call_wait (call);
  g_assert_error (call->error, PAWL_ERROR, PAWL_ERROR_NO_SPACE);
  g_assert_cmpstr (call->error->message, ==, "FakeInstaller: need 3 MiB");
}

static gboolean
fail_with_own_name (PawlOperation *op, GError **error)
{
  g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_NO_SPACE, "FakeInstaller: need 3 MiB");
  return FALSE;
}

static void
test_error_names_the_plugin_once (void)
{
  g_autoptr (Call) call = call_new (fail_with_own_name);

  call_begin (call, 0);
  call_wait (call);
  g_assert_cmpstr (call->error->message, ==, "FakeInstaller: need 3 MiB");
}

static gboolean
drop (PawlOperation *op, GError **error)
{
  return TRUE;
}

static void
test_dropped (void)
{
  g_autoptr (Call) call = call_new (drop);

  assert_plugin_error (call, "dropped");
}

static gboolean
complete_with_nothing (PawlOperation *op, GError **error)
{
  pawl_operation_complete (op, NULL);
  return TRUE;
}

static void
test_success_without_result (void)
{
  g_autoptr (Call) call = call_new (complete_with_nothing);

  assert_plugin_error (call, "without a result");
}

static gboolean
complete_with_wrong_type (PawlOperation *op, GError **error)
{
  pawl_operation_complete (op, g_variant_new_int32 (1));
  return TRUE;
}

static void
test_wrong_variant_type (void)
{
  g_autoptr (Call) call = call_new (complete_with_wrong_type);

  assert_plugin_error (call, "wrong type");
}

static gboolean
complete_with_object (PawlOperation *op, GError **error)
{
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);

  pawl_operation_complete_object (op, object);
  return TRUE;
}

static void
test_object_instead_of_variant (void)
{
  g_autoptr (Call) call = call_new (complete_with_object);

  assert_plugin_error (call, "object where a{sv}");
}

static gpointer
complete_in_thread (gpointer user_data)
{
  g_autoptr (PawlOperation) op = user_data;

  for (guint64 i = 1; i <= 4; i++)
    pawl_operation_progress (op, i, 4);
  pawl_operation_complete (op, g_variant_new_parsed ("@a{sv} {}"));
  return NULL;
}

static gboolean
start_thread (PawlOperation *op, GError **error)
{
  g_thread_unref (g_thread_new ("worker", complete_in_thread, g_object_ref (op)));
  return TRUE;
}

static void
test_thread_in_order (void)
{
  for (int i = 0; i < 200; i++)
    {
      g_autoptr (Call) call = call_new (start_thread);

      call_begin (call, 0);
      call_wait (call);
      g_assert_no_error (call->error);
      g_assert_cmpstr (call->progress->str, ==, "1/4 2/4 3/4 4/4 ");
    }
}

static void
test_cancel_then_grace (void)
{
  g_autoptr (Call) call = call_new (NULL);

  call_begin (call, 0);
  g_cancellable_cancel (call->cancellable);
  call_wait (call);
  g_assert_error (call->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (pawl_operation_get_cancelled (call->installer->held));
  /* Too late: nobody listens, and nothing breaks. */
  pawl_operation_complete (call->installer->held, g_variant_new_parsed ("@a{sv} {}"));
  pawl_operation_progress (call->installer->held, 1, 1);
}

static void
finish_anyway_cb (PawlOperation *op, gpointer user_data)
{
  pawl_operation_complete (op, g_variant_new_parsed ("@a{sv} {}"));
}

static void
test_finished_in_spite_of_cancel (void)
{
  g_autoptr (Call) call = call_new (NULL);

  call_begin (call, 0);
  g_signal_connect (call->installer->held, "cancelled", G_CALLBACK (finish_anyway_cb), NULL);
  g_cancellable_cancel (call->cancellable);
  call_wait (call);
  g_assert_no_error (call->error);
}

static void
test_cancelled_before (void)
{
  g_autoptr (Call) call = call_new (complete_now);

  g_cancellable_cancel (call->cancellable);
  call_begin (call, 0);
  call_wait (call);
  g_assert_error (call->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (call->installer->calls, ==, 0);
}

static void
fail_as_cancelled_cb (PawlOperation *op, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_cancellable_set_error_if_cancelled (pawl_operation_get_cancellable (op), &error);
  pawl_operation_fail (op, error);
}

static void
test_deadline (void)
{
  g_autoptr (Call) call = call_new (NULL);

  call_begin (call, 1);
  g_signal_connect (call->installer->held, "cancelled", G_CALLBACK (fail_as_cancelled_cb), NULL);
  call_wait (call);
  g_assert_error (call->error, PAWL_ERROR, PAWL_ERROR_TIMED_OUT);
}

static void
test_twice_warns_once (void)
{
  g_autoptr (Call) call = call_new (NULL);

  call_begin (call, 0);
  pawl_operation_complete (call->installer->held, g_variant_new_parsed ("{'a': <1>}"));
  g_test_expect_message ("pawl", G_LOG_LEVEL_WARNING, "*answered twice*");
  pawl_operation_complete (call->installer->held, g_variant_new_parsed ("{'b': <2>}"));
  g_test_assert_expected_messages ();
  call_wait (call);
  g_assert_true (g_variant_lookup (call->result, "a", "i", NULL));
}

static void
reverted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;

  call->answered = TRUE;
  call->result = pawl_installer_revert_finish (PAWL_INSTALLER (source), result, &call->error);
}

static void
test_missing_slot (void)
{
  g_autoptr (FakeInstaller) installer = fake_installer_new (NULL);
  g_autoptr (PawlTarget) target =
    pawl_target_new_from_variant (g_variant_new_parsed ("{'name': <'os-2'>}"), NULL);
  g_autoptr (Call) call = call_new (NULL);
  g_auto (GStrv) formats = NULL;

  pawl_installer_revert_async (PAWL_INSTALLER (installer), target, NULL, 0, NULL, reverted_cb,
                               call);
  g_assert_false (call->answered);
  call_wait (call);
  g_assert_null (call->result);
  g_assert_error (call->error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED);
  formats = pawl_installer_list_formats (PAWL_INSTALLER (installer), NULL);
  g_assert_cmpuint (g_strv_length (formats), ==, 0);
}

/* ---- pawl_operation_run_in_thread() ---- */

/* What the work of a thread answers, and whether its data was freed. */
typedef struct
{
  GThread *caller; /* (unowned) */
  const char *answer;
  gboolean sunk;
  int freed; /* atomic */
} Work;

static Work work;

static GVariant *
work_in_thread (gpointer data, GError **error)
{
  Work *self = data;
  GVariant *answer;

  g_assert_true (g_thread_self () != self->caller);
  if (self->answer == NULL)
    return NULL;
  if (*self->answer == '\0')
    {
      g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_NO_SPACE, "the disk is full");
      return NULL;
    }
  answer = g_variant_new_parsed (self->answer);
  return self->sunk ? g_variant_ref_sink (answer) : answer;
}

static void
note_freed (gpointer data)
{
  g_atomic_int_inc (&((Work *) data)->freed);
}

static gboolean
run_in_thread (PawlOperation *op, GError **error)
{
  work.caller = g_thread_self ();
  pawl_operation_run_in_thread (op, "test", work_in_thread, &work, note_freed);
  return TRUE;
}

static Call *
call_in_thread (const char *answer, gboolean sunk)
{
  Call *call = call_new (run_in_thread);

  work = (Work){.answer = answer, .sunk = sunk};
  call_begin (call, 0);
  call_wait (call);
  while (g_atomic_int_get (&work.freed) == 0)
    g_thread_yield ();
  g_assert_cmpint (g_atomic_int_get (&work.freed), ==, 1);
  return call;
}

static void
test_work_answers (void)
{
  for (gboolean sunk = FALSE; sunk <= TRUE; sunk++)
    {
      g_autoptr (Call) call = call_in_thread ("{'reboot-needed': <true>}", sunk);

      g_assert_no_error (call->error);
      g_assert_true (g_variant_lookup (call->result, "reboot-needed", "b", NULL));
    }
}

static void
test_work_fails (void)
{
  g_autoptr (Call) call = call_in_thread ("", FALSE);

  g_assert_error (call->error, PAWL_ERROR, PAWL_ERROR_NO_SPACE);
}

static void
test_work_fails_without_error (void)
{
  g_autoptr (Call) call = call_in_thread (NULL, FALSE);

  g_assert_error (call->error, PAWL_ERROR, PAWL_ERROR_PLUGIN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/operation/completes", test_completes);
  g_test_add_func ("/operation/completed-counts-more-than-false",
                   test_completed_counts_more_than_false);
  g_test_add_func ("/operation/false-without-error", test_false_without_error);
  g_test_add_func ("/operation/error-keeps-its-code", test_error_keeps_its_code);
  g_test_add_func ("/operation/error-names-the-plugin-once", test_error_names_the_plugin_once);
  g_test_add_func ("/operation/dropped", test_dropped);
  g_test_add_func ("/operation/success-without-result", test_success_without_result);
  g_test_add_func ("/operation/wrong-variant-type", test_wrong_variant_type);
  g_test_add_func ("/operation/object-instead-of-variant", test_object_instead_of_variant);
  g_test_add_func ("/operation/thread-in-order", test_thread_in_order);
  g_test_add_func ("/operation/cancel-then-grace", test_cancel_then_grace);
  g_test_add_func ("/operation/finished-in-spite-of-cancel", test_finished_in_spite_of_cancel);
  g_test_add_func ("/operation/cancelled-before", test_cancelled_before);
  g_test_add_func ("/operation/deadline", test_deadline);
  g_test_add_func ("/operation/twice-warns-once", test_twice_warns_once);
  g_test_add_func ("/operation/missing-slot", test_missing_slot);
  g_test_add_func ("/operation/work-in-a-thread-answers", test_work_answers);
  g_test_add_func ("/operation/work-in-a-thread-fails", test_work_fails);
  g_test_add_func ("/operation/work-in-a-thread-fails-without-error",
                   test_work_fails_without_error);
  return g_test_run ();
}
