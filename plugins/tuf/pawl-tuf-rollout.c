/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Phased rollouts without a server: the policy is signed with the target, and each device evaluates
 * it for itself. A policy that cannot be read holds the target back. */
#include "pawl-tuf-rollout.h"

#include <pawl-tuf/pawl-tuf.h>

#include <string.h>

#define DAY_S (24 * 3600)

static PawlDecision *
decide (PawlVerdict verdict, const char *reason, const char *target, gint64 until_us)
{
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) variant = NULL;

  g_variant_dict_insert (&members, "rule", "s", "rollout");
  g_variant_dict_insert (&members, "verdict", "s", pawl_enum_to_nick (PAWL_TYPE_VERDICT, verdict));
  g_variant_dict_insert (&members, "reason", "s", reason);
  g_variant_dict_insert (&members, "message", "s", target);
  g_variant_dict_insert (&members, "until", "x", until_us);
  variant = g_variant_ref_sink (g_variant_dict_end (&members));
  return pawl_decision_new_from_variant (variant, NULL);
}

/*< private >
 * pawl_tuf_rollout_compute_share:
 * @target: a target's name
 * @device_id: the device
 *
 * Where this device stands in the queue for @target: the first are not always the same ones, and
 * whoever has its turn at 10 % has it at 20 %, too.
 *
 * Returns: 0 to 9999, hundredths of a percent
 */
guint
pawl_tuf_rollout_compute_share (const char *target, const char *device_id)
{
  g_autofree char *text = g_strconcat (target, "\n", device_id, NULL);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  sum[12] = '\0';
  return (guint) (g_ascii_strtoull (sum, NULL, 16) % 10000);
}

/* A member of the policy; FALSE when it is there and is no time. */
static gboolean
get_time (GVariant *policy, const char *name, gint64 *out_us)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (policy, name, NULL);

  *out_us = 0;
  return value == NULL || (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) &&
                           pawl_tuf_parse_time (g_variant_get_string (value, NULL), out_us));
}

static gboolean
get_percentage (GVariant *policy, gint64 *out_percentage)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (policy, "percentage", NULL);

  *out_percentage = 100;
  if (value == NULL)
    return TRUE;
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    return FALSE;
  *out_percentage = g_variant_get_int64 (value);
  return *out_percentage >= 0 && *out_percentage <= 100;
}

static gboolean
parse_clock (const char *text, gint64 *out_s)
{
  for (gsize i = 0; i < 5; i++)
    if (i == 2 ? text[i] != ':' : !g_ascii_isdigit (text[i]))
      return FALSE;
  *out_s =
    ((text[0] - '0') * 10 + text[1] - '0') * 3600 + ((text[3] - '0') * 10 + text[4] - '0') * 60;
  return *out_s < DAY_S && text[3] < '6';
}

/* `HH:MM-HH:MM` of each day, UTC; it may go over midnight. */
static gboolean
get_window (GVariant *policy, gint64 *out_from_s, gint64 *out_to_s)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (policy, "window", NULL);
  const char *text;

  *out_from_s = *out_to_s = 0;
  if (value == NULL)
    return TRUE;
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return FALSE;
  text = g_variant_get_string (value, NULL);
  return strlen (text) == strlen ("HH:MM-HH:MM") && text[5] == '-' &&
         parse_clock (text, out_from_s) && parse_clock (text + 6, out_to_s);
}

/* Microseconds until the window opens; 0 when it is open. */
static gint64
compute_wait_us (gint64 from_s, gint64 to_s, gint64 now_us)
{
  gint64 now_s = now_us / G_USEC_PER_SEC % DAY_S;
  gboolean open =
    from_s <= to_s ? now_s >= from_s && now_s < to_s : now_s >= from_s || now_s < to_s;

  if (from_s == to_s || open)
    return 0;
  return ((from_s - now_s + DAY_S) % DAY_S) * G_USEC_PER_SEC;
}

static PawlDecision *
judge (GVariant *policy, const char *target, const char *device_id, gint64 now_us)
{
  gint64 percentage, not_before_us, deadline_us, from_s, to_s, wait_us;

  if (!get_percentage (policy, &percentage) || !get_time (policy, "notBefore", &not_before_us) ||
      !get_time (policy, "deadline", &deadline_us) || !get_window (policy, &from_s, &to_s))
    return decide (PAWL_VERDICT_FAIL, "malformed-policy", target, 0);
  if (now_us < not_before_us)
    return decide (PAWL_VERDICT_NOT_YET, "not-before", target, not_before_us);
  if (deadline_us > 0 && now_us >= deadline_us)
    return decide (PAWL_VERDICT_PASS, "deadline", target, 0);
  if (pawl_tuf_rollout_compute_share (target, device_id) >= (guint) percentage * 100)
    return decide (PAWL_VERDICT_NOT_YET, "percentage", target, deadline_us);
  wait_us = compute_wait_us (from_s, to_s, now_us);
  if (wait_us > 0)
    return decide (PAWL_VERDICT_NOT_YET, "outside-window", target, now_us + wait_us);
  return decide (PAWL_VERDICT_PASS, "has-its-turn", target, 0);
}

/*< private >
 * pawl_tuf_rollout_judge:
 * @custom: (nullable): a target's signed `custom`
 * @target: its name
 * @device_id: this device
 * @now_us: microseconds since 1970, UTC
 *
 * Evaluates `rollout` of @custom: `percentage` (0 to 100, default 100), `notBefore` and `deadline`
 * (times of TUF), `window` (`HH:MM-HH:MM`, UTC). Nothing is held back after the deadline.
 *
 * Returns: (transfer full): whether this device may have it now
 */
PawlDecision *
pawl_tuf_rollout_judge (GVariant *custom, const char *target, const char *device_id, gint64 now_us)
{
  g_autoptr (GVariant) policy =
    custom != NULL ? g_variant_lookup_value (custom, "rollout", NULL) : NULL;

  if (policy == NULL)
    return decide (PAWL_VERDICT_PASS, "no-policy", target, 0);
  if (!g_variant_is_of_type (policy, G_VARIANT_TYPE_VARDICT))
    return decide (PAWL_VERDICT_FAIL, "malformed-policy", target, 0);
  return judge (policy, target, device_id, now_us);
}
