/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "ats-identity.h"

#include "ats-json.h"

#include <gnutls/abstract.h>
#include <gnutls/pkcs12.h>
#include <gnutls/pkcs7.h>
#include <gnutls/x509.h>
#include <string.h>

struct _AtsIdentity
{
  gnutls_x509_crt_t ca;      /* (owned) */
  gnutls_x509_privkey_t key; /* (owned) */
  gint64 lifetime_s;
};

static gboolean
check (int result, const char *what, GError **error)
{
  return result >= 0 || ats_fail (error, 500, "%s: %s", what, gnutls_strerror (result));
}

static gboolean
load (const char *path, gnutls_datum_t *datum, GError **error)
{
  gsize size = 0;

  if (!g_file_get_contents (path, (char **) &datum->data, &size, error))
    return FALSE;
  datum->size = (unsigned) size;
  return TRUE;
}

AtsIdentity *
ats_identity_new (const char *ca_file, const char *ca_key_file, GError **error)
{
  AtsIdentity *self = g_new0 (AtsIdentity, 1);
  gnutls_datum_t cert = {0};
  gnutls_datum_t key = {0};
  gboolean done;

  gnutls_x509_crt_init (&self->ca);
  gnutls_x509_privkey_init (&self->key);
  self->lifetime_s = 86400;
  done = load (ca_file, &cert, error) && load (ca_key_file, &key, error) &&
         check (gnutls_x509_crt_import (self->ca, &cert, GNUTLS_X509_FMT_PEM), ca_file, error) &&
         check (gnutls_x509_privkey_import2 (self->key, &key, GNUTLS_X509_FMT_PEM, NULL, 0),
                ca_key_file, error);
  g_free (cert.data);
  g_free (key.data);
  if (done)
    return self;
  ats_identity_free (self);
  return NULL;
}

void
ats_identity_free (AtsIdentity *self)
{
  gnutls_x509_crt_deinit (self->ca);
  gnutls_x509_privkey_deinit (self->key);
  g_free (self);
}

void
ats_identity_set_lifetime (AtsIdentity *self, gint64 seconds)
{
  self->lifetime_s = seconds;
}

/* Completes a certificate that has its key and its subject. */
static gboolean
issue (AtsIdentity *self, gnutls_x509_crt_t cert, GError **error)
{
  guint64 serial = GUINT64_TO_BE (((guint64) g_random_int () << 16) + 1);
  time_t now = time (NULL);

  gnutls_x509_crt_set_version (cert, 3);
  gnutls_x509_crt_set_serial (cert, &serial, sizeof serial);
  gnutls_x509_crt_set_activation_time (cert, now - 60);
  gnutls_x509_crt_set_expiration_time (cert, now + self->lifetime_s);
  return check (gnutls_x509_crt_sign2 (cert, self->ca, self->key, GNUTLS_DIG_SHA256, 0),
                "the certificate", error);
}

/* ---- PKCS#12 ---- */

static gboolean
add_bag (gnutls_pkcs12_t p12,
         gnutls_pkcs12_bag_type_t type,
         gnutls_datum_t *data,
         const guint8 *id,
         gsize id_size,
         GError **error)
{
  gnutls_pkcs12_bag_t bag;
  const gnutls_datum_t key_id = {(guint8 *) id, (unsigned) id_size};
  gboolean done;
  int index;

  gnutls_pkcs12_bag_init (&bag);
  index = gnutls_pkcs12_bag_set_data (bag, type, data);
  done = check (index, "a bag", error);
  if (done && id_size > 0)
    gnutls_pkcs12_bag_set_key_id (bag, (unsigned) index, &key_id);
  done =
    done &&
    check (gnutls_pkcs12_bag_encrypt (bag, "", GNUTLS_PKCS_USE_PBES2_AES_128), "a bag", error) &&
    check (gnutls_pkcs12_set_bag (p12, bag), "a bag", error);
  gnutls_pkcs12_bag_deinit (bag);
  return done;
}

static gboolean
add_certificate (gnutls_pkcs12_t p12,
                 gnutls_x509_crt_t cert,
                 const guint8 *id,
                 gsize id_size,
                 GError **error)
{
  gnutls_datum_t der = {0};
  gboolean done = check (gnutls_x509_crt_export2 (cert, GNUTLS_X509_FMT_DER, &der), "x", error) &&
                  add_bag (p12, GNUTLS_BAG_CERTIFICATE, &der, id, id_size, error);

  gnutls_free (der.data);
  return done;
}

static gboolean
add_key (gnutls_pkcs12_t p12,
         gnutls_x509_privkey_t key,
         const guint8 *id,
         gsize id_size,
         GError **error)
{
  guint8 der[4096];
  size_t size = sizeof der;
  gnutls_datum_t datum = {der, 0};
  const gnutls_datum_t key_id = {(guint8 *) id, (unsigned) id_size};
  gnutls_pkcs12_bag_t bag;
  gboolean done;

  if (!check (gnutls_x509_privkey_export_pkcs8 (key, GNUTLS_X509_FMT_DER, "",
                                                GNUTLS_PKCS_USE_PBES2_AES_128, der, &size),
              "the key", error))
    return FALSE;
  datum.size = (unsigned) size;
  gnutls_pkcs12_bag_init (&bag);
  gnutls_pkcs12_bag_set_data (bag, GNUTLS_BAG_PKCS8_ENCRYPTED_KEY, &datum);
  gnutls_pkcs12_bag_set_key_id (bag, 0, &key_id);
  done = check (gnutls_pkcs12_set_bag (p12, bag), "the key", error);
  gnutls_pkcs12_bag_deinit (bag);
  return done;
}

