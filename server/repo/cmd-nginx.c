/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-cli.h"
#include "pawl-repo-error.h"

#include <string.h>

static const char head[] =
  "# Made by “pawl-repo nginx”. Belongs into http { }.\n"
  "server {\n"
  "    listen 443 ssl;\n"
  "    server_name %s;\n"
  "    ssl_certificate /etc/pawl-repo/server.pem;\n"
  "    ssl_certificate_key /etc/pawl-repo/server.key;\n"
  "    server_tokens off;\n"
  "    types { application/json json; }\n"
  "    default_type application/octet-stream;\n"
  "    root %s;\n"
  "    autoindex off;\n"
  "\n"
  "    # What says that there is something new must never be old. A next root that is not there "
  "yet\n"
  "    # may be asked for by a whole fleet, so its absence is remembered for a moment.\n"
  "    location = /timestamp.json { add_header Cache-Control \"no-cache\"; }\n"
  "    location ~ \"^/[0-9]+\\.root\\.json$\" {\n"
  "        add_header Cache-Control \"public, max-age=60\" always;\n"
  "    }\n"
  "    # Names with a version or a hash never change.\n"
  "    location ~ \"^/[0-9]+\\.[^/]+\\.json$\" {\n"
  "        add_header Cache-Control \"public, max-age=31536000, immutable\";\n"
  "    }\n"
  "    location ~ \"^/targets/(.*/)?[0-9a-f]{64}\\.[^/]+$\" {\n"
  "        add_header Cache-Control \"public, max-age=31536000, immutable\";\n"
  "    }\n"
  "    # The same name may have other content tomorrow.\n"
  "    location / { add_header Cache-Control \"no-cache\"; limit_except GET { deny all; } }\n";

static const char director[] =
  "\n"
  "    # Each device by its certificate, whose common name is the device's: it gets its own files\n"
  "    # and nobody else's.\n"
  "    ssl_client_certificate /etc/pawl-repo/devices-ca.pem;\n"
  "    ssl_verify_client optional;\n"
  "    location /director/ {\n"
  "        if ($pawl_device = \"\") { return 403; }\n"
  "        alias %s/$pawl_device/;\n"
  "        add_header Cache-Control \"no-store\";\n"
  "        limit_except GET { deny all; }\n"
  "    }\n"
  "    # Reports are written down, one file each.\n"
  "    location = /report {\n"
  "        if ($pawl_device = \"\") { return 403; }\n"
  "        client_max_body_size 64k;\n"
  "        client_body_in_file_only on;\n"
  "        client_body_temp_path /var/lib/pawl-repo/reports;\n"
  "        limit_except POST { deny all; }\n"
  "        proxy_pass_request_body off;\n"
  "        proxy_set_header Content-Length \"\";\n"
  "        proxy_pass http://127.0.0.1:8459/;\n"
  "    }\n";

static const char map[] =
  "# The common name of a certificate that was verified, and nothing that could leave the folder.\n"
  "map \"$ssl_client_verify,$ssl_client_s_dn\" $pawl_device {\n"
  "    default \"\";\n"
  "    \"~^SUCCESS,(.*,)?CN=(?<pawl_cn>[A-Za-z0-9_-][A-Za-z0-9._-]*)(,.*)?$\" $pawl_cn;\n"
  "}\n"
  "# nginx writes the body of a report to its file only when it has somewhere to pass it on.\n"
  "server { listen 127.0.0.1:8459; return 204; }\n";

/* What would end a directive of the configuration. */
static gboolean
is_plain (const char *text)
{
  return *text != '\0' && strpbrk (text, " \t\r\n;{}\"'\\$") == NULL;
}

gboolean
pawl_repo_cmd_nginx (PawlRepoCli *cli, char **args, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *fleet = NULL;
  const GOptionEntry entries[] = {
    {"name", 0, 0, G_OPTION_ARG_STRING, &name, "what devices call the server", "HOST"},
    {"director",     0, 0, G_OPTION_ARG_FILENAME, &fleet,
     "a folder of “director publish”: devices with certificates get theirs below /director/", "FOLDER"},
    {NULL},
  };

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, "nginx FOLDER --name HOST [--director FOLDER]",
                            error))
    return FALSE;
  if (name == NULL || !is_plain (name) || !is_plain (args[1]) || !g_path_is_absolute (args[1]) ||
      (fleet != NULL && (!is_plain (fleet) || !g_path_is_absolute (fleet))))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "wanted --name, and absolute folders without spaces, quotes and signs "
                           "that nginx reads in its own way");
  if (fleet != NULL)
    g_print ("%s\n", map);
  g_print (head, name, args[1]);
  if (fleet != NULL)
    g_print (director, fleet);
  g_print ("}\n");
  return TRUE;
}
