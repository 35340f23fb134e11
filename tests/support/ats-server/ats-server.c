/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Which request goes where, and what goes wrong on purpose.
 *
 * The test has a door of its own, plain HTTP: `POST /fault?method=&path=&kind=&times=` (kind: a
 * status, `garbage`, `empty`, `huge`, `silent` or `close`; times 0 takes it back), `POST
 * /set?name=&value=` (`max-events-bytes`, `replacement`, `lifetime-s`), `GET /stats`. */
#include "ats-server.h"

#include "ats-json.h"

#include <string.h>

#define HUGE_BYTES (10 << 20)
#define BOOTSTRAP  "bootstrap"

typedef struct
{
  char *kind; /* (owned) */
  guint times;
} Fault;

struct _AtsServer
{
  GObject parent_instance;

  SoupServer *device_side;  /* (owned) */
  SoupServer *control_side; /* (owned) */
  char *files;              /* (owned) */
  GOutputStream *log;       /* (owned) */
  AtsIdentity *identity;    /* (owned) (nullable) */
  AtsDevice *device;        /* (owned) */
  GHashTable *faults;       /* (owned) (element-type utf8 Fault): by method and path */
  GHashTable *waiting;      /* (owned) (element-type SoupServerMessage): never answered */
  GHashTable *connections;  /* (owned) (element-type utf8): by port of the client */
  GString *violations;      /* (owned): JSON strings, separated by commas */
  gsize max_events_bytes;
  gboolean tls;
};

G_DEFINE_FINAL_TYPE (AtsServer, ats_server, G_TYPE_OBJECT)

static void
fault_free (gpointer data)
{
  Fault *fault = data;

  g_free (fault->kind);
  g_free (fault);
}

static void
ats_server_finalize (GObject *object)
{
  AtsServer *self = ATS_SERVER (object);

  g_object_unref (self->device_side);
  g_object_unref (self->control_side);
  g_object_unref (self->log);
  g_clear_pointer (&self->identity, ats_identity_free);
  ats_device_free (self->device);
  g_hash_table_unref (self->faults);
  g_hash_table_unref (self->waiting);
  g_hash_table_unref (self->connections);
  g_string_free (self->violations, TRUE);
  g_free (self->files);
  G_OBJECT_CLASS (ats_server_parent_class)->finalize (object);
}

static void
ats_server_class_init (AtsServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ats_server_finalize;
}

static void
ats_server_init (AtsServer *self)
{
  self->device_side = soup_server_new (NULL, NULL);
  self->control_side = soup_server_new (NULL, NULL);
  self->device = ats_device_new ();
  self->faults = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, fault_free);
  self->waiting = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->connections = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->violations = g_string_new (NULL);
}

/* ---- answers ---- */

static void
answer (SoupServerMessage *message, guint status, const char *type, GBytes *body)
{
  gsize size = 0;
  const char *data = body != NULL ? g_bytes_get_data (body, &size) : NULL;

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, data, size);
}

static void
answer_text (SoupServerMessage *message, guint status, const char *type, const char *text)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  answer (message, status, type, body);
}

static char *
quote (const char *text)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_string (text));

  return pawl_tuf_variant_to_json (value);
}

/* The form of the family's errors. Statuses of 500 are this program's own mistakes. */
static void
answer_error (AtsServer *self, SoupServerMessage *message, const char *what, const GError *error)
{
  guint status = error->domain == ATS_ERROR ? (guint) error->code : 500;
  g_autofree char *reason = g_strdup_printf ("%s: %s", what, error->message);
  g_autofree char *quoted_reason = quote (reason);
  g_autofree char *code = quote (error->message);
  g_autofree char *text = g_strdup_printf ("{\"code\":%s,\"description\":%s}", code, quoted_reason);

  /* Conflicts are answers that a device has to live with, not mistakes of its own. */
  if (status != 409 && status != 404)
    g_string_append_printf (self->violations, "%s%s", self->violations->len > 0 ? "," : "",
                            quoted_reason);
  answer_text (message, status, "application/json", text);
}

/* ---- what is sent ---- */

typedef struct
{
  AtsServer *server;          /* (unowned) */
  SoupServerMessage *message; /* (unowned) */
  GBytes *body;               /* (unowned) */
  const char *peer;           /* (unowned) (nullable): the common name */
} Request;

static gboolean
create_device (Request *request, GError **error)
{
  AtsServer *self = request->server;
  g_autofree char *id = NULL;
  g_autoptr (GBytes) pkcs12 = NULL;

  if (!ats_device_create (self->device, request->body, &id, error))
    return FALSE;
  if (self->identity == NULL)
    return ats_fail (error, 500, "this server has no authority");
  pkcs12 = ats_identity_make_pkcs12 (self->identity, id, error);
  if (pkcs12 != NULL)
    answer (request->message, 200, "application/x-pkcs12", pkcs12);
  return pkcs12 != NULL;
}

