/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The commands that list: why, history, plugins, config. */

#include "fake-daemon.h"

static void
test_why (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fake_daemon_own (fake);
  fake_daemon_run (fake, "why");
  g_assert_cmpstr (fake->err, ==, "");
  g_assert_cmpstr (fake->out, ==, "The state is idle; no rule was asked yet.\n");
  fake_daemon_set (fake, "decisions",
                   "[{'rule': <'window'>, 'verdict': <'pass'>, 'reason': <'open'>}]");
  fake_daemon_run (fake, "why");
  g_assert_cmpstr (fake->out, ==,
                   "The state is idle; nothing is held back.\n"
                   "  RULE    VERDICT  UNTIL  REASON\n"
                   "  window  pass     -      open\n");
  fake_daemon_set (fake, "decisions",
                   "[{'rule': <'window'>, 'verdict': <'pass'>, 'reason': <'open'>}, {'rule': "
                   "<'failed'>, 'verdict': <'fail'>, 'reason': <'known-bad'>, 'message': <'fw-2 "
                   "failed'>}]");
  fake_daemon_run (fake, "why --held");
  g_assert_cmpint (fake->exit_code, ==, 0);
  g_assert_cmpstr (fake->out, ==,
                   "The state is idle; held back by 1 rule.\n"
                   "  RULE    VERDICT  UNTIL  REASON\n"
                   "  failed  fail     -      known-bad: fw-2 failed\n");
  fake_daemon_run (fake, "why --held --json");
  g_assert_cmpstr (fake->out, ==,
                   "{\n"
                   "  \"state\": \"idle\",\n"
                   "  \"decisions\": [\n"
                   "    {\n"
                   "      \"rule\": \"failed\",\n"
                   "      \"verdict\": \"fail\",\n"
                   "      \"reason\": \"known-bad\",\n"
                   "      \"message\": \"fw-2 failed\"\n"
                   "    }\n"
                   "  ]\n"
                   "}\n");
}

static void
test_history (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fake_daemon_own (fake);
  fake_daemon_reply (fake, "(@aa{sv} [],)");
  fake_daemon_run (fake, "history");
  g_assert_cmpint (fake->exit_code, ==, 0);
  g_assert_cmpstr (fake->out, ==, "There was no update yet.\n");
  fake_daemon_reply (fake,
                     "([{'id': <'2'>, 'update-id': <'c-8'>, 'time': <int64 1795549967000000>, "
                     "'success': <true>, 'code': <'OK'>}, {'id': <'1'>, 'update-id': <'c-7'>, "
                     "'time': <int64 1795549000000000>, 'success': <false>, 'code': "
                     "<'DOWNLOAD_FAILED'>, 'description': <'no route'>}],)");
  fake_daemon_run (fake, "history");
  g_assert_cmpstr (fake->out, ==,
                   "TIME                 UPDATE  RESULT\n"
                   "2026-11-24 19:52:47  c-8     success\n"
                   "2026-11-24 19:36:40  c-7     failed: no route\n");
  fake_daemon_run (fake, "history -n 1 --json");
  g_assert_cmpstr (fake->out, ==,
                   "{\n"
                   "  \"reports\": [\n"
                   "    {\n"
                   "      \"id\": \"2\",\n"
                   "      \"update-id\": \"c-8\",\n"
                   "      \"time\": 1795549967000000,\n"
                   "      \"success\": true,\n"
                   "      \"code\": \"OK\"\n"
                   "    }\n"
                   "  ]\n"
                   "}\n");
  fake_daemon_run (fake, "history -n -1");
  g_assert_cmpint (fake->exit_code, ==, 2);
}

static void
test_plugins (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fake_daemon_own (fake);
  fake_daemon_reply (
    fake,
    "([{'id': <'exec'>, 'version': <'0.1'>, 'description': <'Runs'>, 'provides': <['installer', "
    "'boot-control']>, 'loaded': <true>, 'isolated': <false>, 'error': <''>, 'origin': <'pawl'>, "
    "'abi': <uint32 1>, 'granted': <@as []>, 'crashes': <uint32 0>}, {'id': <'py'>, 'origin': "
    "<'foreign'>, 'abi': <uint32 1>, 'loaded': <true>, 'isolated': <true>, 'granted': <['gpio', "
    "'network']>, 'crashes': <uint32 2>, 'last-error': <'its process ended with status 3'>}, "
    "{'id': <'odd'>, 'error': <'the ABI is 2, wanted 1'>}, {'id': <'user'>}],)");
  fake_daemon_run (fake, "plugins");
  g_assert_cmpint (fake->exit_code, ==, 0);
  g_assert_cmpstr (fake->out, ==,
                   "PLUGIN  VERSION  ORIGIN   ABI  USE         GRANTED        CRASHES  PROVIDES    "
                   "             WHAT\n"
                   "exec    0.1      pawl     1    in process                 0        installer, "
                   "boot-control  Runs\n"
                   "py               foreign  1    isolated    gpio, network  2                    "
                   "             its process ended with status 3\n"
                   "odd                            refused                                         "
                   "             the ABI is 2, wanted 1\n"
                   "user                           not used\n");
  fake_daemon_run (fake, "plugins --json");
  g_assert_true (
    g_str_has_prefix (fake->out, "{\n  \"plugins\": [\n    {\n      \"id\": \"exec\","));
}

