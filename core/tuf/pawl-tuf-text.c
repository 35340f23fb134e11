/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-tuf-text.h"

#include <pawl-tuf/pawl-tuf-metadata.h>

#include <string.h>

char *
pawl_tuf_text_normalize (const char *text)
{
  char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);

  return normal != NULL ? normal : g_strdup (text);
}

gboolean
pawl_tuf_text_is_same (const char *text, const char *other)
{
  g_autofree char *ours = NULL;
  g_autofree char *theirs = NULL;

  if (g_str_equal (text, other))
    return TRUE;
  if (g_str_is_ascii (text) && g_str_is_ascii (other))
    return FALSE;
  ours = pawl_tuf_text_normalize (text);
  theirs = pawl_tuf_text_normalize (other);
  return g_str_equal (ours, theirs);
}

/**
 * pawl_tuf_parse_time:
 * @text: a text
 * @out_us: (out): microseconds since 1970, UTC
 *
 * Reads exactly `YYYY-MM-DDTHH:MM:SSZ` (TUF 1.0.34, 4.2.3), and nothing that looks like it.
 *
 * Returns: %TRUE if @text is such a time
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_parse_time (const char *text, gint64 *out_us)
{
  static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
  g_autoptr (GDateTime) time = NULL;
  int parts[6] = {0};
  guint part = 0;

  if (strlen (text) != strlen (shape))
    return FALSE;
  for (gsize i = 0; shape[i] != '\0'; i++)
    if (shape[i] != 'd')
      {
        if (text[i] != shape[i])
          return FALSE;
        part++;
      }
    else
      {
        if (!g_ascii_isdigit (text[i]))
          return FALSE;
        parts[part] = parts[part] * 10 + (text[i] - '0');
      }
  time = g_date_time_new_utc (parts[0], parts[1], parts[2], parts[3], parts[4], (double) parts[5]);
  if (time == NULL)
    return FALSE;
  *out_us = g_date_time_to_unix (time) * G_USEC_PER_SEC;
  return TRUE;
}

/**
 * pawl_tuf_glob_match:
 * @pattern: a path pattern of a delegation: `*` is any text without `/`, `?` is one character but
 * `/`
 * @path: a target's name
 *
 * Matches as TUF 1.0.34, 4.5 has it: case counts, and no wildcard matches a separator. Takes at
 * most as many steps as the product of both lengths.
 *
 * Returns: whether @path matches
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_glob_match (const char *pattern, const char *path)
{
  const char *star = NULL;
  const char *retry = NULL;

  while (*path != '\0')
    {
      if (*pattern == '*')
        {
          star = ++pattern;
          retry = path;
        }
      else if (*pattern == '?' && *path != '/')
        {
          pattern++;
          path = g_utf8_next_char (path);
        }
      else if (*pattern == *path)
        {
          pattern++;
          path++;
        }
      else if (star != NULL && *retry != '/')
        {
          pattern = star;
          path = ++retry;
        }
      else
        return FALSE;
    }
  while (*pattern == '*')
    pattern++;
  return *pattern == '\0';
}
