/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Private keys in files, in programs and in a token. */
#include <pawl-tuf/pawl-tuf.h>

#include <glib/gstdio.h>
#include <string.h>

#define MODULE "/usr/lib/softhsm/libsofthsm2.so"

typedef struct
{
  char *folder;
  const char *const *secrets; /* one for each attempt */
  guint asked;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("pawl-signer-XXXXXX", NULL);
}

static void run (const char *format, ...) G_GNUC_PRINTF (1, 2);

static void
run (const char *format, ...)
{
  g_autofree char *line = NULL;
  g_autofree char *messages = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  g_spawn_sync (NULL, (char *[]){(char *) "/bin/sh", (char *) "-ec", line, NULL}, NULL,
                G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &messages, &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_error ("%s: %s", line, messages);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  run ("rm -r '%s'", self->folder);
  g_free (self->folder);
}

static char *
ask (const char *what, guint attempt, gpointer data)
{
  Fixture *self = data;

  g_assert_cmpstr (what, !=, "");
  self->asked++;
  return g_strdup (self->secrets[attempt]);
}

/* What @signer signs is what its public key verifies. */
static void
assert_signs (PawlTufSigner *signer)
{
  g_autoptr (GBytes) message = g_bytes_new_static ("message", 7);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) signature = pawl_tuf_signer_sign (signer, message, &error);
  g_autoptr (PawlTufKey) key = NULL;
  g_autofree char *hex = NULL;

  g_assert_no_error (error);
  key = pawl_tuf_key_new (pawl_tuf_signer_get_keytype (signer), pawl_tuf_signer_get_scheme (signer),
                          pawl_tuf_signer_get_public (signer), PAWL_TUF_KEY_FLAGS_NONE, &error);
  g_assert_no_error (error);
  hex = pawl_tuf_encode_hex (signature);
  g_assert_true (pawl_tuf_key_verify (key, message, hex));
}

/* P-256 is the one kind of key whose scheme depends on the dialect; P-384 has none in ATS's. */
static void
test_dialects (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *type;
    const char *keytype; /* (nullable) */
    const char *method;
  } cases[] = {
    {"ed25519", "ED25519",      "ed25519"          },
    {"p256",    "ECPRIME256V1", "ecPrime256v1"     },
    {"rsa2048", "RSA",          "rsassa-pss-sha256"},
    {"p384",    NULL,           NULL               },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PawlTufSigner) signer = pawl_tuf_signer_generate (cases[i].type, &error);
      g_autofree char *public_text = g_strdup (pawl_tuf_signer_get_public (signer));

      g_assert_no_error (error);
      g_assert_cmpint (pawl_tuf_signer_set_dialect (signer, PAWL_TUF_DIALECT_ATS, &error), ==,
                       cases[i].keytype != NULL);
      if (cases[i].keytype == NULL)
        g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY);
      else
        g_assert_cmpstr (pawl_tuf_signer_get_keytype (signer), ==, cases[i].keytype);
      g_assert_cmpstr (pawl_tuf_signer_get_ats_method (signer), ==, cases[i].method);
      assert_signs (signer);
      g_assert_true (pawl_tuf_signer_set_dialect (signer, PAWL_TUF_DIALECT_TUF, NULL));
      g_assert_cmpstr (pawl_tuf_signer_get_public (signer), ==, public_text);
      assert_signs (signer);
    }
}

static char *export(Fixture *self, const char *type, const char *passphrase)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufSigner) signer = pawl_tuf_signer_generate (type, &error);
  g_autoptr (GBytes) pem = NULL;
  char *path = g_build_filename (self->folder, "key.pem", NULL);
  const char *text;
  gsize size;

  g_assert_no_error (error);
  pem = pawl_tuf_signer_export (signer, passphrase, &error);
  g_assert_no_error (error);
  text = g_bytes_get_data (pem, &size);
  g_file_set_contents (path, text, (gssize) size, &error);
  g_assert_no_error (error);
  return path;
}

static void
test_file (Fixture *self, gconstpointer data)
{
  static const char *const types[] = {"ed25519", "p256", "p384", "rsa2048"};

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *path = export(self, types[i], NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (PawlTufSigner) signer = pawl_tuf_signer_new (path, NULL, NULL, &error);

      g_assert_no_error (error);
      assert_signs (signer);
    }
}

