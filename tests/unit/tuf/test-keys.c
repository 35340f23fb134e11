/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Which keys count, however they are written. T and U numbers are those of core/tuf/README.md. */
#include "sim-client.h"

#include <string.h>

#define RSA_1024                                                                                   \
  "-----BEGIN PUBLIC KEY-----\n"                                                                   \
  "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDhbS3YdY0MyPDU8uBme2m15n2W\n"                             \
  "/sxbhIL68LxyTPltistwUJu3HgvvO2TrFqzMMFuypGnC7hoaEdCkiTcChStSPKKL\n"                             \
  "fgW4rIaYhVs//FYXWqwCT8G+/n8EY0yGm08mHvYpGFoFsNP/wMlfk0ie80YiFpom\n"                             \
  "UkPezZbuXGa5rxOKNwIDAQAB\n"                                                                     \
  "-----END PUBLIC KEY-----\n"
/* 0, 0 is on neither curve. */
#define OFF_CURVE                                                                                  \
  "04000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"   \
  "0000000000000000000000000000000000000000"

static void
publish_root_too (SimRepo *repo)
{
  repo->root->version++;
  sim_repo_publish_next (repo);
}

/* SEC 1, 2.3.3, in hex: the end of what the PEM has. */
static char *
dup_point (SimKey *key, gsize size)
{
  g_auto (GStrv) lines = g_strsplit (pawl_tuf_signer_get_public (key->signer), "\n", -1);
  g_autoptr (GString) body = g_string_new (NULL);
  g_autofree guchar *der = NULL;
  gsize length = 0;
  g_autoptr (GBytes) point = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '-')
      g_string_append (body, lines[i]);
  der = g_base64_decode (body->str, &length);
  point = g_bytes_new (der + length - size, size);
  return pawl_tuf_encode_hex (point);
}

/* T6: the schemes of the specification, and P-384, each as today's and as yesterday's tools write
 * the key; the key takes over from another one, so that it has to count. */
static void
test_schemes (SimClient *self, gconstpointer data)
{
  static const struct
  {
    const char *type;
    const char *keytype; /* (nullable): another spelling */
    gsize point;         /* the public key as a point of so many bytes */
  } cases[] = {
    {"ed25519", NULL,                  0 },
    {"rsa2048", NULL,                  0 },
    {"p256",    NULL,                  0 },
    {"p256",    "ecdsa-sha2-nistp256", 0 },
    {"p256",    "ecdsa-sha2-nistp256", 65},
    {"p384",    NULL,                  0 },
    {"p384",    "ecdsa-sha2-nistp384", 97},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SimKey *key = sim_key_new_of (cases[i].type);
      g_autofree char *public_text = g_strescape (pawl_tuf_signer_get_public (key->signer), NULL);
      g_autofree char *point = cases[i].point > 0 ? dup_point (key, cases[i].point) : NULL;

      if (cases[i].keytype != NULL)
        sim_key_set_json (key,
                          g_strdup_printf ("{\"keytype\":\"%s\",\"keyval\":{\"public\":\"%s\"}"
                                           ",\"scheme\":\"%s\"}",
                                           cases[i].keytype, point != NULL ? point : public_text,
                                           pawl_tuf_signer_get_scheme (key->signer)));
      sim_role_set_key (self->repo->timestamp, key);
      publish_root_too (self->repo);
      sim_client_refresh (self);
    }
}

/* T7 */
static void
test_short_rsa (SimClient *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (
    pawl_tuf_key_new ("rsa", "rsassa-pss-sha256", RSA_1024, PAWL_TUF_KEY_FLAGS_NONE, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY);
  g_assert_nonnull (strstr (error->message, "2048"));
}

/* T8: no curve but its own, no point beside it, no scheme of another type, and PKCS#1 v1.5 only
 * where it is asked for. */
static void
test_unfit_keys (SimClient *self, gconstpointer data)
{
  SimKey *p384 = sim_key_new_of ("p384");
  SimKey *rsa = sim_key_new_of ("rsa2048");
  SimKey *ed25519 = sim_key_new ();
  const char *p384_text = pawl_tuf_signer_get_public (p384->signer);
  const char *rsa_text = pawl_tuf_signer_get_public (rsa->signer);
  const char *ed25519_text = pawl_tuf_signer_get_public (ed25519->signer);
  const struct
  {
    const char *keytype;
    const char *scheme;
    const char *public_text;
  } cases[] = {
    {"ecdsa",   "ecdsa-sha2-nistp256", p384_text       },
    {"ecdsa",   "ecdsa-sha2-nistp256", OFF_CURVE       },
    {"ecdsa",   "ecdsa-sha2-nistp256", ed25519_text    },
    {"ecdsa",   "rsassa-pss-sha256",   rsa_text        },
    {"rsa",     "ed25519",             ed25519_text    },
    {"rsa",     "rsa-pkcs1v15-sha256", rsa_text        },
    {"ed25519", "ed25519",             ed25519_text + 2},
    {"ed25519", "ed25519",             ""              },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("case %zu", i);
      g_assert_null (pawl_tuf_key_new (cases[i].keytype, cases[i].scheme, cases[i].public_text,
                                       PAWL_TUF_KEY_FLAGS_NONE, &error));
      g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY);
    }
  g_object_unref (pawl_tuf_key_new ("rsa", "rsa-pkcs1v15-sha256", rsa_text,
                                    PAWL_TUF_KEY_FLAGS_ALLOW_PKCS1, NULL));
}

