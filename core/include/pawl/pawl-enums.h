/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib-object.h>
#include <pawl/pawl-macros.h>

G_BEGIN_DECLS

/**
 * PawlState:
 * @PAWL_STATE_IDLE: nothing to do; the running version is confirmed
 * @PAWL_STATE_CHECKING: the verifier asks what this device should run
 * @PAWL_STATE_AVAILABLE: an update is known and proven genuine; waits for policy or a person
 * @PAWL_STATE_FETCHING: payloads are on their way
 * @PAWL_STATE_FETCHED: all payloads are here and verified; waits for policy or a person
 * @PAWL_STATE_INSTALLING: installers write the inactive side
 * @PAWL_STATE_INSTALLED: all installers are done; waits for policy or a person
 * @PAWL_STATE_ACTIVATING: the boot counter is armed, then the new version becomes the next boot
 * @PAWL_STATE_TRIAL: the new version runs and has to prove itself
 * @PAWL_STATE_REVERTING: the previous version becomes the next boot again
 *
 * Where the one update of this device stands. It is on disk before its effect begins. The edges
 * between states are documented in the guide "States".
 *
 * Since: 1.0
 */
typedef enum
{
  PAWL_STATE_IDLE,
  PAWL_STATE_CHECKING,
  PAWL_STATE_AVAILABLE,
  PAWL_STATE_FETCHING,
  PAWL_STATE_FETCHED,
  PAWL_STATE_INSTALLING,
  PAWL_STATE_INSTALLED,
  PAWL_STATE_ACTIVATING,
  PAWL_STATE_TRIAL,
  PAWL_STATE_REVERTING,
} PawlState;

/**
 * PawlPhase:
 * @PAWL_PHASE_NONE: nothing is running
 * @PAWL_PHASE_METADATA: metadata is fetched and verified
 * @PAWL_PHASE_DOWNLOAD: a payload is fetched
 * @PAWL_PHASE_VERIFY: a payload is verified
 * @PAWL_PHASE_INSTALL: an installer writes
 * @PAWL_PHASE_ACTIVATE: the new version is made the next boot
 * @PAWL_PHASE_TRIAL: confirmers judge the running version
 * @PAWL_PHASE_REVERT: the previous version is made the next boot
 *
 * What a #PawlProgress measures.
 *
 * Since: 1.0
 */
typedef enum
{
  PAWL_PHASE_NONE,
  PAWL_PHASE_METADATA,
  PAWL_PHASE_DOWNLOAD,
  PAWL_PHASE_VERIFY,
  PAWL_PHASE_INSTALL,
  PAWL_PHASE_ACTIVATE,
  PAWL_PHASE_TRIAL,
  PAWL_PHASE_REVERT,
} PawlPhase;

/**
 * PawlBootStatus:
 * @PAWL_BOOT_STATUS_NORMAL: no trial is armed; what runs is what should run
 * @PAWL_BOOT_STATUS_TRIAL: a trial is armed, and this boot is one of its tries
 * @PAWL_BOOT_STATUS_FELL_BACK: a trial was armed, its tries are used up, and the boot loader chose
 * the previous version
 *
 * What the boot loader says about this boot.
 *
 * Since: 1.0
 */
typedef enum
{
  PAWL_BOOT_STATUS_NORMAL,
  PAWL_BOOT_STATUS_TRIAL,
  PAWL_BOOT_STATUS_FELL_BACK,
} PawlBootStatus;

/**
 * PawlVerdict:
 * @PAWL_VERDICT_NOT_YET: no answer yet; ask again. At the deadline this is a no
 * @PAWL_VERDICT_PASS: yes
 * @PAWL_VERDICT_FAIL: no
 *
 * The answer of a rule or of a confirmer.
 *
 * Since: 1.0
 */
typedef enum
{
  PAWL_VERDICT_NOT_YET,
  PAWL_VERDICT_PASS,
  PAWL_VERDICT_FAIL,
} PawlVerdict;

/**
 * PawlAttack:
 * @PAWL_ATTACK_NONE: no attack is suspected
 * @PAWL_ATTACK_ARBITRARY_SOFTWARE: content or metadata without enough valid signatures
 * @PAWL_ATTACK_ROLLBACK: something older than what was already trusted
 * @PAWL_ATTACK_FREEZE: metadata that should have been renewed by now
 * @PAWL_ATTACK_MIX_AND_MATCH: files that were never published together
 * @PAWL_ATTACK_ENDLESS_DATA: more bytes than the metadata allows
 * @PAWL_ATTACK_WRONG_HARDWARE: an image for other hardware
 * @PAWL_ATTACK_WRONG_ECU: an ECU that is not in this device, or twice
 *
 * The kind of attack that a refused update looks like, in Uptane's words (Uptane 2.1, 5.4.4
 * and 4.2).
 *
 * Since: 1.0
 */
typedef enum
{
  PAWL_ATTACK_NONE,
  PAWL_ATTACK_ARBITRARY_SOFTWARE,
  PAWL_ATTACK_ROLLBACK,
  PAWL_ATTACK_FREEZE,
  PAWL_ATTACK_MIX_AND_MATCH,
  PAWL_ATTACK_ENDLESS_DATA,
  PAWL_ATTACK_WRONG_HARDWARE,
  PAWL_ATTACK_WRONG_ECU,
} PawlAttack;

#define PAWL_TYPE_ERROR       (pawl_error_get_type ())
#define PAWL_TYPE_STATE       (pawl_state_get_type ())
#define PAWL_TYPE_PHASE       (pawl_phase_get_type ())
#define PAWL_TYPE_BOOT_STATUS (pawl_boot_status_get_type ())
#define PAWL_TYPE_VERDICT     (pawl_verdict_get_type ())
#define PAWL_TYPE_ATTACK      (pawl_attack_get_type ())

PAWL_AVAILABLE_IN_ALL
GType pawl_error_get_type (void);
PAWL_AVAILABLE_IN_ALL
GType pawl_state_get_type (void);
PAWL_AVAILABLE_IN_ALL
GType pawl_phase_get_type (void);
PAWL_AVAILABLE_IN_ALL
GType pawl_boot_status_get_type (void);
PAWL_AVAILABLE_IN_ALL
GType pawl_verdict_get_type (void);
PAWL_AVAILABLE_IN_ALL
GType pawl_attack_get_type (void);

/* The words used on the bus, in the journal, in JSON and by the command line are the enums' nicks:
 * one list. */
PAWL_AVAILABLE_IN_ALL
const char *pawl_enum_to_nick (GType type, int value);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_enum_from_nick (GType type, const char *nick, int *out_value, GError **error);

G_END_DECLS
