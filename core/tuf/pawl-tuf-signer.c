/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl-tuf/pawl-tuf-signer.h>

#include "pawl-tuf-scheme.h"

#include <pawl-tuf/pawl-tuf-error.h>

#include <errno.h>
#include <gnutls/pkcs11.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A program that signs is asked twice: `PROGRAM public` prints the public key in PEM, `PROGRAM
 * sign` reads the message and prints the signature in base64. */

struct _PawlTufSigner
{
  GObject parent_instance;

  char *uri;                   /* (owned) */
  char *program;               /* (owned) (nullable): of an exec: URI */
  gnutls_privkey_t key;        /* (owned) (nullable): of any other */
  gnutls_pubkey_t pubkey;      /* (owned) */
  const PawlTufScheme *scheme; /* (unowned): static */
  PawlTufDialect dialect;      /* of what it signs */
  char *public_text;           /* (owned) */
  PawlTufSecretFunc secret;    /* (nullable) */
  gpointer secret_data;        /* (unowned) */
};

G_DEFINE_FINAL_TYPE (PawlTufSigner, pawl_tuf_signer, G_TYPE_OBJECT)

static void
pawl_tuf_signer_finalize (GObject *object)
{
  PawlTufSigner *self = PAWL_TUF_SIGNER (object);

  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->program, g_free);
  g_clear_pointer (&self->public_text, g_free);
  if (self->key != NULL)
    gnutls_privkey_deinit (self->key);
  gnutls_pubkey_deinit (self->pubkey);
  G_OBJECT_CLASS (pawl_tuf_signer_parent_class)->finalize (object);
}

static void
pawl_tuf_signer_class_init (PawlTufSignerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_tuf_signer_finalize;
}

static void
pawl_tuf_signer_init (PawlTufSigner *self)
{
  gnutls_pubkey_init (&self->pubkey);
}

static gboolean
fail (GError **error, const char *uri, const char *what)
{
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY, "%s: %s", uri, what);
  return FALSE;
}

/* Cuts off what a URI says after `?`: a PIN may stand there, and must not get into a message. */
static char *
dup_public_uri (const char *uri)
{
  const char *query = strchr (uri, '?');

  return query != NULL ? g_strndup (uri, (gsize) (query - uri)) : g_strdup (uri);
}

static gboolean
learn_public (PawlTufSigner *self, GError **error)
{
  unsigned bits = 0;

  if (self->key != NULL && gnutls_pubkey_import_privkey (self->pubkey, self->key, 0, 0) < 0)
    return fail (error, self->uri, "the public half of the key cannot be read");
  if (pawl_tuf_scheme_for_key (self->pubkey, PAWL_TUF_DIALECT_TUF) == NULL)
    return fail (error, self->uri, "wanted a key of type ed25519, P-256, P-384 or RSA");
  if (gnutls_pubkey_get_pk_algorithm (self->pubkey, &bits) == GNUTLS_PK_RSA && bits < 2048)
    return fail (error, self->uri, "the RSA key has fewer than 2048 bits");
  return pawl_tuf_signer_set_dialect (self, PAWL_TUF_DIALECT_TUF, error);
}

/* ---- files ---- */

static int
import_pem (PawlTufSigner *self, const gnutls_datum_t *pem, const char *passphrase)
{
  if (self->key != NULL)
    gnutls_privkey_deinit (self->key);
  self->key = NULL;
  gnutls_privkey_init (&self->key);
  return gnutls_privkey_import_x509_raw (self->key, pem, GNUTLS_X509_FMT_PEM, passphrase,
                                         passphrase == NULL ? GNUTLS_PKCS_PLAIN : 0);
}

static void
wipe (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

static gboolean
import_encrypted (PawlTufSigner *self, const gnutls_datum_t *pem, GError **error)
{
  for (guint attempt = 0; attempt < 3; attempt++)
    {
      char *passphrase =
        self->secret != NULL ? self->secret (self->uri, attempt, self->secret_data) : NULL;
      int result;

      if (passphrase == NULL)
        return fail (error, self->uri,
                     attempt > 0 ? "wrong passphrase"
                                 : "the key is encrypted and no passphrase was given");
      result = import_pem (self, pem, passphrase);
      wipe (passphrase);
      if (result >= 0)
        return TRUE;
    }
  return fail (error, self->uri, "wrong passphrase");
}

static gboolean
open_file (PawlTufSigner *self, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gnutls_datum_t pem;
  gsize size;
  gboolean ok;

  if (!g_file_get_contents (path, &text, &size, error))
    return FALSE;
  pem.data = (guint8 *) text;
  pem.size = (unsigned) size;
  if (strstr (text, "ENCRYPTED PRIVATE KEY") != NULL)
    ok = import_encrypted (self, &pem, error);
  else
    ok = import_pem (self, &pem, NULL) >= 0 ||
         fail (error, self->uri, "wanted a private key in PEM (PKCS#8)");
  explicit_bzero (text, size);
  return ok;
}

/* ---- PKCS#11 ---- */

static int
pin_cb (void *user_data,
        int attempt,
        const char *token_url,
        const char *token_label,
        unsigned flags,
        char *pin,
        size_t pin_max)
{
  PawlTufSigner *self = user_data;
  char *secret =
    self->secret != NULL ? self->secret (token_label, (guint) attempt, self->secret_data) : NULL;
  gboolean fits = secret != NULL && g_strlcpy (pin, secret, pin_max) < pin_max;

  wipe (secret);
  return fits && attempt < 3 ? 0 : GNUTLS_E_PKCS11_PIN_ERROR;
}

static gboolean
open_pkcs11 (PawlTufSigner *self, const char *uri, GError **error)
{
  int result;

  gnutls_privkey_init (&self->key);
  gnutls_privkey_set_pin_function (self->key, pin_cb, self);
  gnutls_pubkey_set_pin_function (self->pubkey, pin_cb, self);
  result = gnutls_privkey_import_url (self->key, uri, 0);
  return result >= 0 || fail (error, self->uri, gnutls_strerror (result));
}

/* ---- programs ---- */

/* The message as a file in memory: a program that ends without reading a pipe would take this
 * process with it (SIGPIPE). */
static int
make_input (GBytes *message)
{
  gsize size = 0;
  const char *data = message != NULL ? g_bytes_get_data (message, &size) : NULL;
  int fd = memfd_create ("message", MFD_CLOEXEC);

  for (gsize done = 0; fd >= 0 && done < size;)
    {
      gssize written = pwrite (fd, data + done, size - done, (off_t) done);

      if (written < 0)
        {
          close (fd);
          return -1;
        }
      done += (gsize) written;
    }
  return fd;
}

static GBytes *
run_program (PawlTufSigner *self, const char *verb, GBytes *message, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GError) local_error = NULL;
  int input = make_input (message);

  if (input < 0)
    {
      fail (error, self->uri, g_strerror (errno));
      return NULL;
    }
  g_subprocess_launcher_take_stdin_fd (launcher, input);
  process = g_subprocess_launcher_spawn (launcher, &local_error, self->program, verb, NULL);
  if (process == NULL ||
      !g_subprocess_communicate (process, NULL, NULL, &output, NULL, &local_error))
    {
      fail (error, self->uri, local_error->message);
      return NULL;
    }
  if (!g_subprocess_get_successful (process))
    {
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY, "%s: “%s %s” failed with status %d",
                   self->uri, self->program, verb, g_subprocess_get_status (process));
      return NULL;
    }
  return g_steal_pointer (&output);
}

static gboolean
open_program (PawlTufSigner *self, const char *program, GError **error)
{
  g_autoptr (GBytes) output = NULL;
  gnutls_datum_t pem;
  gsize size;

  self->program = g_strdup (program);
  output = run_program (self, "public", NULL, error);
  if (output == NULL)
    return FALSE;
  pem.data = (guint8 *) g_bytes_get_data (output, &size);
  pem.size = (unsigned) size;
  return gnutls_pubkey_import (self->pubkey, &pem, GNUTLS_X509_FMT_PEM) >= 0 ||
         fail (error, self->uri, "“public” printed no public key in PEM");
}

/**
 * pawl_tuf_signer_new:
 * @uri: a path or `file:` URI of a PKCS#8 file, a `pkcs11:` URI, or `exec:PROGRAM`
 * @secret: (nullable) (scope notified): asks for a passphrase or PIN; called while this runs and
 * while signing
 * @user_data: for @secret
 * @error: return location
 *
 * Opens a private key.
 *
 * Errors: %PAWL_TUF_ERROR_KEY, or what the file system says. No message holds a secret.
 *
 * Returns: (transfer full): the signer
 *
 * Since: 1.0
 */
PawlTufSigner *
pawl_tuf_signer_new (const char *uri, PawlTufSecretFunc secret, gpointer user_data, GError **error)
{
  g_autoptr (PawlTufSigner) self = g_object_new (PAWL_TUF_TYPE_SIGNER, NULL);
  g_autofree char *path = NULL;
  gboolean ok;

  self->uri = dup_public_uri (uri);
  self->secret = secret;
  self->secret_data = user_data;
  if (g_str_has_prefix (uri, "pkcs11:"))
    ok = open_pkcs11 (self, uri, error);
  else if (g_str_has_prefix (uri, "exec:"))
    ok = open_program (self, uri + strlen ("exec:"), error);
  else
    {
      path =
        g_str_has_prefix (uri, "file:") ? g_filename_from_uri (uri, NULL, error) : g_strdup (uri);
      ok = path != NULL && open_file (self, path, error);
    }
  return ok && learn_public (self, error) ? g_steal_pointer (&self) : NULL;
}

typedef struct
{
  const char *type;
  gnutls_pk_algorithm_t algorithm;
  unsigned bits;
} KeyType;

static const KeyType key_types[] = {
  {"ed25519", GNUTLS_PK_EDDSA_ED25519, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_ED25519)  },
  {"p256",    GNUTLS_PK_ECDSA,         GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1)},
  {"p384",    GNUTLS_PK_ECDSA,         GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP384R1)},
  {"rsa2048", GNUTLS_PK_RSA,           2048                                             },
  {"rsa3072", GNUTLS_PK_RSA,           3072                                             },
  {"rsa4096", GNUTLS_PK_RSA,           4096                                             },
};

/**
 * pawl_tuf_signer_generate:
 * @type: `ed25519`, `p256`, `p384`, `rsa2048`, `rsa3072` or `rsa4096`
 * @error: return location
 *
 * Makes a new private key in memory.
 *
 * Errors: %PAWL_TUF_ERROR_KEY.
 *
 * Returns: (transfer full): the signer
 *
 * Since: 1.0
 */
PawlTufSigner *
pawl_tuf_signer_generate (const char *type, GError **error)
{
  g_autoptr (PawlTufSigner) self = g_object_new (PAWL_TUF_TYPE_SIGNER, NULL);

  self->uri = g_strdup ("new key");
  for (guint i = 0; i < G_N_ELEMENTS (key_types); i++)
    {
      if (!g_str_equal (key_types[i].type, type))
        continue;
      gnutls_privkey_init (&self->key);
      if (gnutls_privkey_generate (self->key, key_types[i].algorithm, key_types[i].bits, 0) < 0)
        fail (error, self->uri, "the key cannot be made");
      else if (learn_public (self, error))
        return g_steal_pointer (&self);
      return NULL;
    }
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY,
               "key type is “%s”, wanted ed25519, p256, p384, rsa2048, rsa3072 or rsa4096", type);
  return NULL;
}

/**
 * pawl_tuf_signer_export:
 * @self: a signer with a key in memory
 * @passphrase: (nullable): encrypts the key; %NULL leaves it readable by whoever gets the file
 * @error: return location
 *
 * Errors: %PAWL_TUF_ERROR_KEY for a key that does not leave its token.
 *
 * Returns: (transfer full): the private key, PKCS#8 in PEM
 *
 * Since: 1.0
 */
GBytes *
pawl_tuf_signer_export (PawlTufSigner *self, const char *passphrase, GError **error)
{
  gnutls_x509_privkey_t key = NULL;
  gnutls_datum_t pem = {NULL, 0};
  GBytes *bytes;

  g_return_val_if_fail (PAWL_TUF_IS_SIGNER (self), NULL);

  if (self->key == NULL || gnutls_privkey_export_x509 (self->key, &key) < 0)
    {
      fail (error, self->uri, "the private key does not leave its token");
      return NULL;
    }
  if (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, passphrase,
                                         passphrase != NULL ? GNUTLS_PKCS_PBES2_AES_256
                                                            : GNUTLS_PKCS_PLAIN,
                                         &pem) < 0)
    {
      gnutls_x509_privkey_deinit (key);
      fail (error, self->uri, "the private key cannot be exported");
      return NULL;
    }
  gnutls_x509_privkey_deinit (key);
  bytes = g_bytes_new (pem.data, pem.size);
  gnutls_memset (pem.data, 0, pem.size);
  gnutls_free (pem.data);
  return bytes;
}

/**
 * pawl_tuf_signer_set_dialect:
 * @self: a signer
 * @dialect: of what is to be signed
 * @error: return location
 *
 * Says for which documents the key signs; the default is %PAWL_TUF_DIALECT_TUF. The dialects write
 * key types in their own ways, and P-256 has another scheme and another public text in each. An
 * `exec:` program with such a key has to sign with SHA-512 for the ATS dialect.
 *
 * Errors: %PAWL_TUF_ERROR_KEY when @dialect has no such keys; the signer stays as it was.
 *
 * Returns: %TRUE if the key can sign in @dialect
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_signer_set_dialect (PawlTufSigner *self, PawlTufDialect dialect, GError **error)
{
  const PawlTufScheme *scheme;
  char *public_text;

  g_return_val_if_fail (PAWL_TUF_IS_SIGNER (self), FALSE);

  scheme = pawl_tuf_scheme_for_key (self->pubkey, dialect);
  if (scheme == NULL)
    return fail (error, self->uri,
                 "the dialect has no keys of this kind, wanted ed25519, P-256 or RSA");
  public_text = pawl_tuf_pubkey_dup_public (self->pubkey, scheme, error);
  if (public_text == NULL)
    return FALSE;
  g_free (self->public_text);
  self->public_text = public_text;
  self->scheme = scheme;
  self->dialect = dialect;
  return TRUE;
}

/**
 * pawl_tuf_signer_get_keytype:
 * @self: a signer
 *
 * Returns: (transfer none): the type of its public key, as its dialect writes it
 *
 * Since: 1.0
 */
const char *
pawl_tuf_signer_get_keytype (PawlTufSigner *self)
{
  return self->dialect == PAWL_TUF_DIALECT_ATS ? self->scheme->ats_keytype : self->scheme->keytype;
}

/**
 * pawl_tuf_signer_get_scheme:
 * @self: a signer
 *
 * Returns: (transfer none): the scheme that it signs with
 *
 * Since: 1.0
 */
const char *
pawl_tuf_signer_get_scheme (PawlTufSigner *self)
{
  return self->scheme->scheme;
}

/**
 * pawl_tuf_signer_get_public:
 * @self: a signer
 *
 * Returns: (transfer none): its public key, as a key object of its dialect has it: hex for Ed25519,
 * hex of the DER SubjectPublicKeyInfo for P-256 in the ATS dialect, PEM for others
 *
 * Since: 1.0
 */
const char *
pawl_tuf_signer_get_public (PawlTufSigner *self)
{
  return self->public_text;
}

/**
 * pawl_tuf_signer_get_ats_method:
 * @self: a signer
 *
 * Returns: (transfer none) (nullable): the `method` of its signatures in the ATS dialect; %NULL
 * when that does not have its scheme
 *
 * Since: 1.0
 */
const char *
pawl_tuf_signer_get_ats_method (PawlTufSigner *self)
{
  return self->scheme->ats_method;
}

static GBytes *
sign_with_program (PawlTufSigner *self, GBytes *message, GError **error)
{
  g_autoptr (GBytes) output = run_program (self, "sign", message, error);
  g_autofree char *text = NULL;
  GBytes *signature;

  if (output == NULL)
    return NULL;
  text = g_strchomp (g_strndup (g_bytes_get_data (output, NULL), g_bytes_get_size (output)));
  signature = pawl_tuf_decode_base64 (text);
  if (signature == NULL)
    fail (error, self->uri, "“sign” printed no base64");
  return signature;
}

static GBytes *
sign_with_key (PawlTufSigner *self, GBytes *message, GError **error)
{
  gsize size;
  guint8 *data = (guint8 *) g_bytes_get_data (message, &size);
  gnutls_datum_t in = {data, (unsigned) size};
  gnutls_datum_t out = {NULL, 0};
  GBytes *signature;
  int result = gnutls_privkey_sign_data2 (self->key, self->scheme->signature, 0, &in, &out);

  if (result < 0)
    {
      fail (error, self->uri, gnutls_strerror (result));
      return NULL;
    }
  signature = g_bytes_new (out.data, out.size);
  gnutls_free (out.data);
  return signature;
}

/**
 * pawl_tuf_signer_sign:
 * @self: a signer
 * @message: what to sign: canonical bytes
 * @error: return location
 *
 * Signs. May block on a token or a person.
 *
 * Errors: %PAWL_TUF_ERROR_KEY.
 *
 * Returns: (transfer full): the signature
 *
 * Since: 1.0
 */
GBytes *
pawl_tuf_signer_sign (PawlTufSigner *self, GBytes *message, GError **error)
{
  g_return_val_if_fail (PAWL_TUF_IS_SIGNER (self), NULL);
  g_return_val_if_fail (message != NULL, NULL);

  return self->program != NULL ? sign_with_program (self, message, error)
                               : sign_with_key (self, message, error);
}
