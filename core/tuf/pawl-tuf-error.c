/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl-tuf/pawl-tuf-error.h>

G_DEFINE_QUARK (pawl - tuf - error - quark, pawl_tuf_error)

/* The names that other implementations of the same checks use in their results. */
static const char *const classes[] = {
  [PAWL_TUF_ERROR_INVALID_METADATA] = "InvalidMetadata",
  [PAWL_TUF_ERROR_SECURITY] = "SecurityException",
  [PAWL_TUF_ERROR_UNMET_THRESHOLD] = "UnmetThreshold",
  [PAWL_TUF_ERROR_BAD_KEY_ID] = "BadKeyId",
  [PAWL_TUF_ERROR_NON_UNIQUE_SIGNATURES] = "NonUniqueSignatures",
  [PAWL_TUF_ERROR_ILLEGAL_THRESHOLD] = "IllegalThreshold",
  [PAWL_TUF_ERROR_EXPIRED] = "ExpiredMetadata",
  [PAWL_TUF_ERROR_ROOT_ROTATION] = "RootRotationError",
  [PAWL_TUF_ERROR_ROLLBACK] = "RollbackError",
  [PAWL_TUF_ERROR_VERSION_MISMATCH] = "VersionMismatch",
  [PAWL_TUF_ERROR_HASH_MISMATCH] = "MetadataHashMismatch",
  [PAWL_TUF_ERROR_FETCH] = "MetadataFetchFailure",
  [PAWL_TUF_ERROR_TOO_LARGE] = "MetadataTooLarge",
  [PAWL_TUF_ERROR_DELEGATION_MISSING] = "DelegationMissing",
  [PAWL_TUF_ERROR_DIRECTOR_DELEGATION] = "DirectorDelegation",
  [PAWL_TUF_ERROR_REPEATED_ECU] = "DirectorRepeatedEcuId",
  [PAWL_TUF_ERROR_BAD_ECU] = "BadEcuId",
  [PAWL_TUF_ERROR_BAD_HARDWARE] = "BadHardwareId",
  [PAWL_TUF_ERROR_TARGET_MISMATCH] = "TargetMismatch",
  [PAWL_TUF_ERROR_TARGET_NOT_FOUND] = "TargetNotFound",
  [PAWL_TUF_ERROR_TARGET_FETCH] = "TargetFetchFailure",
  [PAWL_TUF_ERROR_OVERSIZED_TARGET] = "OversizedTarget",
  [PAWL_TUF_ERROR_TARGET_HASH_MISMATCH] = "TargetHashMismatch",
  [PAWL_TUF_ERROR_KEY] = "InvalidMetadata",
  [PAWL_TUF_ERROR_STORE] = "InvalidMetadata",
};

/**
 * pawl_tuf_error_get_class:
 * @error: an error
 *
 * Returns: (transfer none): the name of the failed check, for example `UnmetThreshold`;
 * `MetadataFetchFailure` for an error of another domain, which came from a transport
 *
 * Since: 1.0
 */
const char *
pawl_tuf_error_get_class (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain != PAWL_TUF_ERROR || (gsize) error->code >= G_N_ELEMENTS (classes))
    return "MetadataFetchFailure";
  return classes[error->code];
}

/* In Uptane's words (Uptane 2.1, 4.2 and 5.4.4.2): the nicks of #PawlAttack. */
static const char *const attacks[] = {
  [PAWL_TUF_ERROR_SECURITY] = "arbitrary-software",
  [PAWL_TUF_ERROR_UNMET_THRESHOLD] = "arbitrary-software",
  [PAWL_TUF_ERROR_BAD_KEY_ID] = "arbitrary-software",
  [PAWL_TUF_ERROR_NON_UNIQUE_SIGNATURES] = "arbitrary-software",
  [PAWL_TUF_ERROR_ILLEGAL_THRESHOLD] = "arbitrary-software",
  [PAWL_TUF_ERROR_EXPIRED] = "freeze",
  [PAWL_TUF_ERROR_ROOT_ROTATION] = "arbitrary-software",
  [PAWL_TUF_ERROR_ROLLBACK] = "rollback",
  [PAWL_TUF_ERROR_VERSION_MISMATCH] = "mix-and-match",
  [PAWL_TUF_ERROR_HASH_MISMATCH] = "mix-and-match",
  [PAWL_TUF_ERROR_TOO_LARGE] = "endless-data",
  [PAWL_TUF_ERROR_DELEGATION_MISSING] = "mix-and-match",
  [PAWL_TUF_ERROR_DIRECTOR_DELEGATION] = "arbitrary-software",
  [PAWL_TUF_ERROR_REPEATED_ECU] = "wrong-ecu",
  [PAWL_TUF_ERROR_BAD_ECU] = "wrong-ecu",
  [PAWL_TUF_ERROR_BAD_HARDWARE] = "wrong-hardware",
  [PAWL_TUF_ERROR_TARGET_MISMATCH] = "mix-and-match",
  [PAWL_TUF_ERROR_TARGET_NOT_FOUND] = "arbitrary-software",
  [PAWL_TUF_ERROR_OVERSIZED_TARGET] = "endless-data",
  [PAWL_TUF_ERROR_TARGET_HASH_MISMATCH] = "arbitrary-software",
};

/**
 * pawl_tuf_error_get_attack:
 * @error: an error
 *
 * Returns: (transfer none): the kind of attack that it looks like, for example `rollback`; `none`
 * for what may just as well be a bad line or a full disk
 *
 * Since: 1.0
 */
const char *
pawl_tuf_error_get_attack (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain != PAWL_TUF_ERROR || (gsize) error->code >= G_N_ELEMENTS (attacks) ||
      attacks[error->code] == NULL)
    return "none";
  return attacks[error->code];
}
