/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What runs for a while: inhibit, monitor, and the bar on a terminal. */

#include "fake-daemon.h"

#include <gio/gunixfdlist.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* The end of the inhibitor that the daemon watches. */
static int watched = -1;

static gboolean
on_inhibit (FakeDaemon *fake, GDBusMethodInvocation *invocation, const char *method)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  int ends[2];

  if (!g_str_equal (method, "Inhibit"))
    return FALSE;
  g_assert_cmpint (pipe (ends), ==, 0);
  watched = ends[0];
  g_unix_fd_list_append (fds, ends[1], NULL);
  close (ends[1]);
  g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0),
                                                           fds);
  return TRUE;
}

static void
assert_released (void)
{
  char byte;

  g_assert_cmpint (read (watched, &byte, 1), ==, 0);
  close (watched);
}

static void
test_inhibit (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fake->on_call = on_inhibit;
  fake_daemon_own (fake);
  fake_daemon_run (fake,
                   "inhibit --what check:install --why 'a film' sh -c 'echo played; exit 33'");
  g_assert_cmpint (fake->exit_code, ==, 33);
  g_assert_cmpstr (fake->out, ==, "played\n");
  g_assert_cmpstr (fake->calls->str, ==, "Inhibit('check:install', 'sh', 'a film', {})\n");
  assert_released ();
  fake_daemon_run (fake, "inhibit -- sh -c 'kill -9 $$'");
  g_assert_cmpint (fake->exit_code, ==, 128 + SIGKILL);
  assert_released ();
  fake_daemon_run (fake, "inhibit /nonexistent/command --json");
  g_assert_cmpint (fake->exit_code, ==, 127);
  assert_released ();
  fake_daemon_run (fake, "inhibit /");
  g_assert_cmpint (fake->exit_code, ==, 126);
  assert_released ();
}

static void
test_inhibit_refused (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fake_daemon_own (fake);
  fake->error = g_error_new_literal (PAWL_ERROR, PAWL_ERROR_NOT_AUTHORIZED, "not you");
  fake_daemon_run (fake, "inhibit echo must not run");
  g_assert_cmpint (fake->exit_code, ==, 5);
  g_assert_cmpstr (fake->out, ==, "");
  fake_daemon_run (fake, "inhibit");
  g_assert_cmpint (fake->exit_code, ==, 2);
}

