/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The checks of a Director's targets file, and of what both repositories say about an image (Uptane
 * 2.1, 5.4.4.6 and 5.4.4.2, step 10). */
#include "pawl-tuf-uptane-private.h"

#include "pawl-tuf-text.h"

#include <pawl-tuf/pawl-tuf-error.h>
#include <pawl-tuf/pawl-tuf-target.h>

void
pawl_tuf_uptane_ecu_free (gpointer data)
{
  PawlTufUptaneEcu *ecu = data;

  g_free (ecu->serial);
  g_free (ecu->hardware_id);
  g_free (ecu->name);
  g_free (ecu->sha256);
  g_free (ecu);
}

GHashTable *
pawl_tuf_uptane_ecus_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, pawl_tuf_uptane_ecu_free);
}

PawlTufUptaneEcu *
pawl_tuf_uptane_ecus_add (GHashTable *ecus, const char *serial, const char *hardware_id)
{
  PawlTufUptaneEcu *ecu = g_new0 (PawlTufUptaneEcu, 1);

  ecu->serial = g_strdup (serial);
  ecu->hardware_id = g_strdup (hardware_id);
  g_hash_table_replace (ecus, pawl_tuf_text_normalize (serial), ecu);
  return ecu;
}

PawlTufUptaneEcu *
pawl_tuf_uptane_ecus_find (GHashTable *ecus, const char *serial)
{
  g_autofree char *normal = pawl_tuf_text_normalize (serial);

  return g_hash_table_lookup (ecus, normal);
}

/**
 * pawl_tuf_assignment_free:
 * @assignment: (transfer full): an assignment
 *
 * Since: 1.0
 */
void
pawl_tuf_assignment_free (PawlTufAssignment *assignment)
{
  g_free (assignment->name);
  g_strfreev (assignment->serials);
  g_clear_object (&assignment->director);
  g_clear_pointer (&assignment->found, pawl_tuf_found_free);
  g_free (assignment);
}

static PawlTufValue
get_custom (PawlTufMetadata *metadata, PawlTufValue target, const char *name)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  PawlTufValue custom = pawl_tuf_document_get_member (document, target, "custom");

  return pawl_tuf_document_get_member (document, custom, name);
}

/**
 * pawl_tuf_assignment_get_counter:
 * @assignment: an assignment
 * @out_counter: (out): its release counter
 *
 * Returns: whether the Director gives it one
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_assignment_get_counter (PawlTufAssignment *assignment, gint64 *out_counter)
{
  return pawl_tuf_document_get_int (pawl_tuf_metadata_get_document (assignment->director),
                                    get_custom (assignment->director, assignment->entry,
                                                "releaseCounter"),
                                    out_counter);
}

/* ---- the Director's targets ---- */

static gboolean
is_encrypted (PawlTufDocument *document, PawlTufValue object)
{
  return pawl_tuf_value_exists (
           pawl_tuf_document_get_member (document, object, "encryptedTarget")) ||
         pawl_tuf_value_exists (
           pawl_tuf_document_get_member (document, object, "encryptedSymmetricKey"));
}

/* 5.2.3.1.1 and 5.4.3.4, step 6: what is encrypted for an ECU must not reach it in the clear. No
 * ECU of this vehicle has a key for it. */
static gboolean
check_encryption (PawlTufMetadata *targets, const char *image, PawlTufValue entry, GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (targets);

  if (!is_encrypted (document, pawl_tuf_document_get_member (document, entry, "custom")))
    return TRUE;
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_INVALID_METADATA,
               "targets: %s is encrypted, wanted an image in the clear", image);
  return FALSE;
}

/* A Secondary that verifies partially takes others for what they say, even if that is nothing. */
static gboolean
is_hardware (PawlTufUptaneEcu *ecu, const char *found)
{
  if (found == NULL || ecu->hardware_id == NULL)
    return found == ecu->hardware_id;
  return pawl_tuf_text_is_same (found, ecu->hardware_id);
}

static gboolean
check_ecu (PawlTufDocument *document,
           const char *image,
           const char *serial,
           PawlTufValue value,
           PawlTufUptaneEcu *ecu,
           GHashTable *seen,
           GError **error)
{
  g_autofree char *found =
    pawl_tuf_document_dup_string (document,
                                  pawl_tuf_document_get_member (document, value, "hardwareId"));

  if (ecu == NULL)
    g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_BAD_ECU,
                 "targets: %s is for the ECU %s, which is not in this vehicle", image, serial);
  else if (!g_hash_table_add (seen, ecu))
    g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_REPEATED_ECU,
                 "targets: the ECU %s has another image besides %s", serial, image);
  else if (!is_hardware (ecu, found))
    g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_BAD_HARDWARE,
                 "targets: %s is for an ECU %s of hardware %s, and this one is of %s", image,
                 serial, found != NULL ? found : "(none)", ecu->hardware_id);
  else
    return TRUE;
  return FALSE;
}

