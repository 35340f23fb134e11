/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Partial verification (Uptane 2.1, 5.4.4.1): what a small Secondary can do, which knows the keys
 * of the Director's targets role and nothing else. */
#include "pawl-tuf-uptane-private.h"

#include "pawl-tuf-delegation.h"

#include <pawl-tuf/pawl-tuf-error.h>

/* 5.4.4.6, step 6. */
static gboolean
check_delegations (PawlTufMetadata *targets, GError **error)
{
  if (!pawl_tuf_delegations_exist (targets))
    return TRUE;
  g_set_error_literal (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_DIRECTOR_DELEGATION,
                       "targets: found delegations, wanted none of a Director");
  return FALSE;
}

/* 5.4.4.6, steps 2 to 5. Without a snapshot the version is compared with the one before only. */
static gboolean
check_targets (PawlTufMetadata *targets,
               PawlTufMetadata *root,
               PawlTufMetadata *previous,
               gint64 now_us,
               GError **error)
{
  gint64 version = pawl_tuf_metadata_get_version (targets);
  gint64 before = previous != NULL ? pawl_tuf_metadata_get_version (previous) : 0;

  if (!pawl_tuf_metadata_verify (targets, root, "targets", PAWL_TUF_KEY_FLAGS_NONE, error))
    return FALSE;
  if (version < before)
    {
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_ROLLBACK,
                   "targets: found version %" G_GINT64_FORMAT ", and %" G_GINT64_FORMAT
                   " was there before",
                   version, before);
      return FALSE;
    }
  return pawl_tuf_metadata_check_expiry (targets, now_us, error) &&
         check_delegations (targets, error);
}

/* The ECUs that the file speaks about; a Secondary knows itself only, so the others are taken for
 * what they say they are. */
static GHashTable *
collect_ecus (PawlTufMetadata *targets)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (targets);
  GHashTable *ecus = pawl_tuf_uptane_ecus_new ();
  PawlTufIter images, entries;
  PawlTufValue image, name, value;

  pawl_tuf_iter_init (&images, document, pawl_tuf_metadata_get_member (targets, "targets"));
  while (pawl_tuf_iter_next (&images, NULL, &image))
    {
      PawlTufValue custom = pawl_tuf_document_get_member (document, image, "custom");

      pawl_tuf_iter_init (&entries, document,
                          pawl_tuf_document_get_member (document, custom, "ecuIdentifiers"));
      while (pawl_tuf_iter_next (&entries, &name, &value))
        {
          g_autofree char *serial = pawl_tuf_document_dup_string (document, name);
          g_autofree char *hardware_id =
            pawl_tuf_document_dup_string (document, pawl_tuf_document_get_member (document, value,
                                                                                  "hardwareId"));

          pawl_tuf_uptane_ecus_add (ecus, serial, hardware_id);
        }
    }
  return ecus;
}

static PawlTufAssignment *
take_own (GPtrArray *assignments, const char *serial)
{
  for (guint i = 0; i < assignments->len; i++)
    {
      PawlTufAssignment *assignment = assignments->pdata[i];

      if (g_strv_contains ((const char *const *) assignment->serials, serial))
        return g_ptr_array_steal_index (assignments, i);
    }
  return NULL;
}

/**
 * pawl_tuf_uptane_verify_partial:
 * @root: the Director's root that this ECU was made with, or a later one that it verified
 * @targets: the Director's targets file
 * @previous: (nullable): the one that was verified before
 * @serial: this ECU
 * @hardware_id: its hardware
 * @counter: the highest release counter that it ever had; 0 for none
 * @now_us: the time, in microseconds since 1970, UTC
 * @out_assignment: (out) (transfer full) (nullable): what this ECU has to run, without the Image
 * repository's word; %NULL when the Director has nothing for it: @previous has to be kept then
 * (Uptane 2.1, 5.4.3.3)
 * @error: return location
 *
 * Errors: %PAWL_TUF_ERROR_UNMET_THRESHOLD, %PAWL_TUF_ERROR_ROLLBACK, %PAWL_TUF_ERROR_EXPIRED,
 * %PAWL_TUF_ERROR_DIRECTOR_DELEGATION, %PAWL_TUF_ERROR_REPEATED_ECU, %PAWL_TUF_ERROR_BAD_ECU,
 * %PAWL_TUF_ERROR_BAD_HARDWARE.
 *
 * Returns: %TRUE if @targets are the Director's, and fresh
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_uptane_verify_partial (PawlTufMetadata *root,
                                PawlTufMetadata *targets,
                                PawlTufMetadata *previous,
                                const char *serial,
                                const char *hardware_id,
                                gint64 counter,
                                gint64 now_us,
                                PawlTufAssignment **out_assignment,
                                GError **error)
{
  g_autoptr (GHashTable) ecus = NULL;
  g_autoptr (GPtrArray) assignments = NULL;
  PawlTufUptaneEcu *own;

  if (!check_targets (targets, root, previous, now_us, error))
    return FALSE;
  ecus = collect_ecus (targets);
  own = pawl_tuf_uptane_ecus_add (ecus, serial, hardware_id);
  own->counter = counter;
  assignments = pawl_tuf_uptane_read_director (targets, ecus, error);
  if (assignments == NULL)
    return FALSE;
  *out_assignment = take_own (assignments, serial);
  return TRUE;
}