static GBytes *
export_pkcs12 (gnutls_pkcs12_t p12, GError **error)
{
  gnutls_datum_t der = {0};
  GBytes *bytes;

  if (!check (gnutls_pkcs12_generate_mac (p12, ""), "the PKCS#12", error) ||
      !check (gnutls_pkcs12_export2 (p12, GNUTLS_X509_FMT_DER, &der), "the PKCS#12", error))
    return NULL;
  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  return bytes;
}

GBytes *
ats_identity_make_pkcs12 (AtsIdentity *self, const char *device_id, GError **error)
{
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t cert;
  gnutls_pkcs12_t p12;
  guint8 id[64];
  size_t id_size = sizeof id;
  GBytes *bytes = NULL;

  gnutls_x509_privkey_init (&key);
  gnutls_x509_crt_init (&cert);
  gnutls_pkcs12_init (&p12);
  gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA,
                                GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0);
  gnutls_x509_crt_set_key (cert, key);
  gnutls_x509_crt_set_dn_by_oid (cert, GNUTLS_OID_X520_COMMON_NAME, 0, device_id,
                                 (unsigned) strlen (device_id));
  if (issue (self, cert, error))
    {
      gnutls_x509_crt_get_key_id (cert, 0, id, &id_size);
      if (add_certificate (p12, cert, id, id_size, error) &&
          add_certificate (p12, self->ca, NULL, 0, error) && add_key (p12, key, id, id_size, error))
        bytes = export_pkcs12 (p12, error);
    }
  gnutls_pkcs12_deinit (p12);
  gnutls_x509_crt_deinit (cert);
  gnutls_x509_privkey_deinit (key);
  return bytes;
}

/* ---- PKCS#10 ---- */

static GBytes *
make_pkcs7 (gnutls_x509_crt_t cert, GError **error)
{
  gnutls_pkcs7_t pkcs7;
  gnutls_datum_t der = {0};
  g_autofree char *text = NULL;

  gnutls_pkcs7_init (&pkcs7);
  if (check (gnutls_pkcs7_set_crt (pkcs7, cert), "the PKCS#7", error) &&
      check (gnutls_pkcs7_export2 (pkcs7, GNUTLS_X509_FMT_DER, &der), "the PKCS#7", error))
    text = g_base64_encode (der.data, der.size);
  gnutls_free (der.data);
  gnutls_pkcs7_deinit (pkcs7);
  return text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
}

static gboolean
read_request (gnutls_x509_crq_t request, GBytes *body, GError **error)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  gsize size = 0;
  g_autofree guint8 *der = g_base64_decode (text, &size);
  gnutls_datum_t datum = {der, (unsigned) size};

  if (gnutls_x509_crq_import (request, &datum, GNUTLS_X509_FMT_DER) < 0)
    return ats_fail (error, 400, "no PKCS#10 request");
  if (gnutls_x509_crq_verify (request, 0) < 0)
    return ats_fail (error, 400, "the request is not signed with its key");
  return TRUE;
}

static gboolean
check_subject (gnutls_x509_crq_t request, const char *subject, GError **error)
{
  char name[128];
  size_t size = sizeof name;

  if (gnutls_x509_crq_get_dn_by_oid (request, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &size) < 0 ||
      size == 0)
    return ats_fail (error, 400, "the request has no common name");
  if (subject != NULL && !g_str_equal (subject, name))
    return ats_fail (error, 403, "%s asks for a certificate of %s", subject, name);
  return TRUE;
}

GBytes *
ats_identity_enroll (AtsIdentity *self, GBytes *body, const char *subject, GError **error)
{
  gnutls_x509_crq_t request;
  gnutls_x509_crt_t cert;
  GBytes *answer = NULL;

  gnutls_x509_crq_init (&request);
  gnutls_x509_crt_init (&cert);
  if (read_request (request, body, error) && check_subject (request, subject, error) &&
      check (gnutls_x509_crt_set_crq (cert, request), "the request", error) &&
      issue (self, cert, error))
    answer = make_pkcs7 (cert, error);
  gnutls_x509_crt_deinit (cert);
  gnutls_x509_crq_deinit (request);
  return answer;
}

char *
ats_identity_dup_common_name (GTlsCertificate *peer)
{
  g_autofree char *name = g_tls_certificate_get_subject_name (peer);
  g_auto (GStrv) parts = g_strsplit (name != NULL ? name : "", ",", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (g_str_has_prefix (g_strstrip (parts[i]), "CN="))
      return g_strdup (parts[i] + strlen ("CN="));
  return NULL;
}
