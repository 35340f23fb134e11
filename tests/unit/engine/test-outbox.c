/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-outbox.h"

#include <glib/gstdio.h>

/* A server that accepts so many reports. */
#define TEST_TYPE_SERVER (test_server_get_type ())
G_DECLARE_FINAL_TYPE (TestServer, test_server, TEST, SERVER, GObject)

struct _TestServer
{
  GObject parent_instance;

  guint accepts;
  GString *seen; /* (owned): ids, each with a space behind it; of events, all of them */
};

static void verifier_iface_init (PawlVerifierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestServer,
                               test_server,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_VERIFIER, verifier_iface_init))

static void
test_server_finalize (GObject *object)
{
  g_string_free (TEST_SERVER (object)->seen, TRUE);
  G_OBJECT_CLASS (test_server_parent_class)->finalize (object);
}

static void
test_server_class_init (TestServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_server_finalize;
}

static void
test_server_init (TestServer *self)
{
  self->seen = g_string_new (NULL);
}

static void
note_report (GString *seen, PawlReport *report)
{
  g_autoptr (GVariant) events = pawl_value_lookup (PAWL_VALUE (report), "events");

  if (events == NULL)
    {
      g_string_append_printf (seen, "%s ", pawl_report_get_id (report));
      return;
    }
  g_string_append (seen, "events");
  for (gsize i = 0; i < g_variant_n_children (events); i++)
    {
      g_autoptr (GVariant) event = g_variant_get_child_value (events, i);
      const char *id = "";

      g_variant_lookup (event, "id", "&s", &id);
      g_string_append_printf (seen, "%c%s", i == 0 ? '(' : ',', id);
    }
  g_string_append (seen, ") ");
}

static gboolean
start_report (PawlVerifier *verifier,
              PawlReport *report,
              GVariant *options,
              PawlOperation *op,
              GError **error)
{
  TestServer *self = TEST_SERVER (verifier);
  gboolean accepted = self->accepts > 0;
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);

  if (accepted)
    {
      self->accepts--;
      note_report (self->seen, report);
    }
  g_variant_dict_insert (&answer, "accepted", "b", accepted);
  if (!accepted)
    g_variant_dict_insert (&answer, "retry-after-s", "u", 30);
  pawl_operation_complete (op, g_variant_dict_end (&answer));
  return TRUE;
}

static void
verifier_iface_init (PawlVerifierInterface *iface)
{
  iface->start_report = start_report;
}

