/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A key object is read or refused, and what was read is one key by whichever of its names. */
#include "fuzz.h"

#include <pawl-tuf/pawl-tuf.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GBytes) message = g_bytes_new_static ("x", 1);
  g_autoptr (PawlTufDocument) document = pawl_tuf_document_new (bytes, NULL);
  g_autoptr (PawlTufKey) key = NULL;
  g_autoptr (PawlTufKey) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  PawlTufValue root;

  if (document == NULL)
    return 0;
  root = pawl_tuf_document_get_root (document);
  id = pawl_tuf_key_compute_id (document, root);
  g_assert_nonnull (id);
  key = pawl_tuf_key_new_from_value (document, root, PAWL_TUF_KEY_FLAGS_ALLOW_PKCS1, &error);
  g_assert_true ((key == NULL) == (error != NULL));
  if (key == NULL)
    return 0;
  again = pawl_tuf_key_new_from_value (document, root, PAWL_TUF_KEY_FLAGS_ALLOW_PKCS1, NULL);
  g_assert_cmpstr (pawl_tuf_key_get_material (key), ==, pawl_tuf_key_get_material (again));
  g_assert_false (pawl_tuf_key_verify (key, message, "00"));
  return 0;
}
