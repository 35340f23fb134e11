/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Hash bins in short (TAP 15): 2^bit_length roles with the same keys, each for the targets whose
 * names' hashes begin with its number. */
#include "pawl-tuf-bins.h"

#include "pawl-tuf-form.h"

#include <string.h>

/* A bin's number has at most 32 bits (TAP 15, “Specification”). */
#define MAX_BITS 32

PawlTufValue
pawl_tuf_bins_find (PawlTufMetadata *metadata)
{
  PawlTufValue delegations = pawl_tuf_metadata_get_member (metadata, "delegations");

  return pawl_tuf_document_get_member (pawl_tuf_metadata_get_document (metadata), delegations,
                                       "succinct_roles");
}

static gint64
get_bits (PawlTufDocument *document, PawlTufValue bins)
{
  gint64 bits = 0;

  pawl_tuf_document_get_int (document, pawl_tuf_document_get_member (document, bins, "bit_length"),
                             &bits);
  return bits;
}

static char *
dup_prefix (PawlTufDocument *document, PawlTufValue bins)
{
  return pawl_tuf_document_dup_string (document, pawl_tuf_document_get_member (document, bins,
                                                                               "name_prefix"));
}

/* What is particular to bins; keys and threshold are checked as those of any role. */
gboolean
pawl_tuf_bins_check (PawlTufDocument *document, PawlTufValue bins, GError **error)
{
  gint64 bits = get_bits (document, bins);
  g_autofree char *prefix = dup_prefix (document, bins);

  if (bits < 1 || bits > MAX_BITS)
    return pawl_tuf_form_refuse (error, "succinct_roles: bit_length: wanted 1 to %d", MAX_BITS);
  if (prefix == NULL || *prefix == '\0')
    return pawl_tuf_form_refuse (error, "succinct_roles: name_prefix: wanted a text");
  return TRUE;
}

/* As many hex digits as the last bin needs. */
static int
count_digits (gint64 bits)
{
  return (int) (bits + 3) / 4;
}

static char *
make_name (const char *prefix, gint64 bits, guint64 number)
{
  return g_strdup_printf ("%s-%0*" G_GINT64_MODIFIER "x", prefix, count_digits (bits), number);
}

char *
pawl_tuf_bins_dup_role (PawlTufDocument *document, PawlTufValue bins, const char *target)
{
  g_autoptr (GBytes) name = g_bytes_new_static (target, strlen (target));
  g_autofree char *hash = pawl_tuf_hash ("sha256", name);
  g_autofree char *prefix = dup_prefix (document, bins);
  gint64 bits = get_bits (document, bins);
  guint64 number;

  hash[8] = '\0';
  number = g_ascii_strtoull (hash, NULL, 16) >> (MAX_BITS - bits);
  return make_name (prefix, bits, number);
}

gboolean
pawl_tuf_bins_has_role (PawlTufDocument *document, PawlTufValue bins, const char *role)
{
  g_autofree char *prefix = dup_prefix (document, bins);
  gint64 bits = get_bits (document, bins);
  gsize length = prefix != NULL ? strlen (prefix) : 0;
  const char *digits;

  if (length == 0 || strncmp (role, prefix, length) != 0 || role[length] != '-')
    return FALSE;
  digits = role + length + 1;
  return strlen (digits) == (gsize) count_digits (bits) &&
         strspn (digits, "0123456789abcdef") == strlen (digits) &&
         g_ascii_strtoull (digits, NULL, 16) < G_GUINT64_CONSTANT (1) << bits;
}

void
pawl_tuf_bins_add_roles (PawlTufDocument *document, PawlTufValue bins, GStrvBuilder *builder)
{
  g_autofree char *prefix = dup_prefix (document, bins);
  gint64 bits = get_bits (document, bins);
  guint64 count = G_GUINT64_CONSTANT (1) << bits;

  for (guint64 i = 0; count <= PAWL_TUF_MAX_BINS && i < count; i++)
    {
      g_autofree char *role = make_name (prefix, bits, i);

      g_strv_builder_add (builder, role);
    }
}
