/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-plugin-tool.h"

#include <string.h>

#define KEY_PREFIX "Key "

/* Members that the daemon's list has are called as they are there. */
static void
add_text (GVariantDict *members,
          const char *name,
          GKeyFile *keyfile,
          const char *group,
          const char *key)
{
  g_autofree char *text = g_key_file_get_string (keyfile, group, key, NULL);

  g_variant_dict_insert (members, name, "s", text != NULL ? text : "");
}

static void
add_list (GVariantDict *members, const char *name, GKeyFile *keyfile, const char *key)
{
  g_auto (GStrv) words =
    g_key_file_get_string_list (keyfile, PAWL_PLUGIN_TOOL_GROUP, key, NULL, NULL);
  const char *const none[] = {NULL};

  g_variant_dict_insert (members, name, "^as", words != NULL ? (const char *const *) words : none);
}

static GVariant *
describe_key (GKeyFile *keyfile, const char *group)
{
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&members, "name", "s", group + strlen (KEY_PREFIX));
  add_text (&members, "type", keyfile, group, "Type");
  add_text (&members, "unit", keyfile, group, "Unit");
  add_text (&members, "default", keyfile, group, "Default");
  add_text (&members, "description", keyfile, group, "Description");
  return g_variant_dict_end (&members);
}

static GVariant *
describe_keys (GKeyFile *keyfile)
{
  g_auto (GStrv) groups = g_key_file_get_groups (keyfile, NULL);
  g_auto (GVariantBuilder) keys = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; groups[i] != NULL; i++)
    if (g_str_has_prefix (groups[i], KEY_PREFIX))
      g_variant_builder_add_value (&keys, describe_key (keyfile, groups[i]));
  return g_variant_builder_end (&keys);
}

GVariant *
pawl_plugin_tool_describe (GKeyFile *keyfile, const char *path)
{
  static const struct
  {
    const char *name;
    const char *key;
  } texts[] = {
    {"id",          "Id"         },
    {"version",     "Version"    },
    {"description", "Description"},
    {"licence",     "Licence"    },
    {"language",    "Language"   },
    {"isolation",   "Isolation"  },
  };
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&members, "path", "s", path);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    add_text (&members, texts[i].name, keyfile, PAWL_PLUGIN_TOOL_GROUP, texts[i].key);
  g_variant_dict_insert (&members, "abi", "i",
                         g_key_file_get_integer (keyfile, PAWL_PLUGIN_TOOL_GROUP, "Abi", NULL));
  add_list (&members, "provides", keyfile, "Provides");
  add_list (&members, "needs", keyfile, "Needs");
  g_variant_dict_insert_value (&members, "keys", describe_keys (keyfile));
  return g_variant_ref_sink (g_variant_dict_end (&members));
}
