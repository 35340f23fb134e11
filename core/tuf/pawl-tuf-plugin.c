/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Between the host's values and what is trusted, and what a failed check means for the device. */
#include <pawl-tuf/pawl-tuf-plugin.h>

/* The placeholder of the ATS dialect for “no address”. */
#define NO_URI "https://example.com/"

/**
 * pawl_tuf_plugin_dup_ecus:
 * @context: what the host offers
 *
 * Call it on the main thread.
 *
 * Returns: (transfer full) (element-type PawlEcu): the device's ECUs, the primary first
 *
 * Since: 1.0
 */
GPtrArray *
pawl_tuf_plugin_dup_ecus (PawlContext *context)
{
  g_autoptr (GListModel) list = pawl_context_dup_ecus (context);
  GPtrArray *ecus = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    g_ptr_array_add (ecus, g_list_model_get_item (list, i));
  return ecus;
}

/**
 * pawl_tuf_plugin_dup_source:
 * @options: an `a{sv}`, as pawl_verifier_check_async() takes it
 *
 * Returns: (transfer full) (nullable): the address of the medium that is to be read instead of
 * asking a server, when there is one
 *
 * Since: 1.0
 */
char *
pawl_tuf_plugin_dup_source (GVariant *options)
{
  const char *source = NULL;

  if (!g_variant_lookup (options, "source", "&s", &source) || *source == '\0')
    return NULL;
  return g_path_is_absolute (source) ? g_filename_to_uri (source, NULL, NULL) : g_strdup (source);
}

/**
 * pawl_tuf_plugin_dup_uri:
 * @metadata: a trusted targets file
 * @target: a target's object in it
 *
 * Returns: (transfer full) (nullable): the address of its bytes, when it names one
 *
 * Since: 1.0
 */
char *
pawl_tuf_plugin_dup_uri (PawlTufMetadata *metadata, PawlTufValue target)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  PawlTufValue custom = pawl_tuf_document_get_member (document, target, "custom");
  g_autofree char *uri =
    pawl_tuf_document_dup_string (document, pawl_tuf_document_get_member (document, custom, "uri"));

  if (uri == NULL || *uri == '\0' || g_str_equal (uri, NO_URI))
    return NULL;
  return g_steal_pointer (&uri);
}

/**
 * pawl_tuf_plugin_make_target:
 * @metadata: a trusted targets file
 * @target: a target's object in it
 * @name: the target's name
 * @uris: (nullable): where its bytes are
 * @error: return location; #PAWL_ERROR
 *
 * Returns: (transfer full): the target as the host knows it
 *
 * Since: 1.0
 */
PawlTarget *
pawl_tuf_plugin_make_target (PawlTufMetadata *metadata,
                             PawlTufValue target,
                             const char *name,
                             const char *const *uris,
                             GError **error)
{
  g_autoptr (GVariant) members = pawl_tuf_target_to_variant (metadata, target, name, uris);

  return pawl_target_new_from_variant (members, error);
}

/**
 * pawl_tuf_plugin_check_target:
 * @metadata: a trusted targets file
 * @target: a target's object in it
 * @claimed: what is said to be that target
 * @error: return location; #PAWL_ERROR_NOT_TRUSTED
 *
 * Returns: %TRUE if length and every hash are those of the metadata
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_plugin_check_target (PawlTufMetadata *metadata,
                              PawlTufValue target,
                              PawlTarget *claimed,
                              GError **error)
{
  const char *name = pawl_target_get_name (claimed);
  g_autoptr (PawlTarget) genuine =
    pawl_tuf_plugin_make_target (metadata, target, name, NULL, error);

  if (genuine == NULL)
    return FALSE;
  if (pawl_target_get_length (genuine) == pawl_target_get_length (claimed) &&
      g_variant_equal (pawl_target_get_hashes (genuine), pawl_target_get_hashes (claimed)))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED,
               "%s: its length or hashes are not those of the metadata", name);
  return FALSE;
}

/* The same targets are the same update, whoever asks and however often. */
static char *
make_id (GVariant *targets)
{
  g_autofree char *text = g_variant_print (targets, FALSE);
  char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  sum[32] = '\0';
  return sum;
}

/**
 * pawl_tuf_plugin_make_update:
 * @targets: an `a{sa{sv}}`, from the serial of an ECU to the members of its target
 * @correlation_id: (nullable): what the server calls it
 * @title: (nullable): for people
 * @error: return location; #PAWL_ERROR
 *
 * Returns: (transfer full): the update
 *
 * Since: 1.0
 */
PawlUpdate *
pawl_tuf_plugin_make_update (GVariant *targets,
                             const char *correlation_id,
                             const char *title,
                             GError **error)
{
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *id = make_id (targets);
  g_autoptr (GVariant) variant = NULL;
  gboolean has_id = correlation_id != NULL && *correlation_id != '\0';

  g_variant_dict_insert (&members, "id", "s", has_id ? correlation_id : id);
  if (has_id)
    g_variant_dict_insert (&members, "correlation-id", "s", correlation_id);
  if (title != NULL)
    g_variant_dict_insert (&members, "title", "s", title);
  g_variant_dict_insert_value (&members, "targets", targets);
  variant = g_variant_ref_sink (g_variant_dict_end (&members));
  return pawl_update_new_from_variant (variant, error);
}

/**
 * pawl_tuf_plugin_answer_verified:
 * @op: is answered
 * @target: what was proved
 *
 * Since: 1.0
 */
void
pawl_tuf_plugin_answer_verified (PawlOperation *op, PawlTarget *target)
{
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&answer, "verified", "b", TRUE);
  g_variant_dict_insert (&answer, "target", "s", pawl_target_get_name (target));
  pawl_operation_complete (op, g_variant_dict_end (&answer));
}

/* ---- failures ---- */

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

/**
 * pawl_tuf_plugin_answer_failure:
 * @op: is answered
 * @context: is told when @failure looks like an attack
 * @failure: of the trust library, of a transport, or of GIO
 *
 * Call it on the main thread.
 *
 * Since: 1.0
 */
void
pawl_tuf_plugin_answer_failure (PawlOperation *op, PawlContext *context, const GError *failure)
{
  g_autoptr (GError) error = NULL;

  note_attack (context, failure);
  if (failure->domain == PAWL_TUF_ERROR)
    g_set_error_literal (&error, PAWL_ERROR, (int) code_from ((PawlTufError) failure->code),
                         failure->message);
  pawl_operation_fail (op, error != NULL ? error : failure);
}
