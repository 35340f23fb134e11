/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The whole engine over real plugins: a device of two ECUs whose versions are files, a boot counter
 * that the test moves, and reboots that are another engine over the same folders. */
#include "device-fixture.h"
#include "pawl-clock-fake.h"
#include "pawl-engine.h"
#include "pawl-journal.h"

#include <string.h>

/* What runs is in running-ECU, what boots next in next-ECU. */
#define DEVICE                                                                                     \
  "cd $PAWL_STATE_DIR/../../..\n"                                                                  \
  "case $1 in\n"                                                                                   \
  "verify-reboot) cat running-$PAWL_ECU 2>/dev/null || true ;;\n"                                  \
  "download) cat <&3 >payload-$PAWL_ECU ;;\n"                                                      \
  "install) printf 'name=%s\\nsha256=%s\\n' $PAWL_TARGET_NAME $PAWL_TARGET_SHA256 >new-$PAWL_ECU " \
  ";;\n"                                                                                           \
  "activate) cp new-$PAWL_ECU next-$PAWL_ECU ;;\n"                                                 \
  "rollback) rm -f next-$PAWL_ECU\n"                                                               \
  "  grep -q name=$PAWL_TARGET_NAME running-$PAWL_ECU || exit 0\n"                                 \
  "  if test -e old-$PAWL_ECU; then cp old-$PAWL_ECU next-$PAWL_ECU; fi ;;\n"                      \
  "cleanup) rm -f new-$PAWL_ECU ;;\n"                                                              \
  "*) exit 64 ;;\n"                                                                                \
  "esac\n"

#define GROUPS                                                                                     \
  "verifier=judge\nboot-control=file\n[plugin:file]\nboot-file=%s/boot\n"                          \
  "[policy]\npoll-interval-s=0\n%s"

typedef struct
{
  DeviceFixture device;
  PawlClockFake *clock;
  PawlEngine *engine;
  GString *states;
  GString *events;
  guint boot;
  guint reboots;
} Fixture;

static void
on_state (PawlEngine *engine, PawlState from, PawlState to, const char *reason, gpointer data)
{
  g_string_append_printf (((Fixture *) data)->states, "%s ",
                          pawl_enum_to_nick (PAWL_TYPE_STATE, (int) to));
}

static void
on_event (PawlEngine *engine, const char *name, GVariant *fields, gpointer data)
{
  const char *message = "";

  g_variant_lookup (fields, "message", "&s", &message);
  g_test_message ("%s: %s", name, message);
  g_string_append_printf (((Fixture *) data)->events, "%s ", name);
}

static void
on_reboot (PawlEngine *engine, const char *reason, gpointer data)
{
  ((Fixture *) data)->reboots++;
}

static gboolean
waits_for_a_person (Fixture *self)
{
  g_autoptr (GVariant) trial = pawl_engine_dup_trial (self->engine);
  g_autofree char *text = g_variant_print (trial, FALSE);

  return strstr (text, "nobody has answered") != NULL;
}

/* Until nothing moves any more: scripts take real time, which is not that of the engine. */
static void
settle (Fixture *self)
{
  while (g_main_context_iteration (NULL, FALSE) ||
         (pawl_engine_get_busy (self->engine) && !waits_for_a_person (self)))
    ;
}

static gboolean
start_unsettled (Fixture *self, const char *policy, GError **error)
{
  g_autofree char *daemon = g_strdup_printf (GROUPS, self->device.folder, policy);
  g_autoptr (PawlConfig) config = device_fixture_make_config (&self->device, daemon);
  g_autofree char *boot_id = g_strdup_printf ("boot-%u", self->boot);
  g_autoptr (GAsyncResult) result = NULL;

  self->engine = pawl_engine_new (config, PAWL_CLOCK (self->clock), self->device.host);
  pawl_engine_set_boot_id (self->engine, boot_id);
  g_signal_connect (self->engine, "state-changed", G_CALLBACK (on_state), self);
  g_signal_connect (self->engine, "event", G_CALLBACK (on_event), self);
  g_signal_connect (self->engine, "reboot-requested", G_CALLBACK (on_reboot), self);
  pawl_engine_start_async (self->engine, NULL, device_fixture_keep_result, &result);
  device_fixture_wait_for (&result);
  return pawl_engine_start_finish (self->engine, result, error);
}

