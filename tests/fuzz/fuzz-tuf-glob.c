/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The first line is a pattern, the rest a path. The matcher says what a slow one says, which
 * follows the definition word by word. */
#include "fuzz.h"

#include <pawl-tuf/pawl-tuf.h>
#include <string.h>

/* The slow one needs as many steps as it has ways. */
#define MAX_LENGTH 12

static gboolean
matches_slowly (const char *pattern, const char *path)
{
  if (*pattern == '\0')
    return *path == '\0';
  if (*pattern == '*')
    return matches_slowly (pattern + 1, path) ||
           (*path != '\0' && *path != '/' && matches_slowly (pattern, path + 1));
  if (*pattern == '?')
    return *path != '\0' && *path != '/' && matches_slowly (pattern + 1, g_utf8_next_char (path));
  return *pattern == *path && matches_slowly (pattern + 1, path + 1);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  char *end = strchr (text, '\n');
  gboolean matched;

  if (end == NULL || !g_utf8_validate (text, -1, NULL))
    return 0;
  *end = '\0';
  matched = pawl_tuf_glob_match (text, end + 1);
  if (strlen (text) <= MAX_LENGTH && strlen (end + 1) <= MAX_LENGTH)
    g_assert_cmpint (matched, ==, matches_slowly (text, end + 1));
  return 0;
}