/* Every image has to say for which ECUs it is (5.2.3.1.1). */
static GStrv
read_ecus (PawlTufMetadata *targets,
           const char *image,
           PawlTufValue entry,
           GHashTable *ecus,
           GHashTable *seen,
           GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (targets);
  PawlTufValue identifiers = get_custom (targets, entry, "ecuIdentifiers");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) serials = NULL;
  PawlTufIter iter;
  PawlTufValue name, value;

  pawl_tuf_iter_init (&iter, document,
                      pawl_tuf_document_get_kind (document, identifiers) == '{'
                        ? identifiers
                        : (PawlTufValue){0, 0});
  while (pawl_tuf_iter_next (&iter, &name, &value))
    {
      g_autofree char *serial = pawl_tuf_document_dup_string (document, name);
      PawlTufUptaneEcu *ecu = pawl_tuf_uptane_ecus_find (ecus, serial);

      if (!check_ecu (document, image, serial, value, ecu, seen, error))
        return NULL;
      g_strv_builder_add (builder, ecu->serial);
    }
  serials = g_strv_builder_end (builder);
  if (serials[0] != NULL)
    return g_steal_pointer (&serials);
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_BAD_ECU, "targets: %s is for no ECU", image);
  return NULL;
}

/* 5.4.3.4, step 5. */
static gboolean
check_counters (PawlTufAssignment *assignment, GHashTable *ecus, GError **error)
{
  gint64 counter = 0;

  /* Without one there is nothing to go back to, unless there was one before. */
  if (!pawl_tuf_assignment_get_counter (assignment, &counter))
    counter = 0;
  for (guint i = 0; assignment->serials[i] != NULL; i++)
    {
      PawlTufUptaneEcu *ecu = pawl_tuf_uptane_ecus_find (ecus, assignment->serials[i]);

      if (counter >= ecu->counter)
        continue;
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_ROLLBACK,
                   "targets: %s has release counter %" G_GINT64_FORMAT
                   ", and the ECU %s had %" G_GINT64_FORMAT,
                   assignment->name, counter, assignment->serials[i], ecu->counter);
      return FALSE;
    }
  return TRUE;
}

gboolean
pawl_tuf_uptane_check_assignment (PawlTufAssignment *assignment, GHashTable *ecus, GError **error)
{
  return check_encryption (assignment->director, assignment->name, assignment->entry, error) &&
         check_counters (assignment, ecus, error);
}

GPtrArray *
pawl_tuf_uptane_read_director (PawlTufMetadata *targets, GHashTable *ecus, GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (targets);
  g_autoptr (GPtrArray) assignments =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pawl_tuf_assignment_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  PawlTufIter iter;
  PawlTufValue name, value;

  pawl_tuf_iter_init (&iter, document, pawl_tuf_metadata_get_member (targets, "targets"));
  while (pawl_tuf_iter_next (&iter, &name, &value))
    {
      PawlTufAssignment *assignment = g_new0 (PawlTufAssignment, 1);

      g_ptr_array_add (assignments, assignment);
      assignment->name = pawl_tuf_document_dup_string (document, name);
      assignment->director = g_object_ref (targets);
      assignment->entry = value;
      assignment->serials = read_ecus (targets, assignment->name, value, ecus, seen, error);
      if (assignment->serials == NULL ||
          !pawl_tuf_uptane_check_assignment (assignment, ecus, error))
        return NULL;
    }
  return g_steal_pointer (&assignments);
}

/* An empty file of another vehicle must not keep this one from its updates (5.2.3.1). Servers of
 * the ATS dialect do not name the vehicle. */
gboolean
pawl_tuf_uptane_check_vehicle (PawlTufMetadata *targets, const char *vehicle_id, GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (targets);
  PawlTufValue found =
    pawl_tuf_document_get_member (document, pawl_tuf_metadata_get_member (targets, "custom"),
                                  "vehicleId");
  g_autofree char *found_id = NULL;
  PawlTufIter iter;
  PawlTufValue value;

  pawl_tuf_iter_init (&iter, document, pawl_tuf_metadata_get_member (targets, "targets"));
  if (vehicle_id == NULL || pawl_tuf_document_is_string (document, found, vehicle_id))
    return TRUE;
  if (!pawl_tuf_value_exists (found) &&
      (pawl_tuf_iter_next (&iter, NULL, &value) ||
       pawl_tuf_metadata_get_dialect (targets) == PAWL_TUF_DIALECT_ATS))
    return TRUE;
  found_id = pawl_tuf_document_dup_string (document, found);
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_MISMATCH,
               "targets: found those of the vehicle %s, wanted those of %s",
               found_id != NULL ? found_id : "(none)", vehicle_id);
  return FALSE;
}

