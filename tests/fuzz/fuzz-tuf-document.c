/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The scanner takes any bytes, and a canonical form is its own canonical form. */
#include "fuzz.h"

#include <pawl-tuf/pawl-tuf.h>

static void
check_form (PawlTufDocument *document, PawlTufForm form)
{
  g_autoptr (GBytes) once =
    pawl_tuf_document_canonicalize (document, pawl_tuf_document_get_root (document), form);
  g_autoptr (PawlTufDocument) again = pawl_tuf_document_new (once, NULL);
  g_autoptr (GBytes) twice = NULL;

  /* OLPC leaves control characters raw, which no JSON parser takes back. */
  if (again == NULL)
    {
      g_assert_true (form == PAWL_TUF_FORM_OLPC);
      return;
    }
  twice = pawl_tuf_document_canonicalize (again, pawl_tuf_document_get_root (again), form);
  g_assert_true (g_bytes_equal (once, twice));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (PawlTufDocument) document = pawl_tuf_document_new (bytes, NULL);
  g_autoptr (GVariant) variant = NULL;

  if (document == NULL)
    return 0;
  check_form (document, PAWL_TUF_FORM_OLPC);
  check_form (document, PAWL_TUF_FORM_ATS);
  check_form (document, PAWL_TUF_FORM_ATS_RAW);
  variant = pawl_tuf_document_to_variant (document, pawl_tuf_document_get_root (document));
  return 0;
}
