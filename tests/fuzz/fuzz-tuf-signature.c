/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* No text but the genuine one is a signature, for a key of each kind; and what the decoders take is
 * written in one way only. */
#include "fuzz.h"

#include <pawl-tuf/pawl-tuf.h>
#include <string.h>

static const struct
{
  const char *keytype;
  const char *scheme;
  const char *public_text;
} kinds[] = {
  {"ed25519", "ed25519",             "b4ab4d4ad1c69dab2130d85160e9dd749e1364d08fea15d69214bf96e50b36b9"},
  {"ecdsa",   "ecdsa-sha2-nistp256",
   "048b29778cf94a4c38f728efd582bd1e81acc1f196a72ecc3b6e91bce3d3530da03a22e899e4438fd89c11e77ba7526"
   "0"
   "42aab854a14258051c307ba96f6ab2c5f1"                                                                },
  {"rsa",     "rsassa-pss-sha256",
   "-----BEGIN PUBLIC KEY-----\n"
   "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxMpw6tiSAK3BpF7dYFFf\n"
   "HYDFipYSTDLf6m5PtL7ARd5hJaQoVJWpiGIF4QMuviqPfgm2ciWCUdYcTirgdG1J\n"
   "Bz5dIkaleIGvGUKxgO4R2KsfkvPR23sYxtgiz9Sghet/fCIzqXaI38/Us7fc/ELl\n"
   "Ktm0VztMsn8pNdq9kvlnV76xzpMQnNa9ltWhdt32cO9ha+sNzhnfbxTTQUxMWqVm\n"
   "dBBq8+ku+I/DEUihd6KHzXqzp172NBcAjb9xbhgEJTHC0vSmqYrZXLx8DfxPKiFD\n"
   "cVsHHZv79xJKk4GFGyCdhO0gLm6hs/9Nq71EwXp5Lo3p+SwGU4RsdFoAfiEiom9h\n"
   "XwIDAQAB\n"
   "-----END PUBLIC KEY-----\n"                                                                        },
};

static void
check_decoders (const char *text)
{
  g_autoptr (GBytes) hex = pawl_tuf_decode_hex (text);
  g_autoptr (GBytes) base64 = pawl_tuf_decode_base64 (text);

  if (hex != NULL)
    {
      g_autofree char *lower = g_ascii_strdown (text, -1);
      g_autofree char *again = pawl_tuf_encode_hex (hex);

      g_assert_cmpstr (again, ==, lower);
    }
  if (base64 != NULL)
    {
      g_autofree char *again =
        g_base64_encode (g_bytes_get_data (base64, NULL), g_bytes_get_size (base64));

      g_assert_cmpstr (again, ==, text);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GBytes) message = g_bytes_new_static ("message", 7);

  check_decoders (text);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (PawlTufKey) key =
        pawl_tuf_key_new (kinds[i].keytype, kinds[i].scheme, kinds[i].public_text,
                          PAWL_TUF_KEY_FLAGS_NONE, NULL);

      g_assert_nonnull (key);
      g_assert_false (pawl_tuf_key_verify (key, message, text));
    }
  return 0;
}
