/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The configuration for people: each key with its value, and where that came from. */
#include "pawl-config-private.h"
#include "pawl-key.h"
#include "pawl-plugin-host.h"
#include "pawl-secrets-private.h"

#include <string.h>

static void
describe_key (PawlConfig *self, const PawlKey *key, const char *group, GVariantBuilder *builder)
{
  const char *text = pawl_config_lookup (self, group, key->name);
  const char *shown = text != NULL ? text : key->default_value;
  g_autofree char *hidden = pawl_secrets_hide (shown != NULL ? shown : "");
  g_auto (GVariantDict) row = G_VARIANT_DICT_INIT (NULL);

  shown = key->type == PAWL_KEY_SECRET && *hidden != '\0' ? "(set)" : hidden;
  g_variant_dict_insert (&row, "group", "s", group);
  g_variant_dict_insert (&row, "key", "s", key->name);
  g_variant_dict_insert (&row, "value", "s", shown);
  g_variant_dict_insert (&row, "origin", "s", pawl_config_get_origin (self, group, key->name));
  g_variant_dict_insert (&row, "type", "s", pawl_key_type_to_word (key->type));
  g_variant_dict_insert (&row, "default", "s",
                         key->default_value != NULL ? key->default_value : "");
  g_variant_dict_insert (&row, "unit", "s", key->unit != NULL ? key->unit : "");
  g_variant_dict_insert (&row, "minimum", "x", key->minimum);
  g_variant_dict_insert (&row, "maximum", "x", key->maximum);
  g_variant_dict_insert (&row, "description", "s",
                         key->description != NULL ? key->description : "");
  g_variant_builder_add_value (builder, g_variant_dict_end (&row));
}

static void
describe_plugin_group (PawlConfig *self,
                       PawlPluginHost *host,
                       const char *group,
                       GVariantBuilder *builder)
{
  const char *id = g_str_has_prefix (group, "plugin:")
                     ? group + strlen ("plugin:")
                     : pawl_config_lookup (self, group, "installer");
  PawlPluginInfo *info = id != NULL ? pawl_plugin_host_lookup (host, id, NULL) : NULL;
  gboolean is_ecu = g_str_has_prefix (group, "ecu:");

  for (const PawlKey *key = info != NULL ? pawl_plugin_info_get_keys (info) : NULL;
       key != NULL && key->name != NULL; key++)
    if (!is_ecu || pawl_config_lookup (self, group, key->name) != NULL)
      describe_key (self, key, group, builder);
}

GVariant *
pawl_config_describe (PawlConfig *self, PawlPluginHost *host)
{
  GPtrArray *groups = pawl_config_get_groups (self);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (const PawlKey *key = pawl_config_get_daemon_keys (); key->group != NULL; key++)
    if (!g_str_has_suffix (key->group, ":"))
      describe_key (self, key, key->group, &builder);
  for (guint i = 0; i < groups->len; i++)
    {
      const char *group = groups->pdata[i];

      for (const PawlKey *key = pawl_config_get_daemon_keys (); key->group != NULL; key++)
        if (g_str_has_suffix (key->group, ":") && pawl_config_is_group_of (key, group))
          describe_key (self, key, group, &builder);
      if (host != NULL && strchr (group, ':') != NULL)
        describe_plugin_group (self, host, group, &builder);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}
