/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A map file is read or refused, and a search in what was read ends: with an answer or an error. */
#include "fuzz.h"

#include <pawl-tuf/pawl-tuf.h>

/* None of the repositories can be asked. */
static PawlTufClient *
get_client (const char *repository, gpointer data, GError **error)
{
  g_auto (GStrv) urls = pawl_tuf_map_dup_urls (data, repository);

  g_assert_nonnull (urls);
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_FETCH, "%s", repository);
  return NULL;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufMap) map = pawl_tuf_map_new (bytes, &error);
  g_autoptr (GPtrArray) votes = NULL;
  g_auto (GStrv) names = NULL;

  g_assert_true ((map == NULL) == (error != NULL));
  if (map == NULL)
    return 0;
  names = pawl_tuf_map_dup_repositories (map);
  for (guint i = 0; names[i] != NULL; i++)
    g_assert_true (names[i][0] != '\0' && names[i][0] != '.');
  votes = pawl_tuf_map_find_target (map, "app/1", NULL, get_client, map, &error);
  g_assert_true ((votes == NULL) == (error != NULL));
  return 0;
}