static gboolean
enroll (Request *request, GError **error)
{
  AtsServer *self = request->server;
  gboolean again =
    g_str_has_suffix (g_uri_get_path (soup_server_message_get_uri (request->message)),
                      "simplereenroll");
  g_autoptr (GBytes) pkcs7 = NULL;

  if (self->identity == NULL)
    return ats_fail (error, 404, "this server has no authority");
  pkcs7 = ats_identity_enroll (self->identity, request->body, again ? request->peer : NULL, error);
  if (pkcs7 != NULL)
    answer (request->message, 200, "application/pkcs7-mime; smime-type=certs-only", pkcs7);
  return pkcs7 != NULL;
}

static gboolean
register_ecus (Request *request, GError **error)
{
  guint status = 0;

  if (!ats_device_register (request->server->device, request->body, &status, error))
    return FALSE;
  answer (request->message, status, NULL, NULL);
  return TRUE;
}

static gboolean
take_manifest (Request *request, GError **error)
{
  if (!ats_device_take_manifest (request->server->device, request->body, error))
    return FALSE;
  answer (request->message, 200, NULL, NULL);
  return TRUE;
}

static gboolean
take_events (Request *request, GError **error)
{
  AtsServer *self = request->server;

  if (self->max_events_bytes > 0 && g_bytes_get_size (request->body) > self->max_events_bytes)
    {
      answer (request->message, 413, NULL, NULL);
      return TRUE;
    }
  if (!ats_device_take_events (self->device, request->body, error))
    return FALSE;
  answer (request->message, 204, NULL, NULL);
  return TRUE;
}

static gboolean
take_system_info (Request *request, GError **error)
{
  answer (request->message, 200, NULL, NULL);
  return ats_check_system_info (request->body, error);
}

static gboolean
take_network (Request *request, GError **error)
{
  answer (request->message, 200, NULL, NULL);
  return ats_check_network (request->body, error);
}

static gboolean
take_installed (Request *request, GError **error)
{
  answer (request->message, 200, NULL, NULL);
  return ats_check_installed (request->body, error);
}

static const struct
{
  const char *method;
  const char *path;
  const char *type;
  gboolean for_bootstrap; /* only the shared credentials may do that */
  gboolean (*take) (Request *request, GError **error);
} sinks[] = {
  {"POST", "/devices",                        "application/json",   TRUE,  create_device   },
  {"POST", "/.well-known/est/simpleenroll",   "application/pkcs10", TRUE,  enroll          },
  {"POST", "/.well-known/est/simplereenroll", "application/pkcs10", FALSE, enroll          },
  {"POST", "/director/ecus",                  "application/json",   FALSE, register_ecus   },
  {"PUT",  "/director/manifest",              "application/json",   FALSE, take_manifest   },
  {"POST", "/events",                         "application/json",   FALSE, take_events     },
  {"PUT",  "/system_info",                    "application/json",   FALSE, take_system_info},
  {"PUT",  "/system_info/network",            "application/json",   FALSE, take_network    },
  {"PUT",  "/core/installed",                 "application/json",   FALSE, take_installed  },
};

/* ---- what is fetched ---- */

static gboolean
serve_file (Request *request, const char *path, GError **error)
{
  g_autofree char *file = g_build_filename (request->server->files, path, NULL);
  g_autoptr (GMappedFile) mapped = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (strstr (path, "..") != NULL)
    return ats_fail (error, 400, "%s", path);
  if (!ats_device_check_order (request->server->device, path, error))
    return FALSE;
  mapped = g_mapped_file_new (file, FALSE, NULL);
  if (mapped == NULL)
    return ats_fail (error, 404, "missing_entity");
  bytes = g_mapped_file_get_bytes (mapped);
  answer (request->message, 200, "application/octet-stream", bytes);
  return TRUE;
}

static gboolean
check_peer (Request *request, gboolean for_bootstrap, GError **error)
{
  gboolean is_bootstrap = g_strcmp0 (request->peer, BOOTSTRAP) == 0;

  if (!request->server->tls || is_bootstrap == for_bootstrap)
    return TRUE;
  return ats_fail (error, 403, "%s may not do that",
                   request->peer != NULL ? request->peer : "somebody without a certificate");
}

