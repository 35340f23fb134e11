/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl's commands that do something: what they ask the daemon, what they print meanwhile and
 * afterwards, and what they exit with. */

#include "fake-daemon.h"

#include <signal.h>

#define UPDATE                                                                                     \
  "{'id': <'campaign-7'>, 'targets': <{'s1': {'name': <'fw-2.bin'>, 'version': <'2.0'>, "          \
  "'length': "                                                                                     \
  "<uint64 2048>}}>}"

static FakeDaemon *
new_fake (void)
{
  FakeDaemon *fake = fake_daemon_new ();

  fake_daemon_reply (fake, "()");
  fake_daemon_own (fake);
  return fake;
}

static void
test_arguments (void)
{
  static const struct
  {
    const char *words;
    const char *call;
  } CALLS[] = {
    {"check",                                "Check({},)\n"                                    },
    {"check --source /media/usb --no-force",
     "Check({'force': <false>, 'source': <'/media/usb'>},)\n"                                  },
    {"fetch --no-wait",                      "Fetch({'wait': <false>},)\n"                     },
    {"install",                              "Install({},)\n"                                  },
    {"activate --no-reboot",                 "Activate({'reboot': <false>},)\n"                },
    {"update --force --source usb:",         "Update({'force': <true>, 'source': <'usb:'>},)\n"},
    {"cancel",                               "Cancel({},)\n"                                   },
    {"confirm --now",                        "Confirm({'now': <true>},)\n"                     },
    {"reject it is too slow",                "Reject('it is too slow', {})\n"                  },
    {"rollback",                             "Rollback({},)\n"                                 },
    {"approve",                              "Approve('all', {})\n"                            },
    {"approve reboot",                       "Approve('reboot', {})\n"                         },
    {"defer install 2100-01-02T03:04:05",    "Defer('install', 4102542245000000, {})\n"        },
    {"defer all off",                        "Defer('all', 0, {})\n"                           },
  };
  g_autoptr (FakeDaemon) fake = new_fake ();

  for (gsize i = 0; i < G_N_ELEMENTS (CALLS); i++)
    {
      g_string_truncate (fake->calls, 0);
      fake_daemon_run (fake, CALLS[i].words);
      g_assert_cmpstr (fake->calls->str, ==, CALLS[i].call);
      g_assert_cmpstr (fake->err, ==, "");
      g_assert_true (fake->exit_code == 0 || fake->exit_code == 3);
    }
}

static void
test_refused_arguments (void)
{
  static const char *const WRONG[] = {"approve everything", "defer",
                                      "defer install",      "defer install soon",
                                      "defer firmware +2h", "defer install 2020-01-01T00:00:00",
                                      "fetch now",          "activate --source x",
                                      "reject --nonsense"};
  g_autoptr (FakeDaemon) fake = new_fake ();

  for (gsize i = 0; i < G_N_ELEMENTS (WRONG); i++)
    {
      fake_daemon_run (fake, WRONG[i]);
      g_assert_cmpint (fake->exit_code, ==, 2);
      g_assert_true (g_str_has_prefix (fake->err, "pawlctl: "));
    }
  g_assert_cmpstr (fake->calls->str, ==, "");
}

static void
test_errors (void)
{
  static const struct
  {
    PawlError code;
    int exit_code;
    const char *name;
  } ERRORS[] = {
    {PAWL_ERROR_WRONG_STATE,      4,  "wrong-state"   },
    {PAWL_ERROR_NOT_AUTHORIZED,   5,  "not-authorized"},
    {PAWL_ERROR_BUSY,             8,  "waiting"       },
    {PAWL_ERROR_NETWORK,          9,  "try-later"     },
    {PAWL_ERROR_NOT_TRUSTED,      10, "refused"       },
    {PAWL_ERROR_NO_SPACE,         11, "storage"       },
    {PAWL_ERROR_NOT_FOUND,        12, "not-found"     },
    {PAWL_ERROR_INVALID_CONFIG,   13, "config"        },
    {PAWL_ERROR_INVALID_ARGUMENT, 2,  "usage"         },
    {PAWL_ERROR_INSTALL,          1,  "failed"        },
  };
  g_autoptr (FakeDaemon) fake = new_fake ();

  for (gsize i = 0; i < G_N_ELEMENTS (ERRORS); i++)
    {
      g_autofree char *name = g_strdup_printf ("\"code\": \"%s\"", ERRORS[i].name);

      g_clear_error (&fake->error);
      fake->error = g_error_new (PAWL_ERROR, (int) ERRORS[i].code, "main: no \x1b[2J");
      fake_daemon_run (fake, "fetch");
      g_assert_cmpint (fake->exit_code, ==, ERRORS[i].exit_code);
      g_assert_cmpstr (fake->err, ==, "pawlctl: main: no \xef\xbf\xbd[2J\n");
      g_assert_cmpstr (fake->out, ==, "");
      fake_daemon_run (fake, "fetch --json");
      g_assert_cmpint (fake->exit_code, ==, ERRORS[i].exit_code);
      g_assert_nonnull (g_strstr_len (fake->out, -1, name));
      g_assert_nonnull (g_strstr_len (fake->out, -1, "\"message\": \"main: no \\u001b[2J\""));
    }
}

