/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What this device trusts and whom it asks: certificates, metadata, servers. Only dates are read
 * here; whether something is genuine is the verifier's to say. */

#include "pawl-doctor.h"

#include <string.h>

#include "pawl-format.h"

#define DAY_US (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)

/* Time enough to hand out a new one to a device that is switched on once a month. */
#define CERTIFICATE_WARN_DAYS 45
#define ROOT_WARN_DAYS        45
#define CONNECT_TIMEOUT_S     10

static void
check_expiry (PawlDoctor *self,
              const char *path,
              GDateTime *expires,
              int warn_days,
              PawlSeverity severity,
              const char *fix)
{
  gint64 expires_us = g_date_time_to_unix (expires) * G_USEC_PER_SEC;
  gint64 now_us = g_get_real_time ();
  g_autofree char *time = pawl_format_time_near (expires_us, now_us);

  if (expires_us <= now_us)
    pawl_doctor_find (self, severity, fix, "%s has expired: %s", path, time);
  else if (expires_us - now_us < warn_days * DAY_US)
    pawl_doctor_find (self, PAWL_SEVERITY_WARNING, fix, "%s expires soon: %s", path, time);
}

static void
check_certificates (PawlDoctor *self, const char *path)
{
  g_autofree char *full = pawl_doctor_path (self, path);
  g_autoptr (GError) error = NULL;
  GList *list = g_tls_certificate_list_new_from_file (full, &error);

  if (error != NULL)
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "put a PEM file there, or correct the path",
                      "%s: %s", full, error->message);
  else if (list == NULL)
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "put a PEM file there, or correct the path",
                      "%s holds no certificate", full);
  for (GList *at = list; at != NULL; at = at->next)
    {
      g_autoptr (GDateTime) expires = g_tls_certificate_get_not_valid_after (at->data);

      if (expires != NULL)
        check_expiry (self, full, expires, CERTIFICATE_WARN_DAYS, PAWL_SEVERITY_ERROR,
                      "renew the certificate");
    }
  g_list_free_full (list, g_object_unref);
}

/* What every key of the configuration means is known by its name. */
static void
for_each_value (PawlDoctor *self, void (*take) (PawlDoctor *, const char *key, const char *value))
{
  g_auto (GStrv) groups = g_key_file_get_groups (self->config, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_auto (GStrv) keys = g_key_file_get_keys (self->config, groups[i], NULL, NULL);

      for (guint k = 0; keys[k] != NULL; k++)
        {
          g_auto (GStrv) values =
            g_key_file_get_string_list (self->config, groups[i], keys[k], NULL, NULL);

          for (guint v = 0; values != NULL && values[v] != NULL; v++)
            take (self, keys[k], values[v]);
        }
    }
}

static void
take_certificate (PawlDoctor *self, const char *key, const char *value)
{
  if ((g_str_has_suffix (key, "-ca-path") || g_str_has_suffix (key, "-cert-path")) && *value == '/')
    check_certificates (self, value);
}

void
pawl_doctor_check_certificates (PawlDoctor *self)
{
  for_each_value (self, take_certificate);
}

/* The date behind the first `"expires"`. */
static GDateTime *
read_expiry (const char *path)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;
  char *at;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  at = strstr (text, "\"expires\"");
  if (at == NULL)
    return NULL;
  words = g_strsplit (at + strlen ("\"expires\""), "\"", 3);
  if (g_strv_length (words) < 3)
    return NULL;
  return g_date_time_new_from_iso8601 (words[1], NULL);
}

static void
check_role (PawlDoctor *self, const char *folder, const char *role)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.json", folder, role);
  g_autoptr (GDateTime) expires = read_expiry (path);
  gboolean root = g_str_equal (role, "root");

  if (expires != NULL)
    check_expiry (self, path, expires, root ? ROOT_WARN_DAYS : 0,
                  root ? PAWL_SEVERITY_ERROR : PAWL_SEVERITY_WARNING,
                  root ? "sign a new root: pawl-repo"
                       : "pawlctl check; if that fails, sign it anew");
  else if (g_file_test (path, G_FILE_TEST_EXISTS))
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "remove it; the next check fetches it again",
                      "%s has no date of expiry", path);
}

/* Repositories are folders in a folder of their verifier. */
static void
check_repositories (PawlDoctor *self, const char *folder, guint depth)
{
  static const char *const ROLES[] = {"root", "timestamp", "snapshot", "targets"};
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  for (gsize i = 0; i < G_N_ELEMENTS (ROLES); i++)
    check_role (self, folder, ROLES[i]);
  while (dir != NULL && depth > 0 && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        check_repositories (self, path, depth - 1);
    }
}

/* What the device was made with; without it the first metadata cannot be proven. */
static void
check_first_roots (PawlDoctor *self, const char *verifier)
{
  static const struct
  {
    const char *verifier;
    const char *key;
    const char *fallback;
  } ROOTS[] = {
    {"tuf",    "root-file",          "/usr/share/pawl/root.json"         },
    {"uptane", "director-root-file", "/usr/share/pawl/director-root.json"},
    {"uptane", "image-root-file",    "/usr/share/pawl/image-root.json"   },
  };
  g_autofree char *group = g_strdup_printf ("plugin:%s", verifier);

  for (gsize i = 0; i < G_N_ELEMENTS (ROOTS); i++)
    {
      g_autofree char *root = pawl_doctor_get (self, group, ROOTS[i].key, ROOTS[i].fallback);
      g_autofree char *path = pawl_doctor_path (self, root);

      if (g_str_equal (verifier, ROOTS[i].verifier) && !g_file_test (path, G_FILE_TEST_EXISTS))
        pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "provision the repository's root.json there",
                          "there is no %s: nothing can be proven genuine", path);
    }
}

void
pawl_doctor_check_metadata (PawlDoctor *self)
{
  g_autofree char *state_dir = pawl_doctor_get (self, "daemon", "state-dir", "/var/lib/pawl");
  g_autofree char *folder = g_strdup_printf ("%s%s/metadata", self->root, state_dir);
  g_autofree char *verifier = pawl_doctor_get (self, "daemon", "verifier", "");

  check_repositories (self, folder, 3);
  check_first_roots (self, verifier);
}

static void
take_server (PawlDoctor *self, const char *key, const char *value)
{
  g_autoptr (GSocketClient) client = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_str_has_prefix (value, "https://") && !g_str_has_prefix (value, "http://"))
    return;
  client = g_socket_client_new ();
  g_socket_client_set_timeout (client, CONNECT_TIMEOUT_S);
  g_socket_client_connect_to_uri_async (client, value,
                                        g_str_has_prefix (value, "https:") ? 443 : 80,
                                        self->cli->cancellable, pawl_cli_on_ready, &result);
  pawl_cli_wait (self->cli, &result);
  connection = g_socket_client_connect_to_uri_finish (client, result, &error);
  if (connection == NULL)
    pawl_doctor_find (self, PAWL_SEVERITY_WARNING, "look at network, name server and firewall",
                      "%s, %s: %s", key, value, error->message);
}

/* Whether somebody listens; what is said there is proven later. */
void
pawl_doctor_check_servers (PawlDoctor *self)
{
  if (self->running)
    for_each_value (self, take_server);
}