/* T8, T7: they stand beside a key that counts, and do it no harm. */
static void
test_unfit_keys_break_none (SimClient *self, gconstpointer data)
{
  g_autofree char *pem = g_strescape (RSA_1024, NULL);
  char *const keys[] = {
    g_strdup_printf ("{\"keytype\":\"rsa\",\"keyval\":{\"public\":\"%s\"},"
                     "\"scheme\":\"rsassa-pss-sha256\"}",
                     pem),
    g_strdup_printf ("{\"keytype\":\"ecdsa\",\"keyval\":{\"public\":\"%s\"},"
                     "\"scheme\":\"ecdsa-sha2-nistp256\"}",
                     OFF_CURVE),
    g_strdup ("{\"keytype\":\"lattice\",\"keyval\":{\"public\":\"00\"},"
              "\"scheme\":\"lattice-1\"}"),
    g_strdup ("{\"keytype\":\"ed25519\"}"),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      SimKey *key = sim_key_new ();

      sim_key_set_json (key, keys[i]);
      g_ptr_array_insert (self->repo->targets->keys, 0, key);
      g_ptr_array_insert (self->repo->targets->signers, 0, key);
    }
  publish_root_too (self->repo);
  sim_client_refresh (self);
  self->repo->targets->threshold = 2;
  publish_root_too (self->repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_UNMET_THRESHOLD);
}

/* D6: made with OpenSSL 3 as ota-tuf writes them. */
#define ATS_POINT                                                                                  \
  "04420eeab44cd8c2794ca00673f814663bb71e55cb6463ca77b5b8600ad7bd54b6"                             \
  "45d504b8c5e6ba548c4b167cc6edc2ee23510a9eb8e833a487ef9aac6fbfeb7a"
#define ATS_DER "3059301306072a8648ce3d020106082a8648ce3d030107034200" ATS_POINT
#define ATS_PEM                                                                                    \
  "-----BEGIN PUBLIC KEY-----\n"                                                                   \
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEQg7qtEzYwnlMoAZz+BRmO7ceVctk\n"                             \
  "Y8p3tbhgCte9VLZF1QS4xea6VIxLFnzG7cLuI1EKnrjoM6SH75qsb7/reg==\n"                                 \
  "-----END PUBLIC KEY-----\n"
#define ATS_MESSAGE "{\"_type\":\"Targets\"}"
#define ATS_SHA512                                                                                 \
  "MEYCIQDar1lGcypUOd43CN+cub1y2zbk5UtJb9SpSqT25g+KdwIhAKvDNa+8mUveLGTDbI1C1LoozMG18Hqb6SKjSUZM"   \
  "tiMZ"
#define ATS_SHA256                                                                                 \
  "MEUCIQDGQdiQBsIWccYvSkfOIy5ktnobd2+rHg7OCilnCeJO6wIgJIZZnOf6bDDjaINsFKbrqFq45VzjdMjDcUq8tSAI"   \
  "uFE="
#define ATS_KEY_ID "a3a7108df4a90d5f5e524c63e3c51ac1ad104fd831ee9a6ceb53394fc145edd6"
#define ATS_DER_P384                                                                               \
  "3076301006072a8648ce3d020106052b8104002203620004"                                               \
  "28cf857db899799f70a088b8cd9a67ebd6f1ebd14afb41fb6a070b20e8c9363037face6877b6e530ffde11c7"       \
  "fcdc1140f23143ad77b60c94dbbb0a252f3a5e222bcb2367db716bf539ee241ec3d2bc83e650f36bb7492ffb"       \
  "271a18f718cee57d"
#define ATS_DER_COMPRESSED                                                                         \
  "3039301306072a8648ce3d020106082a8648ce3d030107032200"                                           \
  "02420eeab44cd8c2794ca00673f814663bb71e55cb6463ca77b5b8600ad7bd54b6"