static void
test_check (void)
{
  g_autoptr (FakeDaemon) fake = new_fake ();

  fake_daemon_run (fake, "check");
  g_assert_cmpint (fake->exit_code, ==, 3);
  g_assert_cmpstr (fake->out, ==, "Nothing to do: this device is up to date.\n");
  fake_daemon_run (fake, "check --json");
  g_assert_cmpint (fake->exit_code, ==, 3);
  g_assert_true (
    g_str_has_prefix (fake->out, "{\n  \"command\": \"check\",\n  \"result\": \"nothing-to-do\",\n"
                                 "  \"exit\": 3,\n  \"status\": {\n    \"state\": \"idle\",\n"));
  fake_daemon_set (fake, "available", UPDATE);
  fake_daemon_run (fake, "check");
  g_assert_cmpint (fake->exit_code, ==, 0);
  g_assert_cmpstr (fake->out, ==,
                   "An update is available: campaign-7\n"
                   "  ECU  TARGET    VERSION  SIZE\n"
                   "  s1   fw-2.bin  2.0      2.0 KiB\n");
}

static gboolean
on_fetch (FakeDaemon *fake, GDBusMethodInvocation *invocation, const char *method)
{
  fake_daemon_set (fake, "state", "'fetching'");
  for (int percent = 0; percent <= 100; percent += 5)
    {
      g_autofree char *progress = g_strdup_printf (
        "{'phase': <'download'>, 'target': <'fw-2.bin'>, 'percent': <%d.0>, 'bytes-done': "
        "<uint64 %d>, 'bytes-total': <uint64 2000>, 'rate': <uint64 512>, 'time-left-s': <int64 "
        "3>}",
        percent, percent * 20);

      if (percent % 50 == 0 || percent == 55)
        fake_daemon_set (fake, "progress", progress);
    }
  fake_daemon_set (fake, "progress", "@a{sv} {}");
  fake_daemon_set (fake, "state", "'fetched'");
  return FALSE;
}

static void
test_progress_in_a_pipe (void)
{
  g_autoptr (FakeDaemon) fake = new_fake ();

  fake_daemon_set (fake, "state", "'available'");
  fake->on_call = on_fetch;
  fake_daemon_run (fake, "fetch");
  g_assert_cmpint (fake->exit_code, ==, 0);
  g_assert_cmpstr (fake->out, ==,
                   "fetching\n"
                   "download fw-2.bin 0 %, 0 B of 2.0 KiB, 512 B/s, 3 s left\n"
                   "download fw-2.bin 50 %, 1000 B of 2.0 KiB, 512 B/s, 3 s left\n"
                   "download fw-2.bin 100 %, 2.0 KiB of 2.0 KiB, 512 B/s, 3 s left\n"
                   "fetched\n"
                   "Done: the state is fetched.\n");
  fake_daemon_run (fake, "fetch --json");
  g_assert_true (g_str_has_prefix (fake->out, "{\n  \"command\": \"fetch\",\n"));
}

static void
test_update (void)
{
  g_autoptr (FakeDaemon) fake = new_fake ();

  fake_daemon_run (fake, "update");
  g_assert_cmpint (fake->exit_code, ==, 3);
  fake_daemon_set (fake, "state", "'available'");
  fake_daemon_set (fake, "decisions",
                   "[{'rule': <'approval'>, 'verdict': <'not-yet'>, 'reason': <'manual'>}]");
  fake_daemon_run (fake, "update");
  g_assert_cmpint (fake->exit_code, ==, 8);
  g_assert_cmpstr (fake->out, ==,
                   "Waiting: the state is available.\n"
                   "  RULE      VERDICT  UNTIL  REASON\n"
                   "  approval  not-yet  -      manual\n");
  fake_daemon_set (fake, "state", "'activating'");
  fake_daemon_set (fake, "reboot-pending", "true");
  fake_daemon_run (fake, "update");
  g_assert_cmpint (fake->exit_code, ==, 0);
  g_assert_cmpstr (fake->out, ==, "Done: the state is activating, a reboot is pending.\n");
}

static gboolean
on_update_fails (FakeDaemon *fake, GDBusMethodInvocation *invocation, const char *method)
{
  fake_daemon_set (fake, "last-result",
                   "{'kind': <'installation'>, 'id': <'r2'>, 'success': <false>}");
  return FALSE;
}

static void
test_update_fails (void)
{
  g_autoptr (FakeDaemon) fake = new_fake ();

  fake_daemon_set (fake, "last-result",
                   "{'kind': <'installation'>, 'id': <'r1'>, 'success': <true>}");
  fake->on_call = on_update_fails;
  fake_daemon_run (fake, "update");
  g_assert_cmpint (fake->exit_code, ==, 1);
  g_assert_cmpstr (fake->out, ==, "The update failed: pawlctl history shows why.\n");
}