static gboolean
route (Request *request, const char *method, const char *path, GError **error)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->message);
  const char *type = soup_message_headers_get_one (headers, "Content-Type");

  if (soup_message_headers_get_one (headers, "User-Agent") == NULL)
    return ats_fail (error, 400, "no User-Agent");
  for (gsize i = 0; i < G_N_ELEMENTS (sinks); i++)
    {
      if (!g_str_equal (sinks[i].method, method) || !g_str_equal (sinks[i].path, path))
        continue;
      if (g_strcmp0 (type, sinks[i].type) != 0)
        return ats_fail (error, 415, "Content-Type is %s, wanted %s", type, sinks[i].type);
      return check_peer (request, sinks[i].for_bootstrap, error) && sinks[i].take (request, error);
    }
  if (!g_str_equal (method, "GET"))
    return ats_fail (error, 405, "nobody knows that");
  return check_peer (request, FALSE, error) && serve_file (request, path, error);
}

/* ---- what goes wrong on purpose ---- */

static void
answer_huge (SoupServerMessage *message)
{
  g_autofree char *text = g_malloc (HUGE_BYTES);
  g_autoptr (GBytes) body = NULL;

  memset (text, ' ', HUGE_BYTES);
  memcpy (text, "{\"signed\":\"", 11);
  memcpy (text + HUGE_BYTES - 2, "\"}", 2);
  body = g_bytes_new_take (g_steal_pointer (&text), HUGE_BYTES);
  answer (message, 200, "application/json", body);
}

static void
commit_fault (AtsServer *self, SoupServerMessage *message, const char *kind)
{
  if (g_str_equal (kind, "garbage"))
    answer_text (message, 200, "application/json", "\x01\x02{{{ this is no JSON \xff");
  else if (g_str_equal (kind, "empty"))
    answer (message, 200, NULL, NULL);
  else if (g_str_equal (kind, "huge"))
    answer_huge (message);
  else if (g_str_equal (kind, "close"))
    {
      g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

      g_io_stream_close (stream, NULL, NULL);
    }
  else if (g_str_equal (kind, "silent"))
    {
      soup_server_message_pause (message);
      g_hash_table_add (self->waiting, g_object_ref (message));
    }
  else
    answer (message, (guint) g_ascii_strtoull (kind, NULL, 10), NULL, NULL);
}

/* (transfer full) (nullable): what is to go wrong now. */
static char *
take_fault (AtsServer *self, const char *method, const char *path)
{
  g_autofree char *key = g_strconcat (method, " ", path, NULL);
  Fault *fault = g_hash_table_lookup (self->faults, key);
  char *kind;

  if (fault == NULL)
    return NULL;
  kind = g_strdup (fault->kind);
  if (--fault->times == 0)
    g_hash_table_remove (self->faults, key);
  return kind;
}

/* ---- the device's side ---- */

static void
write_log (AtsServer *self, SoupServerMessage *message, const char *path, GBytes *body)
{
  g_auto (GVariantDict) entry = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) headers = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *json = NULL;
  g_autoptr (GVariant) document = NULL;
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  soup_message_headers_iter_init (&iter, soup_server_message_get_request_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    g_variant_dict_insert (&headers, name, "s", value);
  g_variant_dict_insert (&entry, "method", "s", soup_server_message_get_method (message));
  g_variant_dict_insert (&entry, "path", "s", path);
  g_variant_dict_insert (&entry, "status", "u", soup_server_message_get_status (message));
  g_variant_dict_insert (&entry, "body", "s", valid);
  g_variant_dict_insert_value (&entry, "headers", g_variant_dict_end (&headers));
  document = g_variant_ref_sink (g_variant_dict_end (&entry));
  json = pawl_tuf_variant_to_json (document);
  g_output_stream_printf (self->log, NULL, NULL, NULL, "%s\n", json);
  g_output_stream_flush (self->log, NULL, NULL);
}

static void
note_connection (AtsServer *self, SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);

  if (G_IS_INET_SOCKET_ADDRESS (address))
    g_hash_table_add (self->connections,
                      g_strdup_printf ("%u", g_inet_socket_address_get_port (
                                               G_INET_SOCKET_ADDRESS (address))));
}

static void
on_request (SoupServer *soup,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  AtsServer *self = data;
  const char *method = soup_server_message_get_method (message);
  SoupMessageBody *received = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) body = soup_message_body_flatten (received);
  GTlsCertificate *certificate = soup_server_message_get_tls_peer_certificate (message);
  g_autofree char *peer = certificate != NULL ? ats_identity_dup_common_name (certificate) : NULL;
  Request request = {self, message, body, peer};
  g_autofree char *kind = take_fault (self, method, path);
  g_autofree char *what = g_strconcat (method, " ", path, NULL);
  g_autoptr (GError) error = NULL;

  note_connection (self, message);
  if (kind != NULL)
    {
      ats_device_note_fault (self->device, path);
      commit_fault (self, message, kind);
    }
  else if (!route (&request, method, path, &error))
    answer_error (self, message, what, error);
  write_log (self, message, path, body);
}

/* ---- the test's side ---- */

static const char *
lookup (GHashTable *query, const char *name)
{
  const char *value = query != NULL ? g_hash_table_lookup (query, name) : NULL;

  return value != NULL ? value : "";
}

