/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "plugin-templates.h"

#include <string.h>

/* Fills templates in: @name@ an-example, @Name@ AnExample, @snake@ an_example, and the same of the
 * interface; @slots@ is one text for each mandatory slot. */

typedef struct
{
  GHashTable *words; /* (owned) (element-type utf8 utf8) */
  const char *folder;
} Stamp;

static char *
to_camel (const char *name)
{
  GString *camel = g_string_new (NULL);
  gboolean upper = TRUE;

  for (const char *c = name; *c != '\0'; c++)
    {
      if (*c != '-')
        g_string_append_c (camel, upper ? g_ascii_toupper (*c) : *c);
      upper = *c == '-';
    }
  return g_string_free (camel, FALSE);
}

static char *
to_snake (const char *name)
{
  return g_strdelimit (g_strdup (name), "-", '_');
}

static char *
fill_in (Stamp *self, const char *text)
{
  GString *filled = g_string_new (text);
  GHashTableIter iter;
  gpointer word;
  gpointer value;

  /* The slots first: they have words in them. */
  g_string_replace (filled, "@slots@", g_hash_table_lookup (self->words, "@slots@"), 0);
  g_string_replace (filled, "@world@", g_hash_table_lookup (self->words, "@world@"), 0);
  g_string_replace (filled, "@fill@", g_hash_table_lookup (self->words, "@fill@"), 0);
  g_hash_table_iter_init (&iter, self->words);
  while (g_hash_table_iter_next (&iter, &word, &value))
    g_string_replace (filled, word, value, 0);
  return g_string_free (filled, FALSE);
}

static void
add_word (Stamp *self, const char *word, char *value)
{
  g_hash_table_insert (self->words, (gpointer) word, value);
}

static void
add_slots (Stamp *self,
           const PluginTemplateInterface *interface,
           const char *text,
           const char *word)
{
  GString *slots = g_string_new (NULL);

  for (const PluginTemplateSlot *slot = interface->slots; slot->name != NULL; slot++)
    {
      GString *filled = g_string_new (text);

      g_string_replace (filled, "@slot@", slot->name, 0);
      g_string_replace (filled, "@c-args@", slot->c_arguments, 0);
      g_string_replace (filled, "@args@", slot->arguments, 0);
      g_string_append (slots, filled->str);
      g_string_free (filled, TRUE);
    }
  add_word (self, word, g_string_free (slots, FALSE));
}

static gboolean
write_file (Stamp *self, const PluginTemplateFile *file, GError **error)
{
  g_autofree char *name = fill_in (self, file->name);
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *text = fill_in (self, file->text);

  if (g_mkdir_with_parents (parent, 0777) < 0)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE, "%s: cannot make the folder", parent);
      return FALSE;
    }
  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT,
                                 file->is_program ? 0777 : 0666, error))
    return FALSE;
  g_print ("%s\n", path);
  return TRUE;
}

static gboolean
stamp (const char *name,
       const PluginTemplateInterface *interface,
       const PluginTemplateLanguage *language,
       GError **error)
{
  g_autoptr (GHashTable) words = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  Stamp self = {words, name};

  if (g_file_test (name, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT, "%s: is there already", name);
      return FALSE;
    }
  add_slots (&self, interface, language->slot, "@slots@");
  add_slots (&self, interface, language->fill, "@fill@");
  add_word (&self, "@world@", g_strdup (interface->world));
  add_word (&self, "@name@", g_strdup (name));
  add_word (&self, "@Name@", to_camel (name));
  add_word (&self, "@snake@", to_snake (name));
  add_word (&self, "@interface@", g_strdup (interface->word));
  add_word (&self, "@Interface@", to_camel (interface->word));
  add_word (&self, "@INTERFACE@", g_ascii_strup (interface->snake, -1));
  add_word (&self, "@isnake@", g_strdup (interface->snake));
  for (const PluginTemplateFile *file = language->files; file->name != NULL; file++)
    if (!write_file (&self, file, error))
      return FALSE;
  return TRUE;
}

static gboolean
is_name (const char *name)
{
  return g_ascii_islower (name[0]) &&
         strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen (name);
}

int
pawl_plugin_tool_new (int argc, char **argv)
{
  g_autofree char *word = NULL;
  g_autofree char *language = NULL;
  const GOptionEntry entries[] = {
    {"interface", 0, 0, G_OPTION_ARG_STRING, &word, "What it implements",
     "transport|verifier|installer|boot-control|confirmer"},
    {"language",          0, 0, G_OPTION_ARG_STRING, &language, "What it is written in (default: c)",
     "c|python|js"},
    {NULL     },
  };
  g_autoptr (GOptionContext) options = g_option_context_new ("NAME");
  g_autoptr (GError) error = NULL;
  const PluginTemplateInterface *interface;
  const PluginTemplateLanguage *template;

  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, &error) || argc != 2 || word == NULL)
    {
      g_printerr ("pawl-plugin: %s\n", error != NULL ? error->message : "see --help");
      return 2;
    }
  interface = plugin_template_interface (word);
  template = plugin_template_language (language != NULL ? language : "c");
  if (interface == NULL || template == NULL || !is_name (argv[1]))
    {
      g_printerr ("pawl-plugin: %s\n", interface == NULL ? "there is no such interface"
                                       : template == NULL
                                         ? "there is no such language"
                                         : "a name has lower-case letters, digits and hyphens");
      return 2;
    }
  if (stamp (argv[1], interface, template, &error))
    return 0;
  g_printerr ("pawl-plugin: %s\n", error->message);
  return 1;
}
