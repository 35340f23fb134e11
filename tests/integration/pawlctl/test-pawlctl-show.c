/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What pawlctl's commands that only look print, in a pipe and as JSON. */

#include "fake-daemon.h"

#define TARGET                                                                                     \
  "{'name': <'fw-2.bin'>, 'version': <'2.0'>, 'length': <uint64 30513152>, 'hashes': <@a{ss} "     \
  "{'sha256': 'ab'}>}"

static void
test_status_idle (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fake_daemon_own (fake);
  fake_daemon_run (fake, "status");
  g_assert_cmpstr (fake->err, ==, "");
  g_assert_cmpint (fake->exit_code, ==, 0);
  g_assert_cmpstr (fake->out, ==,
                   "State:       idle\n"
                   "Installed:   no ECU is known\n"
                   "Next check:  none is planned\n"
                   "Daemon:      9.8.7\n");
}

static void
assert_runs (const char *target, const char *wanted)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();
  g_autofree char *row = g_strdup_printf (" %s\nNext check", wanted);
  g_autofree char *installed = g_strdup_printf (
    "[{'name': <'main'>, 'serial': <'1'>, 'hardware-id': <'r'>, 'installed': <%s>}]", target);

  fake_daemon_set (fake, "installed", installed);
  fake_daemon_own (fake);
  fake_daemon_run (fake, "status");
  g_assert_nonnull (g_strstr_len (fake->out, -1, row));
}

static void
test_status_from_the_factory (void)
{
  assert_runs ("{'name': <'unknown'>, 'version': <'1'>, 'hashes': <{'sha256': 'ab'}>}",
               "version 1");
  assert_runs ("{'name': <'unknown'>, 'hashes': <{'sha256': '0123456789abcdef'}>}",
               "sha256 0123456789ab");
  assert_runs ("{'name': <'unknown'>}", "unknown");
}

static void
fill (FakeDaemon *fake)
{
  fake_daemon_set (fake, "state", "'fetching'");
  fake_daemon_set (fake, "progress",
                   "{'phase': <'download'>, 'target': <'fw-2.bin'>, 'bytes-done': <uint64 "
                   "15256576>, 'bytes-total': <uint64 30513152>, 'rate': <uint64 1048576>, "
                   "'time-left-s': <int64 14>, 'percent': <50.9>}");
  fake_daemon_set (fake, "available",
                   "{'id': <'campaign-7'>, 'title': <'Better \x1b[31m radio'>, 'targets': "
                   "<{'s1': " TARGET "}>}");
  fake_daemon_set (fake, "installed",
                   "[{'name': <'main'>, 'serial': <'s1'>, 'hardware-id': <'board'>, 'installer': "
                   "<'exec'>, 'primary': <true>, 'installed': <{'name': <'fw-1.bin'>, 'version': "
                   "<'1.0'>}>}, {'name': <'radio'>, 'serial': <'s-22'>, 'hardware-id': <'r'>}]");
  fake_daemon_set (fake, "decisions",
                   "[{'rule': <'metered'>, 'verdict': <'not-yet'>, 'reason': <'metered'>, "
                   "'message': <'the network is paid by volume'>, 'until': <int64 "
                   "1795549967000000>}, {'rule': <'window'>, 'verdict': <'pass'>, 'reason': "
                   "<'always'>}]");
  fake_daemon_set (fake, "inhibitors",
                   "[{'id': <uint32 1>, 'what': <'install:reboot'>, 'who': <'player'>, 'why': "
                   "<'a film'>, 'time': <int64 1795549967000000>}]");
}

static void
test_status_full (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fill (fake);
  fake_daemon_own (fake);
  fake_daemon_run (fake, "");
  g_assert_cmpint (fake->exit_code, ==, 0);
  g_assert_cmpstr (
    fake->out, ==,
    "State:       fetching\n"
    "Progress:    download fw-2.bin 50 %, 14.5 MiB of 29.1 MiB, 1.0 MiB/s, 14 s left\n"
    "Installed:\n"
    "  ECU    SERIAL  HARDWARE  INSTALLER  RUNS\n"
    "  main   s1      board     exec       fw-1.bin (version 1.0)\n"
    "  radio  s-22    r                    unknown\n"
    "Update:      Better \xef\xbf\xbd[31m radio (id campaign-7)\n"
    "  ECU  TARGET    VERSION  SIZE\n"
    "  s1   fw-2.bin  2.0      29.1 MiB\n"
    "Held back by:\n"
    "  RULE     VERDICT  UNTIL                REASON\n"
    "  metered  not-yet  2026-11-24 19:52:47  metered: the network is paid by volume\n"
    "Inhibitors:\n"
    "  WHAT            WHO     SINCE                WHY\n"
    "  install:reboot  player  2026-11-24 19:52:47  a film\n"
    "Next check:  none is planned\n"
    "Daemon:      9.8.7\n");
}