static void
test_ats_p256 (SimClient *self, gconstpointer data)
{
  g_autoptr (GBytes) message = g_bytes_new_static (ATS_MESSAGE, strlen (ATS_MESSAGE));
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufKey) key =
    pawl_tuf_key_new ("ECPRIME256V1", NULL, ATS_DER, PAWL_TUF_KEY_FLAGS_NONE, &error);
  g_autoptr (PawlTufKey) tuf = NULL;
  g_autofree char *id = pawl_tuf_key_compute_ats_id (ATS_DER);

  g_assert_no_error (error);
  g_assert_true (pawl_tuf_key_verify (key, message, ATS_SHA512));
  g_assert_false (pawl_tuf_key_verify (key, message, ATS_SHA256));
  g_assert_cmpstr (id, ==, ATS_KEY_ID);
  g_assert_cmpstr (pawl_tuf_key_get_material (key), ==, ATS_KEY_ID);
  /* The same key in TUF's dialect: the other hash. */
  tuf = pawl_tuf_key_new ("ecdsa", "ecdsa-sha2-nistp256", ATS_PEM, PAWL_TUF_KEY_FLAGS_NONE, &error);
  g_assert_no_error (error);
  g_assert_true (pawl_tuf_key_verify (tuf, message, ATS_SHA256));
  g_assert_false (pawl_tuf_key_verify (tuf, message, ATS_SHA512));
}

static void
test_unfit_ats_p256 (SimClient *self, gconstpointer data)
{
  static const struct
  {
    const char *keytype;
    const char *scheme;
    const char *public_text;
  } cases[] = {
    {"ECPRIME256V1", NULL,                  ATS_PEM           },
    {"ECPRIME256V1", NULL,                  ATS_POINT         },
    {"ECPRIME256V1", NULL,                  ATS_DER_P384      },
    {"ECPRIME256V1", NULL,                  ATS_DER_COMPRESSED},
    {"ECPRIME256V1", NULL,                  ATS_DER "00"      },
    {"ECPRIME256V1", NULL,                  ""                },
    {"ECPRIME256V1", "ecdsa-sha2-nistp256", ATS_PEM           },
    {"ecdsa",        "ecdsa-sha2-nistp256", ATS_DER           },
    {"ecdsa",        "ecPrime256v1",        ATS_DER           },
    {"ecPrime256v1", "ecdsa-sha2-nistp256", ATS_PEM           },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("case %zu", i);
      g_assert_null (pawl_tuf_key_new (cases[i].keytype, cases[i].scheme, cases[i].public_text,
                                       PAWL_TUF_KEY_FLAGS_NONE, &error));
      g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY);
    }
}

/* U2: an id stands for key, type and scheme together. */
static void
test_ids_cover_the_scheme (SimClient *self, gconstpointer data)
{
  SimKey *key = sim_key_new_of ("rsa2048");
  g_autofree char *id = g_strdup (key->id);
  g_autofree char *public_text = g_strescape (pawl_tuf_signer_get_public (key->signer), NULL);

  sim_key_set_json (key, g_strdup_printf ("{\"keytype\":\"rsa\",\"keyval\":{\"public\":\"%s\"},"
                                          "\"scheme\":\"rsa-pkcs1v15-sha256\"}",
                                          public_text));
  g_assert_cmpstr (key->id, !=, id);
  g_free (key->id);
  key->id = g_steal_pointer (&id);
  sim_role_set_key (self->repo->timestamp, key);
  publish_root_too (self->repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_BAD_KEY_ID);
}

/* T5: where ids are taken as they are, one of the root's must not name another key further on. */
static void
test_one_key_for_each_id (SimClient *self, gconstpointer data)
{
  SimRole *role = sim_role_delegate (self->repo->targets, "role", "\"paths\":[\"*\"]");
  SimKey *own = role->keys->pdata[0];
  SimKey *root = self->repo->root->keys->pdata[0];
  g_autoptr (GError) error = NULL;

  g_free (own->id);
  own->id = g_strdup (root->id);
  sim_repo_publish_next (self->repo);
  g_clear_object (&self->client);
  self->client = pawl_tuf_client_new ("sim", self->store, PAWL_TUF_CLIENT_FLAGS_RELAX_KEY_IDS);
  pawl_tuf_client_set_fetch (self->client, sim_repo_fetch, self->repo);
  g_assert_false (pawl_tuf_client_refresh (self->client, SIM_NOW, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_BAD_KEY_ID);
  g_assert_nonnull (strstr (error->message, root->id));
  g_clear_error (&error);
  g_assert_cmpint (sim_client_get_version (self, PAWL_TUF_TYPE_TARGETS, "targets"), ==, 0);
  /* The same key under the same id is no other key. */
  sim_role_set_key (role, root);
  sim_repo_publish_next (self->repo);
  pawl_tuf_client_refresh (self->client, SIM_NOW, &error);
  g_assert_no_error (error);
}

static const SimClientTest tests[] = {
  {"t6-d6-schemes",               test_schemes              },
  {"t7-d12-short-rsa",            test_short_rsa            },
  {"t8-unfit-keys",               test_unfit_keys           },
  {"t8-t7-unfit-keys-break-none", test_unfit_keys_break_none},
  {"d6-ats-p256",                 test_ats_p256             },
  {"d6-unfit-ats-p256",           test_unfit_ats_p256       },
  {"u2-ids-cover-the-scheme",     test_ids_cover_the_scheme },
  {"t5-one-key-for-each-id",      test_one_key_for_each_id  },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  sim_client_add_tests ("/tuf/keys/", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