static void
test_confirm (void)
{
  g_autoptr (FakeDaemon) fake = new_fake ();

  fake_daemon_set (fake, "state", "'trial'");
  fake_daemon_set (fake, "trial",
                   "{'confirmers': <[{'name': <'user'>, 'required': <true>, 'verdict': <'pass'>}, "
                   "{'name': <'health'>, 'required': <true>, 'verdict': <'not-yet'>}]>}");
  fake_daemon_run (fake, "confirm");
  g_assert_cmpint (fake->exit_code, ==, 0);
  g_assert_true (g_str_has_prefix (fake->out, "Noted; other confirmers"));
  fake_daemon_set (fake, "trial",
                   "{'confirmers': <[{'name': <'user'>, 'required': <true>, 'verdict': <'pass'>}, "
                   "{'name': <'lamp'>, 'required': <false>, 'verdict': <'not-yet'>}]>}");
  fake_daemon_run (fake, "confirm");
  g_assert_cmpstr (fake->out, ==, "Confirmed: the new version is kept.\n");
  fake_daemon_set (fake, "trial", "@a{sv} {}");
  fake_daemon_run (fake, "confirm");
  g_assert_cmpstr (fake->out, ==, "Confirmed: the new version is kept.\n");
}

/* The step that waits for its end. */
static GDBusMethodInvocation *pending;
static GSubprocess *running;

static gboolean
on_interrupted_call (FakeDaemon *fake, GDBusMethodInvocation *invocation, const char *method)
{
  if (g_str_equal (method, "Fetch"))
    {
      pending = invocation;
      g_subprocess_send_signal (running, SIGINT);
      return TRUE;
    }
  g_assert_cmpstr (method, ==, "Cancel");
  g_dbus_method_invocation_return_error_literal (pending, G_IO_ERROR, G_IO_ERROR_CANCELLED, "over");
  pending = NULL;
  return FALSE;
}

static void
test_interrupt (void)
{
  g_autoptr (FakeDaemon) fake = new_fake ();

  fake->on_call = on_interrupted_call;
  running = fake_daemon_spawn (fake, "fetch");
  fake_daemon_finish (fake, running);
  g_assert_cmpint (fake->exit_code, ==, 130);
  g_assert_cmpstr (fake->calls->str, ==, "Fetch({},)\n");
  g_assert_true (g_str_has_prefix (fake->err, "pawlctl: interrupted; the step goes on"));
  g_dbus_method_invocation_return_value (pending, NULL);
  g_clear_object (&running);
}

static void
test_interrupt_cancels (void)
{
  g_autoptr (FakeDaemon) fake = new_fake ();

  fake->on_call = on_interrupted_call;
  running = fake_daemon_spawn (fake, "fetch --cancel-on-interrupt");
  fake_daemon_finish (fake, running);
  g_assert_cmpint (fake->exit_code, ==, 7);
  g_assert_cmpstr (fake->calls->str, ==, "Fetch({},)\nCancel({},)\n");
  g_assert_true (g_str_has_suffix (fake->err, "pawlctl: Fetch was cancelled\n"));
  g_clear_object (&running);
}

static gboolean
on_call_vanish (FakeDaemon *fake, GDBusMethodInvocation *invocation, const char *method)
{
  g_object_ref (invocation);
  g_dbus_connection_close_sync (fake->connection, NULL, NULL);
  return TRUE;
}

static void
test_daemon_goes_away (void)
{
  g_autoptr (FakeDaemon) fake = new_fake ();

  fake->on_call = on_call_vanish;
  fake_daemon_run (fake, "install");
  g_assert_cmpint (fake->exit_code, ==, 6);
  g_assert_nonnull (g_strstr_len (fake->err, -1, "pawld went away before it answered"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pawlctl/step/arguments-reach-the-daemon", test_arguments);
  g_test_add_func ("/pawlctl/step/arguments-refused", test_refused_arguments);
  g_test_add_func ("/pawlctl/step/errors-have-exit-codes", test_errors);
  g_test_add_func ("/pawlctl/step/check", test_check);
  g_test_add_func ("/pawlctl/step/progress-in-a-pipe", test_progress_in_a_pipe);
  g_test_add_func ("/pawlctl/step/update", test_update);
  g_test_add_func ("/pawlctl/step/update-fails", test_update_fails);
  g_test_add_func ("/pawlctl/step/confirm-waits-for-others", test_confirm);
  g_test_add_func ("/pawlctl/step/interrupt-leaves-the-step", test_interrupt);
  g_test_add_func ("/pawlctl/step/interrupt-cancels-when-asked", test_interrupt_cancels);
  g_test_add_func ("/pawlctl/step/daemon-goes-away", test_daemon_goes_away);
  return g_test_run ();
}