static gboolean
start (Fixture *self, const char *policy, GError **error)
{
  gboolean started = start_unsettled (self, policy, error);

  settle (self);
  return started;
}

static void
stop (Fixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (self->engine == NULL)
    return;
  pawl_engine_stop_async (self->engine, device_fixture_keep_result, &result);
  device_fixture_wait_for (&result);
  settle (self);
  g_clear_object (&result);
  g_signal_handlers_disconnect_by_data (self->engine, self);
  g_object_add_weak_pointer (G_OBJECT (self->engine), (gpointer *) &self->engine);
  g_object_unref (self->engine);
  /* Threads that are done tell so through the main loop. */
  for (guint i = 0; i < 1000 && self->engine != NULL; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_null (self->engine);
}

static void
run_shell (Fixture *self, const char *script)
{
  const char *argv[] = {"sh", "-ec", script, NULL};
  int status = -1;

  g_assert_true (g_spawn_sync (self->device.folder, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL,
                               NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

/* The boot loader of this device, in shell: it counts, and it boots what is next. */
#define BOOT                                                                                       \
  "for e in radio lamp; do\n"                                                                      \
  "  if test -e next-$e; then cp running-$e old-$e 2>/dev/null || :; mv next-$e running-$e; fi\n"  \
  "done\n"                                                                                         \
  "if grep -qs upgrade_available=1 boot; then\n"                                                   \
  "  n=$(sed -n s/bootcount=//p boot); sed -i s/bootcount=.*/bootcount=$((n+1))/ boot; fi\n"

static void
reboot (Fixture *self, const char *policy)
{
  stop (self);
  self->boot++;
  self->reboots = 0;
  run_shell (self, BOOT);
  g_assert_true (start (self, policy, NULL));
}

typedef void (*Call) (PawlEngine *self,
                      GVariant *options,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);

static gboolean
call (Fixture *self, Call begin, const char *options, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  gboolean done;

  begin (self->engine, g_variant_new_parsed (options), NULL, device_fixture_keep_result, &result);
  device_fixture_wait_for (&result);
  done = g_task_propagate_boolean (G_TASK (result), error);
  settle (self);
  return done;
}

static void
approve (Fixture *self, const char *step)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_engine_approve_async (self->engine, step, device_fixture_keep_result, &result);
  device_fixture_wait_for (&result);
  g_assert_true (pawl_engine_approve_finish (self->engine, result, NULL));
  settle (self);
}

static void
offer_update (Fixture *self)
{
  g_clear_object (&device_fixture_update);
  device_fixture_update = device_fixture_make_update (&self->device);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  device_fixture_set_up (&self->device, NULL);
  self->clock = pawl_clock_fake_new ();
  self->states = g_string_new (NULL);
  self->events = g_string_new (NULL);
  device_fixture_write_command (&self->device, DEVICE);
  run_shell (self,
             "for e in radio lamp; do printf 'name=old.bin\\nsha256=bb\\n' > running-$e; done");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  stop (self);
  g_object_unref (self->clock);
  g_string_free (self->states, TRUE);
  g_string_free (self->events, TRUE);
  g_clear_object (&device_fixture_update);
  device_fixture_tear_down (&self->device, NULL);
}

static void
expect_running (Fixture *self, const char *name)
{
  GListModel *ecus = pawl_engine_get_installed (self->engine);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PawlEcu) ecu = g_list_model_get_item (ecus, i);
      g_autoptr (PawlTarget) target = pawl_ecu_dup_installed (ecu);

      g_assert_cmpstr (pawl_target_get_name (target), ==, name);
    }
}

static void
expect_result (Fixture *self, gboolean success, const char *part)
{
  g_autoptr (PawlReport) report = pawl_engine_dup_last_result (self->engine);

  g_assert_nonnull (report);
  g_assert_cmpint (pawl_report_get_success (report), ==, success);
  g_assert_nonnull (strstr (pawl_report_get_description (report), part));
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_IDLE);
}

/* ---- the way of an update ---- */

