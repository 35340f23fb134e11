/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-plugin-info.h"

#include "pawl-key.h"

#include <pawl/pawl.h>
#include <string.h>

struct _PawlPluginInfo
{
  GObject parent_instance;

  char *path; /* (owned) */
  char *id;   /* (owned): this and all below */
  char *module;
  char *language;
  char *version;
  char *description;
  char *licence;
  GStrv provides;
  GStrv needs;
  gboolean isolated;
  GArray *keys;        /* (owned): of PawlKey, ends with a NULL name */
  GPtrArray *key_text; /* (owned): what the rows of @keys point at */
};

G_DEFINE_FINAL_TYPE (PawlPluginInfo, pawl_plugin_info, G_TYPE_OBJECT)

static const char *const known_needs[] = {"network", "block",   "gpio",  "watchdog",  "efi",
                                          "systemd", "secrets", "files", "processes", NULL};
static const char *const known_languages[] = {"c", "python", "js", NULL};
static const char *const plugin_words[] = {"Id",      "Module",    "Language",    "Abi",
                                           "Version", "Provides",  "Description", "Licence",
                                           "Needs",   "Isolation", NULL};
static const char *const key_words[] = {"Type",    "Default", "Minimum",     "Maximum",
                                        "Choices", "Unit",    "Description", NULL};

static void
pawl_plugin_info_finalize (GObject *object)
{
  PawlPluginInfo *self = PAWL_PLUGIN_INFO (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->module, g_free);
  g_clear_pointer (&self->language, g_free);
  g_clear_pointer (&self->version, g_free);
  g_clear_pointer (&self->description, g_free);
  g_clear_pointer (&self->licence, g_free);
  g_clear_pointer (&self->provides, g_strfreev);
  g_clear_pointer (&self->needs, g_strfreev);
  g_clear_pointer (&self->keys, g_array_unref);
  g_clear_pointer (&self->key_text, g_ptr_array_unref);
  G_OBJECT_CLASS (pawl_plugin_info_parent_class)->finalize (object);
}

static void
pawl_plugin_info_class_init (PawlPluginInfoClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_plugin_info_finalize;
}

static void
pawl_plugin_info_init (PawlPluginInfo *self)
{
  self->keys = g_array_new (TRUE, TRUE, sizeof (PawlKey));
  self->key_text = g_ptr_array_new_with_free_func (g_free);
}

/* ---- the five interfaces ---- */

typedef GType (*TypeFunc) (void);

static const struct
{
  const char *word;
  TypeFunc type;
} interfaces[] = {
  {"transport",    pawl_transport_get_type   },
  {"verifier",     pawl_verifier_get_type    },
  {"installer",    pawl_installer_get_type   },
  {"boot-control", pawl_boot_control_get_type},
  {"confirmer",    pawl_confirmer_get_type   },
};

const char *
pawl_plugin_interface_to_word (GType interface)
{
  for (gsize i = 0; i < G_N_ELEMENTS (interfaces); i++)
    if (interfaces[i].type () == interface)
      return interfaces[i].word;
  return NULL;
}

GType
pawl_plugin_interface_from_word (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (interfaces); i++)
    if (g_str_equal (interfaces[i].word, word))
      return interfaces[i].type ();
  return G_TYPE_INVALID;
}

/* ---- reading ---- */

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_PLUGIN, message);
  return FALSE;
}

static gboolean
is_name (const char *text)
{
  if (!g_ascii_islower (*text))
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_islower (*text) && !g_ascii_isdigit (*text) && *text != '-')
      return FALSE;
  return TRUE;
}

/* A word that is not known may be a promise that this version would not keep. */
static gboolean
check_words (GKeyFile *file, const char *group, const char *const *known, GError **error)
{
  g_auto (GStrv) found = g_key_file_get_keys (file, group, NULL, NULL);

  for (guint i = 0; found != NULL && found[i] != NULL; i++)
    if (!g_strv_contains (known, found[i]))
      return refuse (error, "[%s]: %s is no word of a plugin's keyfile", group, found[i]);
  return TRUE;
}

static gboolean
take (GKeyFile *file, const char *name, char **out_text, GError **error)
{
  *out_text = g_key_file_get_string (file, "Plugin", name, NULL);
  if (*out_text != NULL && **out_text != '\0')
    return TRUE;
  return refuse (error, "[Plugin]: %s is missing", name);
}

static gboolean
check_abi (GKeyFile *file, GError **error)
{
  g_autofree char *abi = NULL;

  if (!take (file, "Abi", &abi, error))
    return FALSE;
  if (g_strcmp0 (abi, G_STRINGIFY (PAWL_PLUGIN_ABI)) == 0)
    return TRUE;
  return refuse (error,
                 "it is made for plugin ABI %s, and this is %d: install the plugin's build for it",
                 abi, PAWL_PLUGIN_ABI);
}

