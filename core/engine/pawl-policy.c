/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a person or the administrator wants to happen when. Every rule is asked each time, also
 * those behind one that says no, so that "why is nothing happening" has all the reasons and not
 * the first. */
#include "pawl-policy.h"

#include "pawl-window.h"

#include <string.h>

static const char *const nicks[] = {"check", "download", "install", "reboot"};

const char *
pawl_step_to_nick (PawlStep step)
{
  return nicks[step];
}

gboolean
pawl_step_from_nick (const char *nick, PawlStep *out_step)
{
  for (gsize i = 0; i < G_N_ELEMENTS (nicks); i++)
    if (g_str_equal (nicks[i], nick))
      {
        *out_step = (PawlStep) i;
        return TRUE;
      }
  return FALSE;
}

/* ---- the rules ---- */

typedef struct
{
  gboolean allowed;
  const char *reason; /* (unowned): the code */
  char *message;      /* (owned) (nullable) */
  gint64 until_us;    /* when the answer changes by itself; 0: it does not */
} Answer;

static Answer
yes (const char *reason)
{
  return (Answer){TRUE, reason, NULL, 0};
}

static Answer
no (const char *reason, char *message, gint64 until_us)
{
  return (Answer){FALSE, reason, message, until_us};
}

static Answer
ask_inhibitors (const PawlPolicyFacts *facts, PawlStep step)
{
  const char *who = facts->inhibited[step];

  if (who == NULL)
    return yes ("nobody");
  return no ("inhibited", g_strdup_printf ("%s holds it back", who), 0);
}

static gboolean
is_approved (const PawlPolicyFacts *facts, PawlStep step)
{
  return facts->approved != NULL && g_strv_contains (facts->approved, nicks[step]);
}

static Answer
ask_approval (const PawlPolicyFacts *facts, PawlStep step)
{
  if (g_str_equal (pawl_config_get_string (facts->config, "policy", nicks[step]), "auto"))
    return yes ("automatic");
  if (is_approved (facts, step))
    return yes ("approved");
  return no ("needs-approval",
             g_strdup_printf ("a person has to agree: pawlctl approve %s", nicks[step]), 0);
}

static Answer
ask_deferral (const PawlPolicyFacts *facts, PawlStep step)
{
  gint64 until_us = 0;

  if (facts->deferred == NULL || !g_variant_lookup (facts->deferred, nicks[step], "x", &until_us))
    return yes ("not-deferred");
  if (until_us <= facts->time_us)
    return yes ("deferral-over");
  return no ("deferred", g_strdup ("a person put it off"), until_us);
}

static GTimeZone *
get_timezone (PawlConfig *config)
{
  const char *name = pawl_config_get_string (config, "policy", "window-timezone");
  GTimeZone *timezone = *name != '\0' ? g_time_zone_new_identifier (name) : NULL;

  return timezone != NULL ? timezone : g_time_zone_new_local ();
}

/* Open when one of them is; else until the first of them opens. */
static Answer
ask_windows (const PawlPolicyFacts *facts, PawlStep step)
{
  g_auto (GStrv) windows = pawl_config_dup_strings (facts->config, "policy", "window");
  g_autoptr (GTimeZone) timezone = get_timezone (facts->config);
  gint64 opens_us = 0;

  if (windows[0] == NULL)
    return yes ("no-window");
  for (guint i = 0; windows[i] != NULL; i++)
    {
      g_autoptr (PawlWindow) window = pawl_window_new (windows[i], NULL);
      gint64 until_us = 0;

      if (window == NULL)
        continue;
      if (pawl_window_contains (window, timezone, facts->time_us, &until_us))
        return yes ("inside-window");
      if (until_us != 0 && (opens_us == 0 || until_us < opens_us))
        opens_us = until_us;
    }
  return no ("outside-window", g_strdup ("it waits for the next maintenance window"), opens_us);
}

static Answer
ask_metered (const PawlPolicyFacts *facts, PawlStep step)
{
  if (!facts->metered)
    return yes ("not-metered");
  if (pawl_config_get_boolean (facts->config, "policy", "download-on-metered"))
    return yes ("metered-allowed");
  return no ("metered", g_strdup ("the network is paid by volume"), 0);
}

static Answer
ask_battery (const PawlPolicyFacts *facts, PawlStep step)
{
  gint64 minimum = pawl_config_get_int (facts->config, "policy", "battery-minimum-percent");

  if (facts->battery_percent < 0 || facts->battery_percent >= minimum)
    return yes ("enough");
  return no ("battery-low",
             g_strdup_printf ("the battery has %d percent, wanted %" G_GINT64_FORMAT,
                              facts->battery_percent, minimum),
             0);
}

static Answer
ask_mains (const PawlPolicyFacts *facts, PawlStep step)
{
  if (facts->on_mains || !pawl_config_get_boolean (facts->config, "policy", "need-mains"))
    return yes ("enough");
  return no ("no-mains", g_strdup ("it waits for mains power"), 0);
}

#define CHECK    (1 << PAWL_STEP_CHECK)
#define DOWNLOAD (1 << PAWL_STEP_DOWNLOAD)
#define INSTALL  (1 << PAWL_STEP_INSTALL)
#define REBOOT   (1 << PAWL_STEP_REBOOT)

/* A person who asks for a step now has agreed to it; what another one set stays. */
static const struct
{
  const char *rule;
  guint steps;
  gboolean holds_when_forced;
  Answer (*ask) (const PawlPolicyFacts *facts, PawlStep step);
} rules[] = {
  {"inhibitor",          CHECK | DOWNLOAD | INSTALL | REBOOT, TRUE,  ask_inhibitors},
  {"approval",           DOWNLOAD | INSTALL | REBOOT,         FALSE, ask_approval  },
  {"deferral",           DOWNLOAD | INSTALL | REBOOT,         FALSE, ask_deferral  },
  {"maintenance-window", INSTALL | REBOOT,                    FALSE, ask_windows   },
  {"metered-network",    DOWNLOAD,                            FALSE, ask_metered   },
  {"battery",            INSTALL,                             FALSE, ask_battery   },
  {"mains-power",        INSTALL,                             FALSE, ask_mains     },
};

/* Asking again helps when every rule that says no has a time at which it changes, and then at the
 * last of them. */
gboolean
pawl_policy_allows (const PawlPolicyFacts *facts,
                    PawlStep step,
                    PawlDecisionLog *log,
                    gint64 *out_until_us)
{
  gboolean allowed = TRUE;
  gboolean changes = TRUE;

  *out_until_us = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      gboolean counts = !facts->forced || rules[i].holds_when_forced;
      Answer answer;

      if ((rules[i].steps & (1u << step)) == 0)
        continue;
      answer = counts ? rules[i].ask (facts, step) : yes ("a-person-asked");
      pawl_decision_log_note (log, rules[i].rule,
                              answer.allowed ? PAWL_VERDICT_PASS : PAWL_VERDICT_NOT_YET,
                              answer.reason, answer.message != NULL ? answer.message : "",
                              answer.until_us);
      allowed = allowed && answer.allowed;
      changes = changes && (answer.allowed || answer.until_us != 0);
      *out_until_us = MAX (*out_until_us, answer.until_us);
      g_free (answer.message);
    }
  if (allowed || !changes)
    *out_until_us = 0;
  return allowed;
}
