/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>
#include <pawl-tuf/pawl-tuf-macros.h>

G_BEGIN_DECLS

/**
 * PAWL_TUF_ERROR:
 *
 * The error domain of the trust library. Each message names repository and role, what was found and
 * what was wanted.
 *
 * Since: 1.0
 */
#define PAWL_TUF_ERROR (pawl_tuf_error_quark ())

/**
 * PawlTufError:
 * @PAWL_TUF_ERROR_INVALID_METADATA: not the JSON, or not the document, that it has to be
 * @PAWL_TUF_ERROR_SECURITY: another type of document than was asked for
 * @PAWL_TUF_ERROR_UNMET_THRESHOLD: too few valid signatures of different keys
 * @PAWL_TUF_ERROR_BAD_KEY_ID: a key id that is not the hash of its key, or names none
 * @PAWL_TUF_ERROR_NON_UNIQUE_SIGNATURES: one key id signs twice
 * @PAWL_TUF_ERROR_ILLEGAL_THRESHOLD: a threshold below 1
 * @PAWL_TUF_ERROR_EXPIRED: older than its expiry allows
 * @PAWL_TUF_ERROR_ROOT_ROTATION: a next root that does not follow the trusted one
 * @PAWL_TUF_ERROR_ROLLBACK: a lower version than what was trusted before
 * @PAWL_TUF_ERROR_VERSION_MISMATCH: another version than the one that was announced
 * @PAWL_TUF_ERROR_HASH_MISMATCH: other bytes than those that were announced
 * @PAWL_TUF_ERROR_FETCH: metadata that could not be fetched
 * @PAWL_TUF_ERROR_TOO_LARGE: more bytes than allowed
 * @PAWL_TUF_ERROR_DELEGATION_MISSING: a delegated role that the snapshot does not list, or whose
 * file is not there
 * @PAWL_TUF_ERROR_DIRECTOR_DELEGATION: a Director that delegates
 * @PAWL_TUF_ERROR_REPEATED_ECU: a Director that gives one ECU two images
 * @PAWL_TUF_ERROR_BAD_ECU: an ECU that is not in this vehicle
 * @PAWL_TUF_ERROR_BAD_HARDWARE: an image for other hardware
 * @PAWL_TUF_ERROR_TARGET_MISMATCH: Director and Image repository disagree
 * @PAWL_TUF_ERROR_TARGET_NOT_FOUND: no role lists the target
 * @PAWL_TUF_ERROR_TARGET_FETCH: a target that could not be fetched
 * @PAWL_TUF_ERROR_OVERSIZED_TARGET: more bytes of a target than its length
 * @PAWL_TUF_ERROR_TARGET_HASH_MISMATCH: other bytes of a target than its hashes say
 * @PAWL_TUF_ERROR_KEY: a key that cannot be read or used
 * @PAWL_TUF_ERROR_STORE: the trusted store cannot be read or written
 *
 * Why something is not trusted.
 *
 * Since: 1.0
 */
typedef enum
{
  PAWL_TUF_ERROR_INVALID_METADATA,
  PAWL_TUF_ERROR_SECURITY,
  PAWL_TUF_ERROR_UNMET_THRESHOLD,
  PAWL_TUF_ERROR_BAD_KEY_ID,
  PAWL_TUF_ERROR_NON_UNIQUE_SIGNATURES,
  PAWL_TUF_ERROR_ILLEGAL_THRESHOLD,
  PAWL_TUF_ERROR_EXPIRED,
  PAWL_TUF_ERROR_ROOT_ROTATION,
  PAWL_TUF_ERROR_ROLLBACK,
  PAWL_TUF_ERROR_VERSION_MISMATCH,
  PAWL_TUF_ERROR_HASH_MISMATCH,
  PAWL_TUF_ERROR_FETCH,
  PAWL_TUF_ERROR_TOO_LARGE,
  PAWL_TUF_ERROR_DELEGATION_MISSING,
  PAWL_TUF_ERROR_DIRECTOR_DELEGATION,
  PAWL_TUF_ERROR_REPEATED_ECU,
  PAWL_TUF_ERROR_BAD_ECU,
  PAWL_TUF_ERROR_BAD_HARDWARE,
  PAWL_TUF_ERROR_TARGET_MISMATCH,
  PAWL_TUF_ERROR_TARGET_NOT_FOUND,
  PAWL_TUF_ERROR_TARGET_FETCH,
  PAWL_TUF_ERROR_OVERSIZED_TARGET,
  PAWL_TUF_ERROR_TARGET_HASH_MISMATCH,
  PAWL_TUF_ERROR_KEY,
  PAWL_TUF_ERROR_STORE,
} PawlTufError;

PAWL_TUF_AVAILABLE_IN_ALL
GQuark pawl_tuf_error_quark (void);
PAWL_TUF_AVAILABLE_IN_ALL
const char *pawl_tuf_error_get_class (const GError *error);
PAWL_TUF_AVAILABLE_IN_ALL
const char *pawl_tuf_error_get_attack (const GError *error);

G_END_DECLS
