/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a failed check of the trust library means for this device. */
#include "pawl-uptane-failure.h"

static PawlError
code_from (PawlTufError code)
{
  switch (code)
    {
    case PAWL_TUF_ERROR_EXPIRED:
      return PAWL_ERROR_EXPIRED;
    case PAWL_TUF_ERROR_ROLLBACK:
      return PAWL_ERROR_DOWNGRADE;
    case PAWL_TUF_ERROR_TOO_LARGE:
    case PAWL_TUF_ERROR_OVERSIZED_TARGET:
      return PAWL_ERROR_TOO_LARGE;
    case PAWL_TUF_ERROR_FETCH:
    case PAWL_TUF_ERROR_TARGET_FETCH:
      return PAWL_ERROR_NOT_FOUND;
    case PAWL_TUF_ERROR_BAD_HARDWARE:
      return PAWL_ERROR_INCOMPATIBLE;
    case PAWL_TUF_ERROR_STORE:
      return PAWL_ERROR_STORAGE;
    case PAWL_TUF_ERROR_INVALID_METADATA:
    case PAWL_TUF_ERROR_SECURITY:
    case PAWL_TUF_ERROR_UNMET_THRESHOLD:
    case PAWL_TUF_ERROR_BAD_KEY_ID:
    case PAWL_TUF_ERROR_NON_UNIQUE_SIGNATURES:
    case PAWL_TUF_ERROR_ILLEGAL_THRESHOLD:
    case PAWL_TUF_ERROR_ROOT_ROTATION:
    case PAWL_TUF_ERROR_VERSION_MISMATCH:
    case PAWL_TUF_ERROR_HASH_MISMATCH:
    case PAWL_TUF_ERROR_DELEGATION_MISSING:
    case PAWL_TUF_ERROR_DIRECTOR_DELEGATION:
    case PAWL_TUF_ERROR_REPEATED_ECU:
    case PAWL_TUF_ERROR_BAD_ECU:
    case PAWL_TUF_ERROR_TARGET_MISMATCH:
    case PAWL_TUF_ERROR_TARGET_NOT_FOUND:
    case PAWL_TUF_ERROR_TARGET_HASH_MISMATCH:
    case PAWL_TUF_ERROR_KEY:
    default:
      return PAWL_ERROR_NOT_TRUSTED;
    }
}

static void
note_attack (PawlContext *context, const GError *failure)
{
  int attack = PAWL_ATTACK_NONE;

  if (pawl_enum_from_nick (PAWL_TYPE_ATTACK, pawl_tuf_error_get_attack (failure), &attack, NULL) &&
      attack != PAWL_ATTACK_NONE)
    pawl_context_note_attack (context, (PawlAttack) attack, failure->message);
}

/*< private >
 * pawl_uptane_failure_answer:
 * @op: is answered
 * @context: is told when @failure looks like an attack
 * @failure: of the trust library, of a transport, or of GIO
 *
 * Call it on the main thread.
 */
void
pawl_uptane_failure_answer (PawlOperation *op, PawlContext *context, const GError *failure)
{
  g_autoptr (GError) error = NULL;

  note_attack (context, failure);
  if (failure->domain == PAWL_TUF_ERROR)
    g_set_error_literal (&error, PAWL_ERROR, (int) code_from ((PawlTufError) failure->code),
                         failure->message);
  pawl_operation_fail (op, error != NULL ? error : failure);
}