static gboolean
take_provides (PawlPluginInfo *self, GKeyFile *file, GError **error)
{
  self->provides = g_key_file_get_string_list (file, "Plugin", "Provides", NULL, NULL);
  if (self->provides == NULL || self->provides[0] == NULL)
    return refuse (error, "[Plugin]: Provides is missing");
  for (guint i = 0; self->provides[i] != NULL; i++)
    if (pawl_plugin_interface_from_word (self->provides[i]) == G_TYPE_INVALID)
      return refuse (error, "[Plugin]: Provides: %s is no interface", self->provides[i]);
  return TRUE;
}

static gboolean
take_needs (PawlPluginInfo *self, GKeyFile *file, GError **error)
{
  self->needs = g_key_file_get_string_list (file, "Plugin", "Needs", NULL, NULL);
  if (self->needs == NULL)
    self->needs = g_new0 (char *, 1);
  for (guint i = 0; self->needs[i] != NULL; i++)
    if (!g_strv_contains (known_needs, self->needs[i]))
      return refuse (error, "[Plugin]: Needs: %s is nothing that can be given", self->needs[i]);
  return TRUE;
}

static gboolean
take_isolation (PawlPluginInfo *self, GKeyFile *file, GError **error)
{
  g_autofree char *isolation = g_key_file_get_string (file, "Plugin", "Isolation", NULL);

  if (isolation != NULL && !g_str_equal (isolation, "process") && !g_str_equal (isolation, "none"))
    return refuse (error, "[Plugin]: Isolation is %s, wanted process or none", isolation);
  self->isolated = g_strcmp0 (isolation, "process") == 0 || !g_str_equal (self->language, "c");
  return TRUE;
}

/* The module lies beside its keyfile: a path could lead to a file that nobody checked. */
static gboolean
check_names (PawlPluginInfo *self, const char *file_name, GError **error)
{
  g_autofree char *wanted = g_strconcat (self->id, ".plugin", NULL);

  if (!is_name (self->id))
    return refuse (error, "[Plugin]: Id is \"%s\", wanted lower-case letters, digits and dashes",
                   self->id);
  if (!g_str_equal (file_name, wanted))
    return refuse (error, "[Plugin]: Id is %s, so the file has to be called %s", self->id, wanted);
  if (strchr (self->module, '/') != NULL)
    return refuse (error, "[Plugin]: Module is \"%s\", wanted a name without a folder",
                   self->module);
  return TRUE;
}

static gboolean
take_plugin (PawlPluginInfo *self, GKeyFile *file, const char *file_name, GError **error)
{
  if (!g_key_file_has_group (file, "Plugin"))
    return refuse (error, "it has no group [Plugin]");
  self->language = g_key_file_get_string (file, "Plugin", "Language", NULL);
  if (self->language == NULL)
    self->language = g_strdup ("c");
  if (!g_strv_contains (known_languages, self->language))
    return refuse (error, "[Plugin]: Language is %s, wanted c, python or js", self->language);
  return check_abi (file, error) && check_words (file, "Plugin", plugin_words, error) &&
         take (file, "Id", &self->id, error) && take (file, "Module", &self->module, error) &&
         take (file, "Version", &self->version, error) &&
         take (file, "Description", &self->description, error) &&
         take (file, "Licence", &self->licence, error) && take_provides (self, file, error) &&
         take_needs (self, file, error) && take_isolation (self, file, error) &&
         check_names (self, file_name, error);
}

/* ---- the keys of the plugin's configuration ---- */

static const char *
keep (PawlPluginInfo *self, char *text)
{
  if (text != NULL)
    g_ptr_array_add (self->key_text, text);
  return text;
}

static gboolean
take_limit (GKeyFile *file, const char *group, const char *name, gint64 *out_limit, GError **error)
{
  g_autofree char *text = g_key_file_get_string (file, group, name, NULL);

  if (text == NULL || g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, out_limit, NULL))
    return TRUE;
  return refuse (error, "[%s]: %s is \"%s\", wanted an integer", group, name, text);
}

static gboolean
check_default (const PawlKey *key, const char *group, GError **error)
{
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) local_error = NULL;

  if (key->default_value == NULL)
    return TRUE;
  value = pawl_key_parse (key, key->default_value, &local_error);
  if (value != NULL)
    {
      g_variant_ref_sink (value);
      return TRUE;
    }
  return refuse (error, "[%s]: Default: %s", group, local_error->message);
}