static void
test_the_whole_way (Fixture *self, gconstpointer data)
{
  offer_update (self);
  g_assert_true (start (self, "", NULL));
  g_assert_true (call (self, pawl_engine_update_async, "@a{sv} {}", NULL));
  g_assert_cmpstr (self->states->str, ==,
                   "checking available fetching fetched installing installed activating ");
  g_assert_cmpuint (self->reboots, ==, 1);
  g_assert_true (pawl_engine_get_reboot_pending (self->engine));
  expect_running (self, "old.bin");
  reboot (self, "");
  g_assert_cmpstr (strstr (self->states->str, "trial"), ==, "trial idle ");
  expect_running (self, "radio.bin");
  expect_result (self, TRUE, "");
  g_assert_cmpuint (device_fixture_reports, ==, 1);
  g_assert_null (pawl_engine_get_available (self->engine));
  g_assert_false (pawl_engine_get_reboot_pending (self->engine));
  run_shell (self, "grep -q upgrade_available=0 boot; test -z \"$(ls state/downloads)\"");
}

static void
test_nothing_to_do (Fixture *self, gconstpointer data)
{
  g_assert_true (start (self, "", NULL));
  g_assert_true (call (self, pawl_engine_update_async, "@a{sv} {}", NULL));
  g_assert_cmpstr (self->states->str, ==, "checking idle ");
  g_assert_true (pawl_engine_get_may_exit (self->engine));
}

/* The power went during a check: the state is on its way back to idle when somebody asks. */
static void
test_an_update_during_the_start_is_one (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->device.folder, "state", "update", NULL);
  g_autoptr (PawlJournal) journal = pawl_journal_new (path);
  g_autoptr (GAsyncResult) result = NULL;

  run_shell (self, "mkdir -p state");
  pawl_journal_save_async (journal,
                           g_variant_new_parsed ("{'state': <'checking'>, 'came-from': <'idle'>}"),
                           device_fixture_keep_result, &result);
  device_fixture_wait_for (&result);
  g_assert_true (pawl_journal_save_finish (journal, result, NULL));
  offer_update (self);
  g_assert_true (start_unsettled (self, "", NULL));
  g_assert_true (pawl_engine_get_busy (self->engine));
  g_assert_true (call (self, pawl_engine_update_async, "@a{sv} {}", NULL));
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_ACTIVATING);
}

static void
test_what_runs_is_no_news (Fixture *self, gconstpointer data)
{
  offer_update (self);
  run_shell (self,
             "for e in radio lamp; do printf 'name=radio.bin\\nsha256=aa\\n' > running-$e; done");
  g_assert_true (start (self, "", NULL));
  g_assert_true (call (self, pawl_engine_check_async, "@a{sv} {}", NULL));
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_IDLE);
}

static void
test_a_failed_trial_goes_back (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlReport) report = NULL;
  g_autofree char *text = NULL;

  offer_update (self);
  device_fixture_mood = "fail";
  g_assert_true (start (self, "[trial]\nrequired=judge\n", NULL));
  g_assert_true (call (self, pawl_engine_update_async, "@a{sv} {}", NULL));
  reboot (self, "[trial]\nrequired=judge\n");
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_REVERTING);
  g_assert_cmpuint (self->reboots, ==, 1);
  reboot (self, "[trial]\nrequired=judge\n");
  expect_running (self, "old.bin");
  expect_result (self, FALSE, "judge: its mood");
  /* with all that was found out */
  report = pawl_engine_dup_last_result (self->engine);
  text = g_variant_print (pawl_value_to_variant (PAWL_VALUE (report)), FALSE);
  g_assert_nonnull (strstr (text, "'judge': <{'journal': <'a unit failed'>}>"));
  /* and is not tried again */
  g_assert_true (call (self, pawl_engine_update_async, "@a{sv} {}", NULL));
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_IDLE);
}

/* The new version never ran pawld: only the boot loader's counter tells. */
static void
test_a_fall_back_is_noticed (Fixture *self, gconstpointer data)
{
  offer_update (self);
  g_assert_true (start (self, "", NULL));
  g_assert_true (call (self, pawl_engine_update_async, "@a{sv} {}", NULL));
  stop (self);
  self->boot += 4;
  run_shell (self, "rm next-*; sed -i 's/bootcount=.*/bootcount=4/' boot; echo rollback=1 >> boot");
  g_assert_true (start (self, "", NULL));
  expect_running (self, "old.bin");
  expect_result (self, FALSE, "");
  run_shell (self, "grep -q upgrade_available=0 boot");
}

