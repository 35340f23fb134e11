/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-config.h"
#include "pawl-decision-log.h"

G_BEGIN_DECLS

/**
 * PawlStep:
 *
 * What may be allowed or held back. Nicks as on the bus: `check`, `download`, `install`, `reboot`.
 */
typedef enum
{
  PAWL_STEP_CHECK,
  PAWL_STEP_DOWNLOAD,
  PAWL_STEP_INSTALL,
  PAWL_STEP_REBOOT,
} PawlStep;

const char *pawl_step_to_nick (PawlStep step);
/* FALSE when it is none of them. */
gboolean pawl_step_from_nick (const char *nick, PawlStep *out_step);

/**
 * PawlPolicyFacts:
 * @config: the configuration
 * @time_us: now, in microseconds since 1970 UTC
 * @forced: a person asked for this step now
 * @approved: (nullable): the steps that a person agreed to
 * @deferred: (nullable): an `a{sx}`, the steps that a person put off, until when
 * @inhibited: for each #PawlStep, who holds it back, for people; %NULL when nobody does
 * @metered: whether the network is paid by volume
 * @battery_percent: how full the battery is; -1 when there is none or it does not say
 * @on_mains: whether the device has mains power; TRUE when it cannot tell
 *
 * All that the rules look at.
 */
typedef struct
{
  PawlConfig *config;
  gint64 time_us;
  gboolean forced;
  const char *const *approved;
  GVariant *deferred;
  const char *inhibited[4];
  gboolean metered;
  int battery_percent;
  gboolean on_mains;
} PawlPolicyFacts;

/* Whether @step may begin. Asks every rule that concerns it, and keeps each answer in @log.
 * @out_until_us is when it makes sense to ask again although nothing else changed; 0: never. */
gboolean pawl_policy_allows (const PawlPolicyFacts *facts,
                             PawlStep step,
                             PawlDecisionLog *log,
                             gint64 *out_until_us);

G_END_DECLS
