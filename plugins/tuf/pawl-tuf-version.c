/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-tuf-version.h"

#include <string.h>

/* What neither a digit, a letter nor `~` is, only separates. */
static const char *
skip_separators (const char *text)
{
  while (*text != '\0' && *text != '~' && !g_ascii_isalnum (*text))
    text++;
  return text;
}

/* Numbers of any length: without leading zeros, the longer one is the larger one. */
static int
compare_numbers (const char **a, const char **b)
{
  gsize a_length, b_length;
  int order;

  *a += strspn (*a, "0");
  *b += strspn (*b, "0");
  a_length = strspn (*a, "0123456789");
  b_length = strspn (*b, "0123456789");
  order = a_length != b_length ? (a_length < b_length ? -1 : 1) : strncmp (*a, *b, a_length);
  *a += a_length;
  *b += b_length;
  return order;
}

static gsize
count_letters (const char *text)
{
  gsize count = 0;

  while (g_ascii_isalpha (text[count]))
    count++;
  return count;
}

static int
compare_words (const char **a, const char **b)
{
  gsize a_length = count_letters (*a);
  gsize b_length = count_letters (*b);
  int order = strncmp (*a, *b, MIN (a_length, b_length));

  if (order == 0 && a_length != b_length)
    order = a_length < b_length ? -1 : 1;
  *a += a_length;
  *b += b_length;
  return order;
}

/*< private >
 * pawl_tuf_version_compare:
 * @a: a version
 * @b: another one
 *
 * Part by part: numbers by value, words by their bytes, a number after a word, and what goes on
 * after what ends; but `~` comes before the end, so that `2.0~rc1` is older than `2.0`.
 *
 * Returns: less than, equal to or greater than 0
 */
int
pawl_tuf_version_compare (const char *a, const char *b)
{
  while (TRUE)
    {
      int order;

      a = skip_separators (a);
      b = skip_separators (b);
      if (*a == '~' && *b == '~')
        {
          a++;
          b++;
          continue;
        }
      if (*a == '~' || *b == '~')
        return *a == '~' ? -1 : 1;
      if (*a == '\0' || *b == '\0')
        return (*a != '\0') - (*b != '\0');
      if (g_ascii_isdigit (*a) != g_ascii_isdigit (*b))
        return g_ascii_isdigit (*a) ? 1 : -1;
      order = g_ascii_isdigit (*a) ? compare_numbers (&a, &b) : compare_words (&a, &b);
      if (order != 0)
        return order;
    }
}