static void
test_forget (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fake_daemon_reply (fake, "()");
  fake_daemon_own (fake);
  fake_daemon_run (fake, "forget fw-2");
  g_assert_cmpint (fake->exit_code, ==, 0);
  fake_daemon_run (fake, "forget --all");
  g_assert_cmpint (fake->exit_code, ==, 0);
  g_assert_cmpstr (fake->calls->str, ==, "Forget('fw-2', {})\nForget('', {})\n");
  fake_daemon_run (fake, "forget");
  g_assert_cmpint (fake->exit_code, ==, 2);
  fake_daemon_run (fake, "forget ''");
  g_assert_cmpint (fake->exit_code, ==, 2);
  fake_daemon_run (fake, "forget fw-2 --all");
  g_assert_cmpint (fake->exit_code, ==, 2);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

/* The daemon moves on only when pawlctl has shown the last move. */
static char *
read_line (GDataInputStream *stream)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *line;

  g_data_input_stream_read_line_async (stream, G_PRIORITY_DEFAULT, NULL, on_line, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  line = g_data_input_stream_read_line_finish_utf8 (stream, result, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  return line;
}

/* The line without its time. */
static void
assert_line (GDataInputStream *stream, const char *wanted)
{
  g_autofree char *line = read_line (stream);

  g_assert_cmpuint (strlen (line), >, 21);
  g_assert_cmpstr (line + 21, ==, wanted);
}

static void
test_monitor (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GDataInputStream) lines = NULL;

  fake_daemon_set (fake, "state", "'available'");
  fake_daemon_own (fake);
  process = fake_daemon_spawn (fake, "monitor --until fetched");
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  assert_line (lines, "daemon    pawld runs");
  assert_line (lines, "state     available");
  fake_daemon_set (fake, "state", "'fetching'");
  assert_line (lines, "state     fetching");
  fake_daemon_set (fake, "progress", "{'phase': <'download'>, 'percent': <7.5>}");
  assert_line (lines, "progress  download 7 %");
  pawl_dbus_update1_emit_happened (fake->object, "download-started",
                                   g_variant_new_parsed ("{'message': <'Fetching \nfw-2'>}"));
  assert_line (lines, "happened  download-started: Fetching  fw-2");
  fake_daemon_set (fake, "state", "'fetched'");
  assert_line (lines, "state     fetched");
  fake_daemon_finish (fake, process);
  g_assert_cmpint (fake->exit_code, ==, 0);
}

static void
test_monitor_json (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();
  g_autoptr (GSubprocess) process = fake_daemon_spawn (fake, "monitor --json");
  g_autoptr (GDataInputStream) lines =
    g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *line = read_line (lines);

  g_assert_true (g_str_has_prefix (line, "{\"time\":"));
  g_assert_true (g_str_has_suffix (line, ",\"event\":\"daemon\",\"value\":{\"running\":false}}"));
  g_assert_cmpstr (fake->calls->str, ==, "");
  g_subprocess_send_signal (process, SIGINT);
  fake_daemon_finish (fake, process);
  g_assert_cmpint (fake->exit_code, ==, 0);
  fake_daemon_run (fake, "monitor --until nonsense");
  g_assert_cmpint (fake->exit_code, ==, 2);
}

static void
test_monitor_bus_goes_away (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();
  g_autoptr (GSubprocess) process = fake_daemon_spawn (fake, "monitor");
  g_autoptr (GDataInputStream) lines =
    g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));

  assert_line (lines, "daemon    pawld does not run");
  g_test_dbus_stop (fake->bus);
  fake_daemon_finish (fake, process);
  g_assert_cmpint (fake->exit_code, ==, 6);
  g_assert_cmpstr (fake->err, ==, "pawlctl: the bus went away\n");
}

static gboolean
on_fetch (FakeDaemon *fake, GDBusMethodInvocation *invocation, const char *method)
{
  fake_daemon_set (fake, "progress",
                   "{'phase': <'download'>, 'percent': <50.0>, 'bytes-done': <uint64 1024>, "
                   "'bytes-total': <uint64 2048>, 'rate': <uint64 512>, 'time-left-s': <int64 2>}");
  fake_daemon_set (fake, "progress", "@a{sv} {}");
  return FALSE;
}

static void
test_bar (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fake->terminal = TRUE;
  fake->on_call = on_fetch;
  fake_daemon_reply (fake, "()");
  fake_daemon_own (fake);
  fake_daemon_run (fake, "fetch");
  g_assert_cmpint (fake->exit_code, ==, 0);
  g_assert_cmpstr (fake->out, ==,
                   "\r[##########----------] download 50 %, 1.0 KiB of 2.0 KiB, 512 B/s, 2 s left"
                   "\x1b[K\r\x1b[K\x1b[32mDone: the state is idle.\r\n\x1b[0m");
  fake_daemon_run (fake, "fetch --json");
  g_assert_null (strchr (fake->out, '\x1b'));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pawlctl/inhibit/holds-until-the-command-ends", test_inhibit);
  g_test_add_func ("/pawlctl/inhibit/refused", test_inhibit_refused);
  g_test_add_func ("/pawlctl/forget", test_forget);
  g_test_add_func ("/pawlctl/monitor/follows", test_monitor);
  g_test_add_func ("/pawlctl/monitor/json-lines-without-a-daemon", test_monitor_json);
  g_test_add_func ("/pawlctl/monitor/bus-goes-away", test_monitor_bus_goes_away);
  g_test_add_func ("/pawlctl/terminal/bar", test_bar);
  return g_test_run ();
}
