/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a server of the ATS family may know about the device beside its ECUs: only what is listed in
 * `report-fields`, only when it is not what was sent before, and never a serial number or a
 * setting. */
#include "pawl-uptane-job.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <string.h>
#include <sys/utsname.h>

/* A file of packages that is longer is none. */
#define MAX_FILE (1 << 20)

static gboolean
is_wanted (PawlUptaneJob *job, const char *field)
{
  return g_strv_contains ((const char *const *) job->report_fields, field);
}

/* (transfer full): empty when there is none. Files of the kernel end with a line or with NUL. */
static char *
read_line (const char *path)
{
  g_autofree char *text = NULL;
  g_autofree char *valid = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return g_strdup ("");
  valid = g_utf8_make_valid (text, -1);
  return g_strdup (g_strstrip (valid));
}

/* ---- the network ---- */

/* The first address that others can reach; @out_interface has it. */
static char *
find_address (char **out_interface)
{
  struct ifaddrs *all = NULL;
  char *address = NULL;

  if (getifaddrs (&all) != 0)
    return g_strdup ("");
  for (struct ifaddrs *each = all; each != NULL && address == NULL; each = each->ifa_next)
    {
      char text[INET_ADDRSTRLEN];
      const struct sockaddr_in *in = (const void *) each->ifa_addr;

      if (in == NULL || in->sin_family != AF_INET || each->ifa_flags & IFF_LOOPBACK ||
          !(each->ifa_flags & IFF_UP))
        continue;
      address = g_strdup (inet_ntop (AF_INET, &in->sin_addr, text, sizeof text));
      *out_interface = g_strdup (each->ifa_name);
    }
  freeifaddrs (all);
  return address != NULL ? address : g_strdup ("");
}

/* The server wants all three members; what is not to be told is empty. */
static GVariant *
make_network (PawlUptaneJob *job)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *interface = NULL;
  g_autofree char *address = find_address (&interface);
  g_autofree char *path =
    g_strdup_printf ("/sys/class/net/%s/address", interface != NULL ? interface : "");
  g_autofree char *mac = read_line (path);

  g_variant_dict_insert (&dict, "hostname", "s",
                         is_wanted (job, "hostname") ? g_get_host_name () : "");
  g_variant_dict_insert (&dict, "local_ipv4", "s", is_wanted (job, "address") ? address : "");
  g_variant_dict_insert (&dict, "mac", "s", is_wanted (job, "mac") ? mac : "");
  return g_variant_dict_end (&dict);
}

/* ---- the hardware ---- */

static void
add_line (GVariantDict *dict, const char *name, const char *path)
{
  g_autofree char *line = read_line (path);

  if (*line != '\0')
    g_variant_dict_insert (dict, name, "s", line);
}

/* The names are those of lshw, which the servers show. */
static GVariant *
make_system (PawlUptaneJob *job)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  struct utsname kernel;

  g_variant_dict_insert (&dict, "class", "s", "system");
  if (is_wanted (job, "hardware"))
    {
      add_line (&dict, "vendor", "/sys/class/dmi/id/sys_vendor");
      add_line (&dict, "product", "/sys/class/dmi/id/product_name");
      add_line (&dict, "firmware", "/sys/class/dmi/id/bios_version");
      add_line (&dict, "product", "/proc/device-tree/model");
      g_variant_dict_insert (&dict, "processors", "u", g_get_num_processors ());
    }
  if (is_wanted (job, "kernel") && uname (&kernel) == 0)
    {
      g_variant_dict_insert (&dict, "kernel", "s", kernel.release);
      g_variant_dict_insert (&dict, "width", "s", kernel.machine);
    }
  return g_variant_dict_end (&dict);
}

/* ---- what is installed ---- */

/* Lines of a name and a version. */
static GVariant *
make_packages (PawlUptaneJob *job)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  GVariantBuilder builder;
  gsize size = 0;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  if (g_file_get_contents (job->packages_file, &text, &size, NULL) && size <= MAX_FILE &&
      g_utf8_validate (text, (gssize) size, NULL))
    lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
      g_auto (GStrv) words = g_strsplit_set (g_strstrip (lines[i]), " \t", 2);

      if (words[0] == NULL || words[1] == NULL)
        continue;
      g_variant_dict_insert (&dict, "name", "s", words[0]);
      g_variant_dict_insert (&dict, "version", "s", g_strstrip (words[1]));
      g_variant_builder_add_value (&builder, g_variant_dict_end (&dict));
    }
  return g_variant_builder_end (&builder);
}

/* ---- sending ---- */

/* A server that has no such thing (404) is not asked again until there is something new. */
static gboolean
send_part (PawlUptaneJob *job,
           PawlUptaneState *state,
           const char *path,
           GVariant *document,
           GError **error)
{
  const char *const gateway[] = {job->gateway, NULL};
  g_autoptr (GVariant) owned = g_variant_ref_sink (document);
  g_autofree char *body = pawl_tuf_variant_to_json (owned);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, body, -1);
  g_autofree char *known = pawl_uptane_state_dup_string (state, "inventory", path);
  g_auto (GStrv) uris = pawl_tuf_plugin_make_uris (gateway, path);
  g_autoptr (GVariant) answer = NULL;

  if (g_str_equal (known, sum))
    return TRUE;
  answer = pawl_tuf_bridge_send (job->director, uris[0], "PUT", body, error);
  if (answer == NULL)
    return FALSE;
  if (!pawl_uptane_answer_is_fine (answer) && pawl_uptane_answer_get_status (answer, NULL) != 404)
    {
      g_autofree char *text = pawl_uptane_answer_describe (answer);

      g_set_error (error, PAWL_ERROR, PAWL_ERROR_RETRY_LATER, "%s answered %s", uris[0], text);
      return FALSE;
    }
  pawl_uptane_state_set_string (state, "inventory", path, sum);
  return pawl_uptane_state_save (state, error);
}

/*< private >
 * pawl_uptane_send_inventory:
 * @job: a job
 * @state: remembers what was sent
 * @error: return location; what the transport says, and #PAWL_ERROR_RETRY_LATER
 *
 * Tells the gateway about the device, as far as that is allowed. For a worker.
 *
 * Returns: %TRUE if the server knows all that it may know
 */
gboolean
pawl_uptane_send_inventory (PawlUptaneJob *job, PawlUptaneState *state, GError **error)
{
  gboolean network =
    is_wanted (job, "hostname") || is_wanted (job, "address") || is_wanted (job, "mac");
  gboolean hardware = is_wanted (job, "hardware") || is_wanted (job, "kernel");

  if (*job->gateway == '\0')
    return TRUE;
  return (!hardware || send_part (job, state, "system_info", make_system (job), error)) &&
         (*job->packages_file == '\0' ||
          send_part (job, state, "core/installed", make_packages (job), error)) &&
         (!network || send_part (job, state, "system_info/network", make_network (job), error));
}