static gboolean
take_key (PawlPluginInfo *self, GKeyFile *file, const char *group, GError **error)
{
  g_autofree char *type = g_key_file_get_string (file, group, "Type", NULL);
  const char *name = group + strlen ("Key ");
  PawlKey key = {0};

  if (!check_words (file, group, key_words, error))
    return FALSE;
  if (!is_name (name))
    return refuse (error, "[%s]: wanted lower-case letters, digits and dashes", group);
  if (!pawl_key_type_from_word (type, &key.type))
    return refuse (error, "[%s]: Type is %s, which is none", group,
                   type != NULL ? type : "missing");
  key.name = keep (self, g_strdup (name));
  key.default_value = keep (self, g_key_file_get_string (file, group, "Default", NULL));
  key.unit = keep (self, g_key_file_get_string (file, group, "Unit", NULL));
  key.choices = keep (self, g_key_file_get_string (file, group, "Choices", NULL));
  key.description = keep (self, g_key_file_get_string (file, group, "Description", NULL));
  if (key.description == NULL)
    return refuse (error, "[%s]: Description is missing", group);
  if (!take_limit (file, group, "Minimum", &key.minimum, error) ||
      !take_limit (file, group, "Maximum", &key.maximum, error))
    return FALSE;
  if (key.minimum > key.maximum)
    return refuse (error, "[%s]: Minimum is above Maximum", group);
  if (!check_default (&key, group, error))
    return FALSE;
  g_array_append_val (self->keys, key);
  return TRUE;
}

static gboolean
take_keys (PawlPluginInfo *self, GKeyFile *file, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      if (g_str_has_prefix (groups[i], "Key "))
        {
          if (!take_key (self, file, groups[i], error))
            return FALSE;
        }
      else if (!g_str_equal (groups[i], "Plugin"))
        return refuse (error, "[%s] is no group of a plugin's keyfile", groups[i]);
    }
  return TRUE;
}

PawlPluginInfo *
pawl_plugin_info_load_data (const char *text, const char *name, GError **error)
{
  g_autoptr (PawlPluginInfo) self = g_object_new (PAWL_TYPE_PLUGIN_INFO, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local_error = NULL;
  g_autofree char *file_name = g_path_get_basename (name);

  self->path = g_strdup (name);
  if (!g_utf8_validate (text, -1, NULL))
    {
      refuse (error, "%s: it is not in UTF-8", name);
      return NULL;
    }
  if (!g_key_file_load_from_data (file, text, (gsize) -1, G_KEY_FILE_NONE, &local_error))
    {
      refuse (error, "%s: %s", name, local_error->message);
      return NULL;
    }
  if (!take_plugin (self, file, file_name, error) || !take_keys (self, file, error))
    {
      g_prefix_error (error, "%s: ", name);
      return NULL;
    }
  return g_steal_pointer (&self);
}

PawlPluginInfo *
pawl_plugin_info_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;
  gsize size = 0;

  if (!g_file_get_contents (path, &text, &size, &local_error))
    {
      refuse (error, "%s", local_error->message);
      return NULL;
    }
  if (strlen (text) != size)
    {
      refuse (error, "%s: it is no text", path);
      return NULL;
    }
  return pawl_plugin_info_load_data (text, path, error);
}

/* ---- what was read ---- */

const char *
pawl_plugin_info_get_path (PawlPluginInfo *self)
{
  return self->path;
}

const char *
pawl_plugin_info_get_id (PawlPluginInfo *self)
{
  return self->id;
}

const char *
pawl_plugin_info_get_module (PawlPluginInfo *self)
{
  return self->module;
}

const char *
pawl_plugin_info_get_language (PawlPluginInfo *self)
{
  return self->language;
}

const char *
pawl_plugin_info_get_version (PawlPluginInfo *self)
{
  return self->version;
}

const char *
pawl_plugin_info_get_description (PawlPluginInfo *self)
{
  return self->description;
}

const char *
pawl_plugin_info_get_licence (PawlPluginInfo *self)
{
  return self->licence;
}

const char *const *
pawl_plugin_info_get_provides (PawlPluginInfo *self)
{
  return (const char *const *) self->provides;
}

const char *const *
pawl_plugin_info_get_needs (PawlPluginInfo *self)
{
  return (const char *const *) self->needs;
}

gboolean
pawl_plugin_info_get_isolated (PawlPluginInfo *self)
{
  return self->isolated;
}

gboolean
pawl_plugin_info_has_interface (PawlPluginInfo *self, const char *interface)
{
  return g_strv_contains ((const char *const *) self->provides, interface);
}

const PawlKey *
pawl_plugin_info_get_keys (PawlPluginInfo *self)
{
  return (const PawlKey *) (gpointer) self->keys->data;
}
