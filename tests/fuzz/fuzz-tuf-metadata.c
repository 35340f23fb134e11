/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* One program for each type of metadata: FUZZED_TYPE. Whatever passes the check of its form can be
 * walked over by everything behind it. */
#include "fuzz.h"

#include <pawl-tuf/pawl-tuf.h>

static void
walk (PawlTufMetadata *metadata)
{
  g_autoptr (GPtrArray) delegations =
    pawl_tuf_metadata_find_delegations (metadata, "abc/x.bin", "board");

  g_auto (GStrv) roles = pawl_tuf_metadata_dup_delegated_roles (metadata);

  for (guint i = 0; roles[i] != NULL; i++)
    g_assert_true (i > 64 ||
                   pawl_tuf_value_exists (pawl_tuf_metadata_find_role (metadata, roles[i])));
  pawl_tuf_metadata_check_expiry (metadata, G_MAXINT64, NULL);
  pawl_tuf_metadata_get_consistent_snapshot (metadata);
  pawl_tuf_metadata_check_described (metadata, metadata,
                                     pawl_tuf_metadata_find_meta (metadata, "targets.json"), NULL);
  pawl_tuf_metadata_verify (metadata, metadata, "root", PAWL_TUF_KEY_FLAGS_RELAX_IDS, NULL);
  for (guint i = 0; i < delegations->len; i++)
    {
      PawlTufDelegation *delegation = delegations->pdata[i];

      pawl_tuf_metadata_verify (metadata, metadata, delegation->role, PAWL_TUF_KEY_FLAGS_NONE,
                                NULL);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufMetadata) metadata = pawl_tuf_metadata_new (FUZZED_TYPE, bytes, &error);

  /* Either it is one, or somebody is told why not. */
  g_assert_true ((metadata == NULL) == (error != NULL));
  if (metadata != NULL)
    walk (metadata);
  return 0;
}