typedef struct
{
  char *folder;
  PawlOutbox *outbox;
  TestServer *server;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("pawl-outbox-XXXXXX", NULL);
  self->outbox = pawl_outbox_new (self->folder);
  self->server = g_object_new (TEST_TYPE_SERVER, NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->folder);
  g_object_unref (self->server);
  g_object_unref (self->outbox);
  g_free (self->folder);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
add_kind (Fixture *self, const char *kind, const char *id, GError **error)
{
  g_autoptr (PawlReport) report =
    pawl_report_new_from_variant (g_variant_new_parsed ("{'kind': <%s>, 'id': <%s>}", kind, id),
                                  NULL);
  g_autoptr (GAsyncResult) result = NULL;

  pawl_outbox_add_async (self->outbox, report, keep_result, &result);
  wait_for (&result);
  return pawl_outbox_add_finish (self->outbox, result, error);
}

static gboolean
add (Fixture *self, const char *id, GError **error)
{
  return add_kind (self, "installation", id, error);
}

static gint64
send_all (Fixture *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  gint64 retry_after_us = -1;

  pawl_outbox_send_async (self->outbox, PAWL_VERIFIER (self->server), NULL, keep_result, &result);
  wait_for (&result);
  pawl_outbox_send_finish (self->outbox, result, &retry_after_us, error);
  return retry_after_us;
}

static void
test_sends_in_order (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (add (self, "one", NULL));
  g_assert_true (add (self, "two", NULL));
  self->server->accepts = 5;
  g_assert_cmpint (send_all (self, &error), ==, 0);
  g_assert_no_error (error);
  g_assert_cmpstr (self->server->seen->str, ==, "one two ");
  g_assert_cmpuint (pawl_outbox_count (self->outbox), ==, 0);
  g_assert_cmpint (send_all (self, &error), ==, 0);
  g_assert_no_error (error);
}

static void
test_keeps_what_was_not_accepted (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (add (self, "one", NULL));
  g_assert_true (add (self, "two", NULL));
  self->server->accepts = 1;
  g_assert_cmpint (send_all (self, &error), ==, 30 * (gint64) G_USEC_PER_SEC);
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_RETRY_LATER);
  g_assert_cmpuint (pawl_outbox_count (self->outbox), ==, 1);

  /* The daemon is started anew. */
  g_object_unref (self->outbox);
  self->outbox = pawl_outbox_new (self->folder);
  self->server->accepts = 1;
  g_clear_error (&error);
  send_all (self, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (self->server->seen->str, ==, "one two ");
}

static void
test_puts_aside_what_is_torn (Fixture *self, gconstpointer data)
{
  g_autofree char *torn = g_build_filename (self->folder, "0-torn.report", NULL);
  g_autofree char *aside = g_strconcat (torn, ".bad", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (torn, "pawl-journal 1\nhalf", -1, NULL));
  g_assert_true (add (self, "one", NULL));
  self->server->accepts = 5;
  g_test_expect_message ("pawl", G_LOG_LEVEL_WARNING, "a report is put aside: *");
  send_all (self, &error);
  g_test_assert_expected_messages ();
  g_assert_no_error (error);
  g_assert_cmpstr (self->server->seen->str, ==, "one ");
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
}

static void
test_one_at_a_time (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GError) error = NULL;

  self->server->accepts = 5;
  g_assert_true (add (self, "one", NULL));
  pawl_outbox_send_async (self->outbox, PAWL_VERIFIER (self->server), NULL, keep_result, &first);
  send_all (self, &error);
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BUSY);
  wait_for (&first);
  g_assert_cmpstr (self->server->seen->str, ==, "one ");
}

static void
test_sends_results_first_and_events_together (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (add_kind (self, "event", "began", NULL));
  g_assert_true (add_kind (self, "event", "ended", NULL));
  g_assert_true (add (self, "result", NULL));
  self->server->accepts = 5;
  send_all (self, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (self->server->seen->str, ==, "result events(began,ended) ");
  g_assert_cmpuint (pawl_outbox_count (self->outbox), ==, 0);
}

static void
test_drops_the_oldest_events_first (Fixture *self, gconstpointer data)
{
  const char *const events[] = {"a", "b", "c", "d"};
  g_autoptr (GError) error = NULL;

  pawl_outbox_set_limit (self->outbox, 3);
  g_assert_true (add (self, "result", NULL));
  g_test_expect_message ("pawl", G_LOG_LEVEL_WARNING, "*3 reports wait already*");
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    g_assert_true (add_kind (self, "event", events[i], NULL));
  g_test_assert_expected_messages ();
  self->server->accepts = 5;
  send_all (self, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (self->server->seen->str, ==, "result events(c,d) ");
}

static void
test_tells_a_lost_folder (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_assert_false (add (self, "one", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE);
}

#define ADD(name, func) g_test_add ("/engine/outbox/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("sends-in-order", test_sends_in_order);
  ADD ("keeps-what-was-not-accepted", test_keeps_what_was_not_accepted);
  ADD ("puts-aside-what-is-torn", test_puts_aside_what_is_torn);
  ADD ("one-at-a-time", test_one_at_a_time);
  ADD ("sends-results-first-and-events-together", test_sends_results_first_and_events_together);
  ADD ("drops-the-oldest-events-first", test_drops_the_oldest_events_first);
  ADD ("tells-a-lost-folder", test_tells_a_lost_folder);
  return g_test_run ();
}