static void
test_a_forgery_ends_it (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  offer_update (self);
  device_fixture_genuine = "other";
  g_assert_true (start (self, "", NULL));
  g_assert_false (call (self, pawl_engine_update_async, "@a{sv} {}", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
  expect_result (self, FALSE, "other bytes");
  expect_running (self, "old.bin");
}

static void
test_a_failed_installation_ends_it (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  offer_update (self);
  device_fixture_write_command (&self->device,
                                "test $1 = install && { echo no flash >&2; exit 1; }\n" DEVICE);
  g_assert_true (start (self, "", NULL));
  g_assert_false (call (self, pawl_engine_update_async, "@a{sv} {}", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INSTALL);
  expect_result (self, FALSE, "no flash");
}

static void
test_a_missing_payload_waits (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  offer_update (self);
  run_shell (self, "mv source away");
  g_assert_true (start (self, "", NULL));
  g_assert_false (call (self, pawl_engine_update_async, "@a{sv} {}", &error));
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_AVAILABLE);
  g_assert_false (pawl_engine_get_may_exit (self->engine));
  run_shell (self, "mv away source");
  pawl_clock_fake_advance (self->clock, 61 * (gint64) G_USEC_PER_SEC);
  settle (self);
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_ACTIVATING);
}

/* What could not be judged is found out on the version that works. */
static void
test_a_trial_is_rehearsed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  offer_update (self);
  device_fixture_mood = "absent";
  g_assert_true (start (self, "[trial]\nrequired=judge\n", NULL));
  g_assert_false (call (self, pawl_engine_update_async, "@a{sv} {}", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND);
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_INSTALLED);
  run_shell (self, "! test -e boot && ! test -e next-radio");
}

/* ---- who decides ---- */

static void
test_waits_for_a_person (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *policy = "download=manual\ninstall=manual\nreboot=manual\n";

  offer_update (self);
  g_assert_true (start (self, policy, NULL));
  g_assert_true (call (self, pawl_engine_update_async, "@a{sv} {}", NULL));
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_AVAILABLE);
  g_assert_false (call (self, pawl_engine_fetch_async, "@a{sv} {}", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BUSY);
  approve (self, "download");
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_FETCHED);
  g_assert_true (call (self, pawl_engine_install_async, "{'force': <true>}", NULL));
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_INSTALLED);
  reboot (self, policy);
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_INSTALLED);
  approve (self, "all");
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_ACTIVATING);
}

static void
test_an_inhibitor_holds_it (Fixture *self, gconstpointer data)
{
  guint id;

  offer_update (self);
  g_assert_true (start (self, "", NULL));
  id = pawl_engine_add_inhibitor (self->engine, "install", "pump", "a patient", NULL);
  pawl_engine_check_async (self->engine, NULL, NULL, NULL, NULL);
  while (pawl_engine_get_state (self->engine) != PAWL_STATE_FETCHED)
    g_main_context_iteration (NULL, TRUE);
  pawl_engine_remove_inhibitor (self->engine, id);
  settle (self);
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_ACTIVATING);
}

static void
test_cancel_forgets (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  offer_update (self);
  g_assert_true (start (self, "download=manual\n", NULL));
  g_assert_true (call (self, pawl_engine_check_async, "@a{sv} {}", NULL));
  g_assert_true (call (self, pawl_engine_cancel_async, "@a{sv} {}", NULL));
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_IDLE);
  g_assert_null (pawl_engine_get_available (self->engine));
  g_assert_false (call (self, pawl_engine_cancel_async, "@a{sv} {}", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_WRONG_STATE);
}

static void
test_a_person_confirms (Fixture *self, gconstpointer data)
{
  const char *policy = "[trial]\nrequired=user\n";

  offer_update (self);
  g_assert_true (start (self, policy, NULL));
  g_assert_true (call (self, pawl_engine_update_async, "@a{sv} {}", NULL));
  reboot (self, policy);
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_TRIAL);
  g_assert_true (call (self, pawl_engine_confirm_async, "@a{sv} {}", NULL));
  while (pawl_engine_get_state (self->engine) != PAWL_STATE_IDLE)
    g_main_context_iteration (NULL, TRUE);
  settle (self);
  expect_result (self, TRUE, "");
}

