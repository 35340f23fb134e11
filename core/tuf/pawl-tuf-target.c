/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* An entry of a targets file, in the form that the rest of a device knows. The members of `custom`
 * that have a meaning are those of the ATS dialect, in both dialects. */
#include <pawl-tuf/pawl-tuf-target.h>

#include "pawl-tuf-text.h"

static void
take_string (GVariantDict *dict, GVariant *custom, const char *from, const char *to)
{
  const char *text = NULL;

  if (custom != NULL && g_variant_lookup (custom, from, "&s", &text))
    g_variant_dict_insert (dict, to, "s", text);
}

/* Hex digits in upper case are read, and never written. */
static GVariant *
make_hashes (PawlTufDocument *document, PawlTufValue target)
{
  GVariantBuilder builder;
  PawlTufIter iter;
  PawlTufValue name, value;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  pawl_tuf_iter_init (&iter, document, pawl_tuf_document_get_member (document, target, "hashes"));
  while (pawl_tuf_iter_next (&iter, &name, &value))
    {
      g_autofree char *algorithm = pawl_tuf_document_dup_string (document, name);
      g_autofree char *hash = pawl_tuf_document_dup_string (document, value);
      g_autofree char *lower = hash != NULL ? g_ascii_strdown (hash, -1) : NULL;

      if (lower != NULL)
        g_variant_builder_add (&builder, "{ss}", algorithm, lower);
    }
  return g_variant_builder_end (&builder);
}

static void
take_hardware_ids (GVariantDict *dict, GVariant *custom)
{
  g_autoptr (GVariant) ids =
    custom != NULL ? g_variant_lookup_value (custom, "hardwareIds", G_VARIANT_TYPE_STRING_ARRAY)
                   : NULL;

  if (ids != NULL)
    g_variant_dict_insert_value (dict, "hardware-ids", ids);
}

/**
 * pawl_tuf_target_to_variant:
 * @metadata: a trusted targets file
 * @target: a target's object in it
 * @name: the target's name
 * @uris: (nullable): where its bytes are
 *
 * Returns: (transfer full): the members of a #PawlTarget, an `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
pawl_tuf_target_to_variant (PawlTufMetadata *metadata,
                            PawlTufValue target,
                            const char *name,
                            const char *const *uris)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) custom =
    pawl_tuf_document_to_variant (document,
                                  pawl_tuf_document_get_member (document, target, "custom"));
  gint64 length = 0;

  pawl_tuf_document_get_int (document, pawl_tuf_document_get_member (document, target, "length"),
                             &length);
  if (custom != NULL && !g_variant_is_of_type (custom, G_VARIANT_TYPE_VARDICT))
    g_clear_pointer (&custom, g_variant_unref);
  g_variant_dict_insert (&dict, "name", "s", name);
  g_variant_dict_insert (&dict, "length", "t", (guint64) length);
  g_variant_dict_insert_value (&dict, "hashes", make_hashes (document, target));
  take_hardware_ids (&dict, custom);
  take_string (&dict, custom, "version", "version");
  take_string (&dict, custom, "targetFormat", "format");
  if (uris != NULL)
    g_variant_dict_insert (&dict, "uris", "^as", uris);
  if (custom != NULL)
    g_variant_dict_insert_value (&dict, "custom", custom);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/**
 * pawl_tuf_target_has_hardware:
 * @metadata: a targets file
 * @target: a target's object in it
 * @hardware_id: a hardware id
 *
 * Returns: whether the target says that it is for such hardware; one that names none is for none
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_target_has_hardware (PawlTufMetadata *metadata,
                              PawlTufValue target,
                              const char *hardware_id)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  PawlTufValue custom = pawl_tuf_document_get_member (document, target, "custom");
  PawlTufValue ids = pawl_tuf_document_get_member (document, custom, "hardwareIds");
  PawlTufIter iter;
  PawlTufValue id;

  if (pawl_tuf_document_get_kind (document, ids) != '[')
    return FALSE;
  pawl_tuf_iter_init (&iter, document, ids);
  while (pawl_tuf_iter_next (&iter, NULL, &id))
    {
      g_autofree char *text = pawl_tuf_document_dup_string (document, id);

      if (text != NULL && pawl_tuf_text_is_same (text, hardware_id))
        return TRUE;
    }
  return FALSE;
}
