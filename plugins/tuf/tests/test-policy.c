/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-tuf-rollout.h"
#include "pawl-tuf-version.h"

#define AT(hour)                                                                                   \
  (G_GINT64_CONSTANT (1767225600) * G_USEC_PER_SEC +                                               \
   (gint64) (gint64) (hour) *3600 * G_USEC_PER_SEC)

static void
test_versions (void)
{
  static const char *const sorted[] = {"0.9",
                                       "1.0~~",
                                       "1.0~rc1",
                                       "1.0~rc2",
                                       "1.0",
                                       "1.0.0",
                                       "1.0.1",
                                       "1.2",
                                       "1.10",
                                       "1.10a",
                                       "1.10b",
                                       "1.10.1",
                                       "2",
                                       "18446744073709551616.1",
                                       "18446744073709551617"};

  for (gsize i = 0; i < G_N_ELEMENTS (sorted); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (sorted); j++)
      {
        int order = pawl_tuf_version_compare (sorted[i], sorted[j]);

        g_test_message ("%s %s", sorted[i], sorted[j]);
        g_assert_cmpint ((order > 0) - (order < 0), ==, (i > j) - (i < j));
      }
  g_assert_cmpint (pawl_tuf_version_compare ("1.02", "1-2"), ==, 0);
}

static void
assert_judged (const char *custom, gint64 now_us, PawlVerdict verdict, const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) variant =
    custom != NULL ? g_variant_parse (G_VARIANT_TYPE_VARDICT, custom, NULL, NULL, &error) : NULL;
  g_autoptr (PawlDecision) decision = NULL;

  g_test_message ("%s", custom);
  g_assert_no_error (error);
  decision = pawl_tuf_rollout_judge (variant, "app-2", "device-1", now_us);
  g_assert_cmpstr (pawl_decision_get_reason (decision), ==, reason);
  g_assert_cmpint (pawl_decision_get_verdict (decision), ==, verdict);
}

static void
test_rollout (void)
{
  assert_judged (NULL, AT (0), PAWL_VERDICT_PASS, "no-policy");
  assert_judged ("{'rollout': <@a{sv} {}>}", AT (0), PAWL_VERDICT_PASS, "has-its-turn");
  assert_judged ("{'rollout': <{'percentage': <int64 0>}>}", AT (0), PAWL_VERDICT_NOT_YET,
                 "percentage");
  assert_judged ("{'rollout': <{'percentage': <int64 100>}>}", AT (0), PAWL_VERDICT_PASS,
                 "has-its-turn");
  assert_judged ("{'rollout': <{'notBefore': <'2026-01-01T02:00:00Z'>}>}", AT (1),
                 PAWL_VERDICT_NOT_YET, "not-before");
  assert_judged ("{'rollout': <{'notBefore': <'2026-01-01T02:00:00Z'>}>}", AT (2),
                 PAWL_VERDICT_PASS, "has-its-turn");
  assert_judged ("{'rollout': <{'percentage': <int64 0>, 'deadline': <'2026-01-01T02:00:00Z'>}>}",
                 AT (2), PAWL_VERDICT_PASS, "deadline");
}

static void
test_window (void)
{
  static const struct
  {
    const char *window;
    int hour;
    gboolean open;
  } cases[] = {
    {"02:00-04:00", 1,  FALSE},
    {"02:00-04:00", 2,  TRUE },
    {"02:00-04:00", 4,  FALSE},
    {"22:00-04:00", 21, FALSE},
    {"22:00-04:00", 23, TRUE },
    {"22:00-04:00", 3,  TRUE },
    {"00:00-00:00", 5,  TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *custom =
        g_strdup_printf ("{'rollout': <{'window': <'%s'>}>}", cases[i].window);

      assert_judged (custom, AT (cases[i].hour),
                     cases[i].open ? PAWL_VERDICT_PASS : PAWL_VERDICT_NOT_YET,
                     cases[i].open ? "has-its-turn" : "outside-window");
    }
}

/* What cannot be read is no permission. */
static void
test_malformed (void)
{
  static const char *const cases[] = {
    "{'rollout': <'all'>}",
    "{'rollout': <{'percentage': <'50'>}>}",
    "{'rollout': <{'percentage': <int64 101>}>}",
    "{'rollout': <{'percentage': <int64 -1>}>}",
    "{'rollout': <{'notBefore': <'tomorrow'>}>}",
    "{'rollout': <{'deadline': <int64 5>}>}",
    "{'rollout': <{'window': <'2-4'>}>}",
    "{'rollout': <{'window': <'02:00-24:00'>}>}",
    "{'rollout': <{'window': <'02:00-03:60'>}>}",
    "{'rollout': <{'window': <int64 2>}>}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_judged (cases[i], AT (0), PAWL_VERDICT_FAIL, "malformed-policy");
}

/* A tenth of the fleet is about a tenth, and not the same one each time. */
static void
test_shares (void)
{
  guint first = 0, both = 0;

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *device = g_strdup_printf ("device-%u", i);
      gboolean is_first = pawl_tuf_rollout_compute_share ("app-1", device) < 1000;

      first += is_first;
      both += is_first && pawl_tuf_rollout_compute_share ("app-2", device) < 1000;
    }
  g_assert_cmpuint (first, >, 800);
  g_assert_cmpuint (first, <, 1200);
  g_assert_cmpuint (both, <, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tuf-plugin/version/order", test_versions);
  g_test_add_func ("/tuf-plugin/rollout/judges", test_rollout);
  g_test_add_func ("/tuf-plugin/rollout/window", test_window);
  g_test_add_func ("/tuf-plugin/rollout/malformed", test_malformed);
  g_test_add_func ("/tuf-plugin/rollout/shares", test_shares);
  return g_test_run ();
}