static void
test_a_person_rolls_back (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  offer_update (self);
  g_assert_true (start (self, "", NULL));
  g_assert_false (call (self, pawl_engine_rollback_async, "@a{sv} {}", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND);
  g_assert_true (call (self, pawl_engine_update_async, "@a{sv} {}", NULL));
  reboot (self, "");
  expect_running (self, "radio.bin");
  g_assert_true (call (self, pawl_engine_rollback_async, "@a{sv} {}", NULL));
  g_assert_cmpuint (self->reboots, ==, 1);
  reboot (self, "");
  expect_running (self, "old.bin");
  expect_result (self, FALSE, "a person rolled it back");
}

/* A trial outlives the daemon: the same boot goes on with it. */
static void
test_a_trial_goes_on (Fixture *self, gconstpointer data)
{
  const char *policy = "[trial]\nrequired=user\n";
  g_autoptr (GVariant) trial = NULL;
  guint32 boots = 0;

  offer_update (self);
  g_assert_true (start (self, policy, NULL));
  g_assert_true (call (self, pawl_engine_update_async, "@a{sv} {}", NULL));
  reboot (self, policy);
  stop (self);
  g_assert_true (start (self, policy, NULL));
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_TRIAL);
  trial = pawl_engine_dup_trial (self->engine);
  g_assert_true (g_variant_lookup (trial, "boots", "u", &boots));
  g_assert_cmpuint (boots, ==, 1);
}

/* ---- when it cannot ---- */

static void
test_a_broken_configuration_is_told (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;
  g_autofree char *daemon = g_strdup_printf (GROUPS, self->device.folder, "");
  g_autoptr (PawlConfig) config = device_fixture_make_config (&self->device, daemon);
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_false (start (self, "[trial]\nrequired=nobody\n", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
  g_assert_false (call (self, pawl_engine_check_async, "@a{sv} {}", &again));
  g_assert_error (again, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
  pawl_engine_reload_async (self->engine, config, NULL, device_fixture_keep_result, &result);
  device_fixture_wait_for (&result);
  g_assert_true (pawl_engine_reload_finish (self->engine, result, NULL));
  settle (self);
  g_assert_true (call (self, pawl_engine_check_async, "@a{sv} {}", NULL));
}

static void
test_a_failed_check_backs_off (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (start (self, "poll-interval-s=3600\n", NULL));
  g_assert_false (call (self, pawl_engine_check_async, "{'source': <'/nowhere'>}", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK);
  g_assert_cmpint (pawl_engine_get_state (self->engine), ==, PAWL_STATE_IDLE);
  g_assert_cmpint (pawl_engine_get_next_check (self->engine) -
                     pawl_clock_get_time_us (PAWL_CLOCK (self->clock)),
                   <=, 60 * (gint64) G_USEC_PER_SEC);
  g_assert_nonnull (strstr (self->events->str, "check-failed"));
}

#define ADD(name, func) g_test_add ("/engine/engine/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("the-whole-way", test_the_whole_way);
  ADD ("nothing-to-do", test_nothing_to_do);
  ADD ("an-update-during-the-start-is-one", test_an_update_during_the_start_is_one);
  ADD ("what-runs-is-no-news", test_what_runs_is_no_news);
  ADD ("u42-a-failed-trial-goes-back", test_a_failed_trial_goes_back);
  ADD ("a-fall-back-is-noticed", test_a_fall_back_is_noticed);
  ADD ("a-forgery-ends-it", test_a_forgery_ends_it);
  ADD ("a-failed-installation-ends-it", test_a_failed_installation_ends_it);
  ADD ("a-missing-payload-waits", test_a_missing_payload_waits);
  ADD ("a-trial-is-rehearsed", test_a_trial_is_rehearsed);
  ADD ("waits-for-a-person", test_waits_for_a_person);
  ADD ("u48-an-inhibitor-holds-it", test_an_inhibitor_holds_it);
  ADD ("cancel-forgets", test_cancel_forgets);
  ADD ("a-person-confirms", test_a_person_confirms);
  ADD ("a-person-rolls-back", test_a_person_rolls_back);
  ADD ("a-trial-goes-on", test_a_trial_goes_on);
  ADD ("a-broken-configuration-is-told", test_a_broken_configuration_is_told);
  ADD ("a-failed-check-backs-off", test_a_failed_check_backs_off);
  return g_test_run ();
}
