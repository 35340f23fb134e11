/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-json.h"
#include "pawl-plugin-tool.h"

#include <string.h>

#define GROUP PAWL_PLUGIN_TOOL_GROUP

GType
pawl_plugin_tool_interface (const char *word)
{
  if (g_strcmp0 (word, "transport") == 0)
    return PAWL_TYPE_TRANSPORT;
  if (g_strcmp0 (word, "verifier") == 0)
    return PAWL_TYPE_VERIFIER;
  if (g_strcmp0 (word, "installer") == 0)
    return PAWL_TYPE_INSTALLER;
  if (g_strcmp0 (word, "boot-control") == 0)
    return PAWL_TYPE_BOOT_CONTROL;
  if (g_strcmp0 (word, "confirmer") == 0)
    return PAWL_TYPE_CONFIRMER;
  return G_TYPE_INVALID;
}

GKeyFile *
pawl_plugin_tool_load (const char *path, GError **error)
{
  static const char *const wanted[] = {"Id",       "Module",      "Abi",    "Version",
                                       "Provides", "Description", "Licence"};
  g_autoptr (GKeyFile) keyfile = g_key_file_new ();

  if (!g_key_file_load_from_file (keyfile, path, G_KEY_FILE_NONE, error))
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (!g_key_file_has_key (keyfile, GROUP, wanted[i], NULL))
      {
        g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN, "%s: [" GROUP "]: %s is missing", path,
                     wanted[i]);
        return NULL;
      }
  return g_steal_pointer (&keyfile);
}

static char *
get (GKeyFile *keyfile, const char *group, const char *key)
{
  char *text = g_key_file_get_string (keyfile, group, key, NULL);

  return text != NULL ? text : g_strdup ("");
}

static void
print_field (GKeyFile *keyfile, const char *label, const char *key)
{
  g_autofree char *text = get (keyfile, GROUP, key);

  if (text[0] != '\0')
    g_print ("%-13s%s\n", label, text);
}

static void
print_key (GKeyFile *keyfile, const char *group)
{
  g_autofree char *type = get (keyfile, group, "Type");
  g_autofree char *value = get (keyfile, group, "Default");
  g_autofree char *unit = get (keyfile, group, "Unit");
  g_autofree char *text = get (keyfile, group, "Description");

  g_print ("  %-22s%s%s%s%s%s: %s\n", group + strlen ("Key "), type, unit[0] != '\0' ? " in " : "",
           unit, value[0] != '\0' ? ", default " : "", value, text);
}

static char *
find (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".plugin", NULL);

  if (strchr (name, '/') != NULL || g_str_has_suffix (name, ".plugin"))
    return g_strdup (name);
  return g_build_filename (PAWL_PLUGIN_DIR, file, NULL);
}

static void
print_info (GKeyFile *keyfile)
{
  g_auto (GStrv) groups = g_key_file_get_groups (keyfile, NULL);

  print_field (keyfile, "Name", "Id");
  print_field (keyfile, "What", "Description");
  print_field (keyfile, "Version", "Version");
  print_field (keyfile, "Provides", "Provides");
  print_field (keyfile, "Language", "Language");
  print_field (keyfile, "Isolation", "Isolation");
  print_field (keyfile, "Needs", "Needs");
  print_field (keyfile, "ABI", "Abi");
  print_field (keyfile, "Licence", "Licence");
  g_print ("Keys\n");
  for (guint i = 0; groups[i] != NULL; i++)
    if (g_str_has_prefix (groups[i], "Key "))
      print_key (keyfile, groups[i]);
}

/* Takes @value, which may be floating. */
static void
print_json (GVariant *value)
{
  g_autoptr (GVariant) sunk = g_variant_take_ref (value);
  g_autofree char *text = pawl_json_from_variant (sunk, PAWL_JSON_INDENTED);

  g_print ("%s\n", text);
}

/* The options that both commands have; %FALSE after telling what is wrong. */
static gboolean
parse (int *argc, char ***argv, const char *arguments, gboolean *out_json)
{
  const GOptionEntry entries[] = {
    {"json", 0, 0, G_OPTION_ARG_NONE, out_json, "Print JSON", NULL},
    {NULL    },
  };
  g_autoptr (GOptionContext) options = g_option_context_new (arguments);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, argc, argv, &error))
    g_printerr ("pawl-plugin: %s\n", error->message);
  return error == NULL;
}

int
pawl_plugin_tool_info (int argc, char **argv)
{
  g_autoptr (GKeyFile) keyfile = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  gboolean json = FALSE;

  if (!parse (&argc, &argv, "NAME|FILE.plugin", &json))
    return 2;
  if (argc != 2)
    {
      g_printerr ("Usage: pawl-plugin info NAME|FILE.plugin\n");
      return 2;
    }
  path = find (argv[1]);
  keyfile = pawl_plugin_tool_load (path, &error);
  if (keyfile == NULL)
    {
      g_printerr ("pawl-plugin: %s\n", error->message);
      return 1;
    }
  if (json)
    print_json (pawl_plugin_tool_describe (keyfile, path));
  else
    print_info (keyfile);
  return 0;
}

/* What cannot be read is told in place of the rest. */
static GVariant *
describe_one (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GKeyFile) keyfile = pawl_plugin_tool_load (path, &error);

  if (keyfile != NULL)
    return pawl_plugin_tool_describe (keyfile, path);
  return g_variant_ref_sink (
    g_variant_new_parsed ("{'path': <%s>, 'error': <%s>}", path, error->message));
}

static void
list_one (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GKeyFile) keyfile = pawl_plugin_tool_load (path, &error);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *provides = NULL;
  g_autofree char *text = NULL;

  if (keyfile == NULL)
    {
      g_print ("%-16s%s\n", name, error->message);
      return;
    }
  provides = get (keyfile, GROUP, "Provides");
  text = get (keyfile, GROUP, "Description");
  g_print ("%-16.*s%-26s%s\n", (int) (strlen (name) - strlen (".plugin")), name, provides, text);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* (transfer full) (element-type utf8): the keyfiles of @folder, in order. */
static GPtrArray *
list_files (const char *folder, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  GPtrArray *files;
  const char *name;

  if (dir == NULL)
    return NULL;
  files = g_ptr_array_new_with_free_func (g_free);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".plugin"))
      g_ptr_array_add (files, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (files, compare_paths);
  return files;
}

static void
print_list_json (GPtrArray *files)
{
  g_auto (GVariantBuilder) plugins = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < files->len; i++)
    {
      g_autoptr (GVariant) plugin = describe_one (files->pdata[i]);

      g_variant_builder_add_value (&plugins, plugin);
    }
  print_json (g_variant_new_parsed ("{'plugins': <%@aa{sv}>}", g_variant_builder_end (&plugins)));
}

int
pawl_plugin_tool_list (int argc, char **argv)
{
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;
  gboolean json = FALSE;

  if (!parse (&argc, &argv, "[FOLDER]", &json))
    return 2;
  if (argc > 2)
    {
      g_printerr ("Usage: pawl-plugin list [FOLDER]\n");
      return 2;
    }
  files = list_files (argc == 2 ? argv[1] : PAWL_PLUGIN_DIR, &error);
  if (files == NULL)
    {
      g_printerr ("pawl-plugin: %s\n", error->message);
      return 1;
    }
  if (json)
    print_list_json (files);
  for (guint i = 0; !json && i < files->len; i++)
    list_one (files->pdata[i]);
  return 0;
}
