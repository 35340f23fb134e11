/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Bytes as text, and their hashes. */
#include <pawl-tuf/pawl-tuf-key.h>

#include <gnutls/crypto.h>
#include <string.h>

/**
 * pawl_tuf_decode_hex:
 * @text: a text
 *
 * Returns: (transfer full) (nullable): the bytes; %NULL when @text is not an even number of hex
 * digits
 *
 * Since: 1.0
 */
GBytes *
pawl_tuf_decode_hex (const char *text)
{
  gsize length = strlen (text);
  g_autofree guint8 *data = NULL;

  if (length == 0 || length % 2 != 0)
    return NULL;
  data = g_malloc (length / 2);
  for (gsize i = 0; i < length; i += 2)
    {
      int high = g_ascii_xdigit_value (text[i]);
      int low = g_ascii_xdigit_value (text[i + 1]);

      if (high < 0 || low < 0)
        return NULL;
      data[i / 2] = (guint8) (high << 4 | low);
    }
  return g_bytes_new_take (g_steal_pointer (&data), length / 2);
}

/**
 * pawl_tuf_decode_base64:
 * @text: a text
 *
 * Returns: (transfer full) (nullable): the bytes; %NULL when @text is not padded base64 of the
 * standard alphabet (RFC 4648, section 4), or is written in more than one way
 *
 * Since: 1.0
 */
GBytes *
pawl_tuf_decode_base64 (const char *text)
{
  gsize size = 0;
  g_autofree guint8 *data = NULL;
  g_autofree char *again = NULL;

  if (text[0] == '\0' || strlen (text) % 4 != 0)
    return NULL;
  data = g_base64_decode (text, &size);
  again = g_base64_encode (data, size);
  if (!g_str_equal (again, text))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), size);
}

/**
 * pawl_tuf_encode_hex:
 * @bytes: bytes
 *
 * Returns: (transfer full): lower-case hex
 *
 * Since: 1.0
 */
char *
pawl_tuf_encode_hex (GBytes *bytes)
{
  static const char digits[] = "0123456789abcdef";
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  char *text = g_malloc (size * 2 + 1);

  for (gsize i = 0; i < size; i++)
    {
      text[i * 2] = digits[data[i] >> 4];
      text[i * 2 + 1] = digits[data[i] & 0xf];
    }
  text[size * 2] = '\0';
  return text;
}