static void
test_passphrase (Fixture *self, gconstpointer data)
{
  static const char *const right[] = {"wrong", "correct horse", NULL};
  static const char *const wrong[] = {"a", "b", "c", NULL};
  g_autofree char *path = export(self, "ed25519", "correct horse");
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufSigner) signer = NULL;

  g_assert_null (pawl_tuf_signer_new (path, NULL, NULL, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY);
  g_clear_error (&error);
  self->secrets = wrong;
  g_assert_null (pawl_tuf_signer_new (path, ask, self, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY);
  g_assert_cmpuint (self->asked, ==, 3);
  g_clear_error (&error);
  self->secrets = right;
  signer = pawl_tuf_signer_new (path, ask, self, &error);
  g_assert_no_error (error);
  assert_signs (signer);
}

static void
test_program (Fixture *self, gconstpointer data)
{
  g_autofree char *key = export(self, "p256", NULL);
  g_autofree char *program = g_build_filename (self->folder, "sign.sh", NULL);
  g_autofree char *uri = g_strconcat ("exec:", program, NULL);
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\n"
                                           "case $1 in\n"
                                           "public) exec openssl pkey -in '%s' -pubout ;;\n"
                                           "sign) openssl dgst -sha256 -sign '%s' | base64 -w0 ;;\n"
                                           "esac\n",
                                           key, key);
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufSigner) signer = NULL;
  g_autoptr (GBytes) message = g_bytes_new_static ("message", 7);

  g_file_set_contents (program, text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (program, 0700), ==, 0);
  signer = pawl_tuf_signer_new (uri, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_signs (signer);
  g_assert_null (pawl_tuf_signer_export (signer, NULL, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY);
  g_clear_error (&error);
  /* Replaced, it may not be executed; then it may, and fails. */
  g_file_set_contents (program, "#!/bin/sh\nexit 3\n", -1, &error);
  g_assert_no_error (error);
  g_assert_null (pawl_tuf_signer_sign (signer, message, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY);
  g_clear_error (&error);
  g_assert_cmpint (g_chmod (program, 0700), ==, 0);
  g_assert_null (pawl_tuf_signer_sign (signer, message, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY);
}

static void
test_token (Fixture *self, gconstpointer data)
{
  static const char *const pins[] = {"1234", NULL};
  g_autofree char *conf = g_build_filename (self->folder, "softhsm2.conf", NULL);
  g_autofree char *text = g_strdup_printf ("directories.tokendir = %s\n", self->folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufSigner) signer = NULL;

  if (!g_file_test (MODULE, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("there is no SoftHSM");
      return;
    }
  g_file_set_contents (conf, text, -1, &error);
  g_assert_no_error (error);
  g_setenv ("SOFTHSM2_CONF", conf, TRUE);
  run ("softhsm2-util --init-token --free --label pawl --pin 1234 --so-pin 5678"
       " && pkcs11-tool --module " MODULE " --token-label pawl --login --pin 1234"
       "    --keypairgen --key-type EC:prime256v1 --label signing --id 01 2>&1");
  self->secrets = pins;
  signer = pawl_tuf_signer_new ("pkcs11:token=pawl;object=signing;type=private", ask, self, &error);
  g_assert_no_error (error);
  assert_signs (signer);
  g_assert_cmpuint (self->asked, >, 0);
  g_assert_null (pawl_tuf_signer_export (signer, NULL, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY);
}

static void
test_refuses (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "key.pem", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (pawl_tuf_signer_new (path, NULL, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);
  g_file_set_contents (path, "no key", -1, NULL);
  g_assert_null (pawl_tuf_signer_new (path, NULL, NULL, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY);
  g_clear_error (&error);
  g_assert_null (pawl_tuf_signer_new ("pkcs11:token=absent?pin-value=4711", NULL, NULL, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY);
  g_assert_null (strstr (error->message, "4711"));
  g_clear_error (&error);
  g_assert_null (pawl_tuf_signer_generate ("rsa1024", &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/tuf/signer/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/tuf/signer/passphrase", Fixture, NULL, set_up, test_passphrase, tear_down);
  g_test_add ("/tuf/signer/program", Fixture, NULL, set_up, test_program, tear_down);
  g_test_add ("/tuf/signer/token", Fixture, NULL, set_up, test_token, tear_down);
  g_test_add ("/tuf/signer/dialects", Fixture, NULL, set_up, test_dialects, tear_down);
  g_test_add ("/tuf/signer/refuses", Fixture, NULL, set_up, test_refuses, tear_down);
  return g_test_run ();
}