static void
on_fault (SoupServer *soup,
          SoupServerMessage *message,
          const char *path,
          GHashTable *query,
          gpointer data)
{
  AtsServer *self = data;
  g_autofree char *key = g_strconcat (lookup (query, "method"), " ", lookup (query, "path"), NULL);
  guint times = (guint) g_ascii_strtoull (lookup (query, "times"), NULL, 10);
  Fault *fault = g_new0 (Fault, 1);

  fault->kind = g_strdup (lookup (query, "kind"));
  fault->times = times;
  if (times > 0)
    g_hash_table_replace (self->faults, g_steal_pointer (&key), fault);
  else
    {
      g_hash_table_remove (self->faults, key);
      fault_free (fault);
    }
  answer (message, 204, NULL, NULL);
}

static void
on_set (SoupServer *soup,
        SoupServerMessage *message,
        const char *path,
        GHashTable *query,
        gpointer data)
{
  AtsServer *self = data;
  const char *name = lookup (query, "name");
  guint64 value = g_ascii_strtoull (lookup (query, "value"), NULL, 10);

  if (g_str_equal (name, "max-events-bytes"))
    self->max_events_bytes = (gsize) value;
  else if (g_str_equal (name, "replacement"))
    ats_device_allow_replacement (self->device, value != 0);
  else if (g_str_equal (name, "lifetime-s") && self->identity != NULL)
    ats_identity_set_lifetime (self->identity, (gint64) value);
  else
    {
      answer (message, 404, NULL, NULL);
      return;
    }
  answer (message, 204, NULL, NULL);
}

static void
on_stats (SoupServer *soup,
          SoupServerMessage *message,
          const char *path,
          GHashTable *query,
          gpointer data)
{
  AtsServer *self = data;
  g_autofree char *text =
    g_strdup_printf ("{\"connections\":%u,\"events\":%u,\"repeated\":%u,\"violations\":[%s]}",
                     g_hash_table_size (self->connections), ats_device_count_events (self->device),
                     ats_device_count_repeated_events (self->device), self->violations->str);

  g_hash_table_remove_all (self->connections);
  answer_text (message, 200, "application/json", text);
}

/* ---- public ---- */

AtsServer *
ats_server_new (const char *files, GOutputStream *log)
{
  AtsServer *self = g_object_new (ATS_TYPE_SERVER, NULL);

  self->files = g_strdup (files);
  self->log = g_object_ref (log);
  soup_server_add_handler (self->device_side, NULL, on_request, self, NULL);
  soup_server_add_handler (self->control_side, "/fault", on_fault, self, NULL);
  soup_server_add_handler (self->control_side, "/set", on_set, self, NULL);
  soup_server_add_handler (self->control_side, "/stats", on_stats, self, NULL);
  return self;
}

void
ats_server_set_identity (AtsServer *self, AtsIdentity *identity)
{
  self->identity = identity;
}

/* libsoup asks even when there is nothing to object to, and takes silence for a no. */
static gboolean
on_accept_certificate (SoupServerMessage *message,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags errors)
{
  return errors == 0;
}

static void
on_request_started (SoupServer *soup, SoupServerMessage *message)
{
  g_signal_connect (message, "accept-certificate", G_CALLBACK (on_accept_certificate), NULL);
}

void
ats_server_set_tls (AtsServer *self, GTlsCertificate *certificate, GTlsDatabase *clients)
{
  self->tls = TRUE;
  g_signal_connect (self->device_side, "request-started", G_CALLBACK (on_request_started), NULL);
  soup_server_set_tls_certificate (self->device_side, certificate);
  soup_server_set_tls_database (self->device_side, clients);
  soup_server_set_tls_auth_mode (self->device_side, G_TLS_AUTHENTICATION_REQUIRED);
}

static char *
listen_on (SoupServer *soup, gboolean tls, GError **error)
{
  SoupServerListenOptions options = tls ? SOUP_SERVER_LISTEN_HTTPS : 0;
  g_autoptr (GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) place = g_inet_socket_address_new (address, 0);
  GSList *uris;
  char *text;

  if (!soup_server_listen (soup, place, options, error))
    return NULL;
  uris = soup_server_get_uris (soup);
  text = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  if (g_str_has_suffix (text, "/"))
    text[strlen (text) - 1] = '\0';
  return text;
}

gboolean
ats_server_listen (AtsServer *self, char **out_uri, char **out_control, GError **error)
{
  g_autofree char *uri = listen_on (self->device_side, self->tls, error);
  g_autofree char *control = uri != NULL ? listen_on (self->control_side, FALSE, error) : NULL;

  if (control == NULL)
    return FALSE;
  *out_uri = g_steal_pointer (&uri);
  *out_control = g_steal_pointer (&control);
  return TRUE;
}