static void
test_config (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fake_daemon_own (fake);
  fake_daemon_reply (
    fake,
    "([{'group': <'policy'>, 'key': <'reboot'>, 'value': <'manual'>, 'origin': "
    "<'/etc/pawl/pawld.conf'>, 'type': <'string'>, 'default': <'auto'>, 'description': <'How'>}, "
    "{'group': <'trial'>, 'key': <'tries'>, 'value': <'3'>, 'origin': <'default'>, 'type': "
    "<'integer'>, 'default': <'3'>, 'unit': <'boots'>, 'minimum': <int64 1>, 'maximum': "
    "<int64 10>, 'description': <'How often'>}],)");
  fake_daemon_run (fake, "config");
  g_assert_cmpint (fake->exit_code, ==, 0);
  g_assert_cmpstr (fake->out, ==,
                   "GROUP   KEY     VALUE   ORIGIN\n"
                   "policy  reboot  manual  /etc/pawl/pawld.conf\n"
                   "trial   tries   3       default\n");
  fake_daemon_run (fake, "config --set");
  g_assert_null (g_strstr_len (fake->out, -1, "tries"));
  fake_daemon_run (fake, "config trial.tries --describe");
  g_assert_cmpstr (fake->out, ==,
                   "[trial] tries=3  (default)\n"
                   "    # How often\n"
                   "    # integer, 1 to 10 boots, default “3”\n");
  fake_daemon_run (fake, "config policy --json");
  g_assert_true (
    g_str_has_prefix (fake->out, "{\n  \"keys\": [\n    {\n      \"group\": \"policy\","));
  g_assert_null (g_strstr_len (fake->out, -1, "tries"));
  fake_daemon_run (fake, "config policy.nonsense");
  g_assert_cmpint (fake->exit_code, ==, 12);
}

/* What the files of this machine say is not known here; what the daemon says is. */
static void
test_doctor (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fake_daemon_run (fake, "doctor");
  g_assert_cmpint (fake->exit_code, ==, 14);
  g_assert_nonnull (g_strstr_len (fake->out, -1, "daemon: pawld cannot be reached: "));
  fake_daemon_own (fake);
  fake_daemon_reply (fake, "([{'id': <'odd'>, 'error': <'the ABI is 2, wanted 1'>}],)");
  fake_daemon_set (fake, "decisions",
                   "[{'rule': <'configuration'>, 'verdict': <'fail'>, 'reason': <'invalid'>, "
                   "'message': <'pawld.conf: [daemon]: no key verifyer'>}]");
  fake_daemon_run (fake, "doctor");
  g_assert_nonnull (g_strstr_len (fake->out, -1,
                                  "error    daemon: pawld.conf: [daemon]: no key verifyer\n"
                                  "         fix: correct the file"));
  g_assert_nonnull (g_strstr_len (fake->out, -1, "warning  daemon: odd: the ABI is 2, wanted 1\n"));
}

static void
test_odd_answer (void)
{
  g_autoptr (FakeDaemon) fake = fake_daemon_new ();

  fake_daemon_own (fake);
  fake->error = g_error_new_literal (PAWL_ERROR, PAWL_ERROR_FAILED, "no list today");
  fake_daemon_run (fake, "plugins");
  g_assert_cmpint (fake->exit_code, ==, 1);
  g_assert_cmpstr (fake->err, ==, "pawlctl: no list today\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pawlctl/list/why", test_why);
  g_test_add_func ("/pawlctl/list/history", test_history);
  g_test_add_func ("/pawlctl/list/plugins", test_plugins);
  g_test_add_func ("/pawlctl/list/config", test_config);
  g_test_add_func ("/pawlctl/doctor/hears-the-daemon", test_doctor);
  g_test_add_func ("/pawlctl/list/refused", test_odd_answer);
  return g_test_run ();
}