static char *
dup_sha256 (PawlTufMetadata *metadata, PawlTufValue target)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  PawlTufValue hashes = pawl_tuf_document_get_member (document, target, "hashes");

  return pawl_tuf_document_dup_string (document,
                                       pawl_tuf_document_get_member (document, hashes, "sha256"));
}

static gboolean
runs (PawlTufUptaneEcu *ecu, PawlTufAssignment *assignment, const char *sha256)
{
  return g_strcmp0 (ecu->name, assignment->name) == 0 && ecu->sha256 != NULL && sha256 != NULL &&
         g_ascii_strcasecmp (ecu->sha256, sha256) == 0;
}

gboolean
pawl_tuf_uptane_is_nothing_new (GPtrArray *assignments, GHashTable *ecus)
{
  for (guint i = 0; i < assignments->len; i++)
    {
      PawlTufAssignment *assignment = assignments->pdata[i];
      g_autofree char *sha256 = dup_sha256 (assignment->director, assignment->entry);

      for (guint j = 0; assignment->serials[j] != NULL; j++)
        if (!runs (pawl_tuf_uptane_ecus_find (ecus, assignment->serials[j]), assignment, sha256))
          return FALSE;
    }
  return TRUE;
}

/* ---- both repositories ---- */

/* @assignment's role of the Image repository says another thing about it than the Director. */
static gboolean
fail_mismatch (GError **error,
               PawlTufAssignment *assignment,
               const char *what,
               const char *found,
               const char *wanted)
{
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_MISMATCH,
               "%s: %s has another %s than the Director: found %s, wanted %s",
               assignment->found->role, assignment->name, what, found, wanted);
  return FALSE;
}

/* Its length and hashes, as they are written. */
static char *
dup_measures (PawlTufMetadata *metadata, PawlTufValue target)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  g_autoptr (GVariant) hashes =
    pawl_tuf_document_to_variant (document,
                                  pawl_tuf_document_get_member (document, target, "hashes"));
  g_autofree char *text = pawl_tuf_variant_to_json (hashes);
  gint64 length = 0;

  pawl_tuf_document_get_int (document, pawl_tuf_document_get_member (document, target, "length"),
                             &length);
  return g_strdup_printf ("%" G_GINT64_FORMAT " bytes of %s", length, text);
}

static char *
dup_custom (PawlTufMetadata *metadata, PawlTufValue target, const char *name)
{
  g_autoptr (GVariant) value =
    pawl_tuf_document_to_variant (pawl_tuf_metadata_get_document (metadata),
                                  get_custom (metadata, target, name));

  return value != NULL ? pawl_tuf_variant_to_json (value) : g_strdup ("(none)");
}

/* A counter of one side only says nothing about the other's. */
static gboolean
has_same_counter (PawlTufAssignment *assignment)
{
  PawlTufDocument *image = pawl_tuf_metadata_get_document (assignment->found->metadata);
  gint64 ours = 0, theirs = 0;
  gboolean has_theirs =
    pawl_tuf_document_get_int (image,
                               get_custom (assignment->found->metadata, assignment->found->target,
                                           "releaseCounter"),
                               &theirs);

  return !pawl_tuf_assignment_get_counter (assignment, &ours) || !has_theirs || ours == theirs;
}

gboolean
pawl_tuf_uptane_compare (PawlTufAssignment *assignment, const char *hardware_id, GError **error)
{
  PawlTufFound *found = assignment->found;
  PawlTufFound director = {NULL, assignment->director, assignment->entry};
  g_autofree char *theirs = NULL;
  g_autofree char *ours = NULL;

  if (!pawl_tuf_found_is_same (&director, found))
    {
      theirs = dup_measures (found->metadata, found->target);
      ours = dup_measures (assignment->director, assignment->entry);
      return fail_mismatch (error, assignment, "length or hash", theirs, ours);
    }
  if (!pawl_tuf_target_has_hardware (found->metadata, found->target, hardware_id))
    {
      theirs = dup_custom (found->metadata, found->target, "hardwareIds");
      return fail_mismatch (error, assignment, "hardware", theirs, hardware_id);
    }
  if (has_same_counter (assignment))
    return TRUE;
  theirs = dup_custom (found->metadata, found->target, "releaseCounter");
  ours = dup_custom (assignment->director, assignment->entry, "releaseCounter");
  return fail_mismatch (error, assignment, "release counter", theirs, ours);
}
