/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The configuration against what the plugins' keyfiles declare, and what each instance gets of it.
 */
#include "pawl-config-private.h"
#include "pawl-key.h"
#include "pawl-plugin-host.h"

#include <pawl/pawl.h>
#include <string.h>

static const char *
lookup_first (PawlConfig *self, const char *const *groups, const char *key, const char **out_group)
{
  for (guint i = 0; groups[i] != NULL; i++)
    {
      const char *text = pawl_config_lookup (self, groups[i], key);

      *out_group = groups[i];
      if (text != NULL)
        return text;
    }
  *out_group = groups[0];
  return NULL;
}

GVariant *
pawl_config_dup_settings (PawlConfig *self,
                          const PawlKey *keys,
                          const char *const *groups,
                          GError **error)
{
  g_auto (GVariantDict) settings = G_VARIANT_DICT_INIT (NULL);

  for (const PawlKey *key = keys; key->name != NULL; key++)
    {
      const char *group = NULL;
      const char *text = lookup_first (self, groups, key->name, &group);
      g_autoptr (GError) local_error = NULL;
      GVariant *value;

      if (text == NULL && key->default_value == NULL)
        {
          pawl_config_refuse (error, "configuration", group, key->name, "it has to be set");
          return NULL;
        }
      value = pawl_key_parse (key, text != NULL ? text : key->default_value, &local_error);
      if (value == NULL)
        {
          pawl_config_refuse (error, pawl_config_get_origin (self, group, key->name), group,
                              key->name, local_error->message);
          return NULL;
        }
      g_variant_dict_insert_value (&settings, key->name, value);
    }
  return g_variant_ref_sink (g_variant_dict_end (&settings));
}

static gboolean
check_plugin_key (PawlConfig *self,
                  PawlPluginInfo *info,
                  const char *group,
                  const char *name,
                  GError **error)
{
  const char *origin = pawl_config_get_origin (self, group, name);
  const PawlKey *key = pawl_key_find (pawl_plugin_info_get_keys (info), name);
  g_autofree char *why = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) local_error = NULL;

  if (key == NULL)
    {
      why = g_strdup_printf ("the plugin %s has no such key", pawl_plugin_info_get_id (info));
      return pawl_config_refuse (error, origin, group, name, why);
    }
  value = pawl_key_parse (key, pawl_config_lookup (self, group, name), &local_error);
  if (value == NULL)
    return pawl_config_refuse (error, origin, group, name, local_error->message);
  g_variant_ref_sink (value);
  return TRUE;
}

static gboolean
check_plugin_group (PawlConfig *self, PawlPluginInfo *info, const char *group, GError **error)
{
  g_auto (GStrv) names = pawl_config_dup_keys (self, group);

  for (guint i = 0; names[i] != NULL; i++)
    if (pawl_config_find_key (group, names[i]) == NULL &&
        !check_plugin_key (self, info, group, names[i], error))
      return FALSE;
  return TRUE;
}

/* The plugin @id, if it may run and provides @interface; @group and @key say who names it. */
static PawlPluginInfo *
lookup_provider (PawlConfig *self,
                 PawlPluginHost *host,
                 const char *id,
                 const char *interface,
                 const char *group,
                 const char *key,
                 GError **error)
{
  g_autoptr (GError) local_error = NULL;
  PawlPluginInfo *info = pawl_plugin_host_lookup (host, id, &local_error);
  const char *origin = pawl_config_get_origin (self, group, key);
  g_autofree char *why = NULL;

  if (info == NULL)
    {
      pawl_config_refuse (error, origin, group, key, local_error->message);
      return NULL;
    }
  if (interface == NULL || pawl_plugin_info_has_interface (info, interface))
    return info;
  why = g_strdup_printf ("the plugin %s provides no %s", id, interface);
  pawl_config_refuse (error, origin, group, key, why);
  return NULL;
}

static gboolean
check_ecu (PawlConfig *self, PawlPluginHost *host, const char *group, GError **error)
{
  static const char *const needed[] = {"installer", "serial", "hardware-id"};
  PawlPluginInfo *info;

  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      const char *text = pawl_config_lookup (self, group, needed[i]);

      if (text == NULL || *text == '\0')
        return pawl_config_refuse (error, "configuration", group, needed[i], "it has to be set");
    }
  info = lookup_provider (self, host, pawl_config_lookup (self, group, "installer"), "installer",
                          group, "installer", error);
  return info != NULL && check_plugin_group (self, info, group, error);
}

/* A serial is the name of one ECU in metadata and reports: two of them would be one. */
static gboolean
check_serials (PawlConfig *self, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (GStrv) names = pawl_config_dup_ecu_names (self);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *group = g_strconcat ("ecu:", names[i], NULL);
      const char *serial = pawl_config_lookup (self, group, "serial");

      if (!g_hash_table_add (seen, (gpointer) serial))
        return pawl_config_refuse (error, pawl_config_get_origin (self, group, "serial"), group,
                                   "serial", "another ECU has the same");
    }
  return TRUE;
}

static gboolean
check_named (PawlConfig *self,
             PawlPluginHost *host,
             const char *group,
             const char *key,
             const char *interface,
             GError **error)
{
  const char *id = pawl_config_get_string (self, group, key);

  return *id == '\0' || lookup_provider (self, host, id, interface, group, key, error) != NULL;
}

static gboolean
check_confirmers (PawlConfig *self, PawlPluginHost *host, const char *key, GError **error)
{
  g_auto (GStrv) ids = pawl_config_dup_strings (self, "trial", key);

  for (guint i = 0; ids[i] != NULL; i++)
    if (lookup_provider (self, host, ids[i], "confirmer", "trial", key, error) == NULL)
      return FALSE;
  return TRUE;
}

gboolean
pawl_config_check_plugins (PawlConfig *self, PawlPluginHost *host, GError **error)
{
  GPtrArray *groups = pawl_config_get_groups (self);

  for (guint i = 0; i < groups->len; i++)
    {
      const char *group = groups->pdata[i];
      PawlPluginInfo *info;

      if (g_str_has_prefix (group, "ecu:") && !check_ecu (self, host, group, error))
        return FALSE;
      if (!g_str_has_prefix (group, "plugin:"))
        continue;
      info = lookup_provider (self, host, group + strlen ("plugin:"), NULL, group, NULL, error);
      if (info == NULL || !check_plugin_group (self, info, group, error))
        return FALSE;
    }
  return check_serials (self, error) &&
         check_named (self, host, "daemon", "verifier", "verifier", error) &&
         check_named (self, host, "daemon", "boot-control", "boot-control", error) &&
         check_confirmers (self, host, "required", error) &&
         check_confirmers (self, host, "optional", error);
}