static void
test_status_trial (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fake_daemon_set (fake, "state", "'trial'");
  fake_daemon_set (
    fake, "trial",
    "{'deadline': <int64 1000000>, 'boots': <uint32 2>, 'confirmers': <[{'name': "
    "<'health'>, 'required': <true>, 'verdict': <'pass'>, 'reason': <'all well'>}]>}");
  fake_daemon_set (fake, "last-result",
                   "{'kind': <'installation'>, 'id': <'1'>, 'success': <false>, 'code': "
                   "<'INSTALL_FAILED'>, 'description': <'no slot'>}");
  fake_daemon_own (fake);
  fake_daemon_run (fake, "status");
  g_assert_true (g_str_has_prefix (fake->out, "State:       trial\n"));
  g_assert_nonnull (g_strstr_len (fake->out, -1, "Trial:       boot 2, until 1970-01-01 00:00:01"));
  g_assert_nonnull (g_strstr_len (fake->out, -1,
                                  "  CONFIRMER  VERDICT  REQUIRED  REASON\n"
                                  "  health     pass     yes       all well\n"));
  g_assert_nonnull (g_strstr_len (fake->out, -1, "Last result: failed: no slot, -\n"));
}

static void
test_status_json (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fake_daemon_set (fake, "next-check", "int64 1795549967000000");
  fake_daemon_own (fake);
  fake_daemon_run (fake, "status --json");
  g_assert_cmpint (fake->exit_code, ==, 0);
  g_assert_cmpstr (fake->out, ==,
                   "{\n"
                   "  \"state\": \"idle\",\n"
                   "  \"progress\": null,\n"
                   "  \"available\": null,\n"
                   "  \"installed\": [],\n"
                   "  \"last-result\": null,\n"
                   "  \"next-check\": 1795549967000000,\n"
                   "  \"decisions\": [],\n"
                   "  \"inhibitors\": [],\n"
                   "  \"trial\": null,\n"
                   "  \"reboot-pending\": false,\n"
                   "  \"version\": \"9.8.7\"\n"
                   "}\n");
}

static void
test_colours (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fake_daemon_own (fake);
  fake_daemon_run (fake, "--color=always status");
  g_assert_true (g_str_has_prefix (fake->out, "\x1b[1mState:"));
  fake_daemon_run (fake, "status --color=rainbow");
  g_assert_cmpint (fake->exit_code, ==, 2);
  g_assert_cmpstr (fake->err, ==,
                   "pawlctl: --color: “rainbow” is not one of auto, always, never\n");
}

static void
test_unreachable (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fake_daemon_run (fake, "status");
  g_assert_cmpint (fake->exit_code, ==, 6);
  g_assert_cmpstr (fake->out, ==, "");
  g_assert_nonnull (g_strstr_len (fake->err, -1, "is pawld installed?"));
  fake_daemon_run (fake, "status --json");
  g_assert_cmpint (fake->exit_code, ==, 6);
  g_assert_nonnull (g_strstr_len (fake->out, -1, "\"code\": \"unreachable\""));
  fake_daemon_run (fake, "--bus unix:path=/nonexistent/bus status");
  g_assert_cmpint (fake->exit_code, ==, 6);
  g_assert_true (g_str_has_prefix (fake->err, "pawlctl: the bus: "));
}

static void
test_usage (void)
{
  static const char *const WRONG[] = {"nonsense", "--nonsense", "status --nonsense", "status more"};
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (WRONG); i++)
    {
      fake_daemon_run (fake, WRONG[i]);
      g_assert_cmpint (fake->exit_code, ==, 2);
      g_assert_cmpstr (fake->out, ==, "");
      g_assert_true (g_str_has_prefix (fake->err, "pawlctl: "));
    }
  fake_daemon_run (fake, "--version");
  g_assert_cmpint (fake->exit_code, ==, 0);
  g_assert_true (g_str_has_prefix (fake->out, "pawlctl "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pawlctl/status/idle", test_status_idle);
  g_test_add_func ("/pawlctl/status/everything-lines-up", test_status_full);
  g_test_add_func ("/pawlctl/status/what-the-factory-wrote", test_status_from_the_factory);
  g_test_add_func ("/pawlctl/status/trial", test_status_trial);
  g_test_add_func ("/pawlctl/status/json", test_status_json);
  g_test_add_func ("/pawlctl/colours-when-asked", test_colours);
  g_test_add_func ("/pawlctl/daemon-out-of-reach", test_unreachable);
  g_test_add_func ("/pawlctl/usage", test_usage);
  return g_test_run ();
}
