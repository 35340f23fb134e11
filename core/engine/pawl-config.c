/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The configuration: several keyfiles, later ones winning, each value with the file it came from.
 * Whatever is not known is an error: a mistyped key that is ignored is found at the wrong time. */
#include "pawl-config.h"

#include "pawl-key.h"
#include "pawl-plugin-host.h"

#include <pawl/pawl.h>
#include <string.h>

typedef struct
{
  char *text;         /* (owned) */
  const char *origin; /* (unowned): one of the configuration's files */
} Entry;

struct _PawlConfig
{
  GObject parent_instance;

  GPtrArray *files;    /* (owned): names, in the order in which they were read */
  GPtrArray *groups;   /* (owned): names, in the order in which they appeared */
  GHashTable *entries; /* (owned): "GROUP\nKEY" to Entry */
};

G_DEFINE_FINAL_TYPE (PawlConfig, pawl_config, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->text);
  g_free (entry);
}

static void
pawl_config_finalize (GObject *object)
{
  PawlConfig *self = PAWL_CONFIG (object);

  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->entries, g_hash_table_unref);
  G_OBJECT_CLASS (pawl_config_parent_class)->finalize (object);
}

static void
pawl_config_class_init (PawlConfigClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_config_finalize;
}

static void
pawl_config_init (PawlConfig *self)
{
  self->files = g_ptr_array_new_with_free_func (g_free);
  self->groups = g_ptr_array_new_with_free_func (g_free);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
}

/* ---- the table ---- */

static gboolean
is_group_of (const PawlKey *key, const char *group)
{
  return g_str_has_suffix (key->group, ":") ? g_str_has_prefix (group, key->group)
                                            : g_str_equal (key->group, group);
}

static gboolean
is_daemon_group (const char *group)
{
  for (const PawlKey *key = pawl_config_get_daemon_keys (); key->group != NULL; key++)
    if (is_group_of (key, group))
      return TRUE;
  return FALSE;
}

static const PawlKey *
find_key (const char *group, const char *name)
{
  for (const PawlKey *key = pawl_config_get_daemon_keys (); key->group != NULL; key++)
    if (is_group_of (key, group) && g_str_equal (key->name, name))
      return key;
  return NULL;
}

/* ---- reading ---- */

static gboolean
refuse (GError **error, const char *origin, const char *group, const char *key, const char *why)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG, "%s: [%s]%s%s: %s", origin, group,
               key != NULL ? " " : "", key != NULL ? key : "", why);
  return FALSE;
}

static gboolean
is_instance_name (const char *name)
{
  if (*name == '\0')
    return FALSE;
  for (; *name != '\0'; name++)
    if (!g_ascii_isalnum (*name) && strchr ("-_.", *name) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
check_group (const char *origin, const char *group, GError **error)
{
  const char *colon = strchr (group, ':');

  if (!is_daemon_group (group) && !g_str_has_prefix (group, "plugin:"))
    return refuse (error, origin, group, NULL,
                   "there is no such group, wanted daemon, policy, trial, plugin:ID or ecu:NAME");
  if (colon != NULL && !is_instance_name (colon + 1))
    return refuse (error, origin, group, NULL,
                   "wanted letters, digits, '-', '_' and '.' after the colon");
  return TRUE;
}

/* Keys of plugins are checked later, when the plugins' keyfiles are known. */
static gboolean
check_value (const char *origin,
             const char *group,
             const char *name,
             const char *text,
             GError **error)
{
  const PawlKey *key = find_key (group, name);
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) local_error = NULL;

  if (key == NULL && strchr (group, ':') != NULL)
    return TRUE;
  if (key == NULL)
    return refuse (error, origin, group, name, "there is no such key");
  value = pawl_key_parse (key, text, &local_error);
  if (value == NULL)
    return refuse (error, origin, group, name, local_error->message);
  g_variant_ref_sink (value);
  return TRUE;
}

static char *
make_id (const char *group, const char *key)
{
  return g_strconcat (group, "\n", key, NULL);
}

static void
put (PawlConfig *self, const char *origin, const char *group, const char *key, char *text)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->text = text;
  entry->origin = origin;
  g_hash_table_replace (self->entries, make_id (group, key), entry);
}

static gboolean
read_group (PawlConfig *self, GKeyFile *file, const char *origin, const char *group, GError **error)
{
  g_auto (GStrv) names = g_key_file_get_keys (file, group, NULL, NULL);

  if (!check_group (origin, group, error))
    return FALSE;
  if (!g_ptr_array_find_with_equal_func (self->groups, group, g_str_equal, NULL))
    g_ptr_array_add (self->groups, g_strdup (group));
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autofree char *text = g_key_file_get_string (file, group, names[i], &local_error);

      if (text == NULL)
        return refuse (error, origin, group, names[i], local_error->message);
      if (!check_value (origin, group, names[i], text, error))
        return FALSE;
      put (self, origin, group, names[i], g_steal_pointer (&text));
    }
  return TRUE;
}

static gboolean
read_file (PawlConfig *self, GKeyFile *file, const char *origin, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  const char *kept;

  g_ptr_array_add (self->files, g_strdup (origin));
  kept = self->files->pdata[self->files->len - 1];
  for (guint i = 0; groups[i] != NULL; i++)
    if (!read_group (self, file, kept, groups[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
fail_file (GError **error, const char *origin, const GError *reason)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG, "%s: %s", origin, reason->message);
  return FALSE;
}

PawlConfig *
pawl_config_load (const char *const *files, GError **error)
{
  g_autoptr (PawlConfig) self = g_object_new (PAWL_TYPE_CONFIG, NULL);

  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autoptr (GKeyFile) file = g_key_file_new ();
      g_autoptr (GError) local_error = NULL;

      if (!g_key_file_load_from_file (file, files[i], G_KEY_FILE_NONE, &local_error))
        {
          fail_file (error, files[i], local_error);
          return NULL;
        }
      if (!read_file (self, file, files[i], error))
        return NULL;
    }
  return g_steal_pointer (&self);
}

PawlConfig *
pawl_config_load_data (const char *text, const char *origin, GError **error)
{
  g_autoptr (PawlConfig) self = g_object_new (PAWL_TYPE_CONFIG, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local_error = NULL;

  if (!g_key_file_load_from_data (file, text, (gsize) -1, G_KEY_FILE_NONE, &local_error))
    {
      fail_file (error, origin, local_error);
      return NULL;
    }
  if (!read_file (self, file, origin, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* ---- which files ---- */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_fragments (const char *folder)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".conf") && *name != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

GStrv
pawl_config_find_files (const char *vendor_dir, const char *main_file, const char *admin_dir)
{
  g_autoptr (GPtrArray) vendor = list_fragments (vendor_dir);
  g_autoptr (GPtrArray) admin = list_fragments (admin_dir);
  GPtrArray *files = g_ptr_array_new ();

  for (guint i = 0; i < vendor->len; i++)
    if (!g_ptr_array_find_with_equal_func (admin, vendor->pdata[i], g_str_equal, NULL))
      g_ptr_array_add (files, g_build_filename (vendor_dir, vendor->pdata[i], NULL));
  if (main_file != NULL && g_file_test (main_file, G_FILE_TEST_EXISTS))
    g_ptr_array_add (files, g_strdup (main_file));
  for (guint i = 0; i < admin->len; i++)
    g_ptr_array_add (files, g_build_filename (admin_dir, admin->pdata[i], NULL));
  g_ptr_array_add (files, NULL);
  return (GStrv) g_ptr_array_free (files, FALSE);
}

/* ---- looking up ---- */

static Entry *
find_entry (PawlConfig *self, const char *group, const char *key)
{
  g_autofree char *id = make_id (group, key);

  return g_hash_table_lookup (self->entries, id);
}

const char *
pawl_config_lookup (PawlConfig *self, const char *group, const char *key)
{
  Entry *entry = find_entry (self, group, key);

  return entry != NULL ? entry->text : NULL;
}

const char *
pawl_config_get_origin (PawlConfig *self, const char *group, const char *key)
{
  Entry *entry = find_entry (self, group, key);

  return entry != NULL ? entry->origin : "default";
}

/* Of the daemon's own keys; every value was parsed once before. */
static GVariant *
get_value (PawlConfig *self, const char *group, const char *name)
{
  const PawlKey *key = find_key (group, name);
  const char *text = pawl_config_lookup (self, group, name);
  GVariant *value;

  g_assert (key != NULL);
  if (text == NULL)
    text = key->default_value != NULL ? key->default_value : "";
  value = pawl_key_parse (key, text, NULL);
  g_assert (value != NULL);
  return g_variant_ref_sink (value);
}

const char *
pawl_config_get_string (PawlConfig *self, const char *group, const char *key)
{
  const PawlKey *row = find_key (group, key);
  const char *text = pawl_config_lookup (self, group, key);

  g_assert (row != NULL);
  return text != NULL ? text : row->default_value;
}

gboolean
pawl_config_get_boolean (PawlConfig *self, const char *group, const char *key)
{
  g_autoptr (GVariant) value = get_value (self, group, key);

  return g_variant_get_boolean (value);
}

gint64
pawl_config_get_int (PawlConfig *self, const char *group, const char *key)
{
  g_autoptr (GVariant) value = get_value (self, group, key);

  return g_variant_get_int64 (value);
}

GStrv
pawl_config_dup_strings (PawlConfig *self, const char *group, const char *key)
{
  g_autoptr (GVariant) value = get_value (self, group, key);

  return g_variant_dup_strv (value, NULL);
}

GStrv
pawl_config_dup_files (PawlConfig *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->files->len; i++)
    g_strv_builder_add (builder, self->files->pdata[i]);
  return g_strv_builder_end (builder);
}

GStrv
pawl_config_dup_ecu_names (PawlConfig *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->groups->len; i++)
    if (g_str_has_prefix (self->groups->pdata[i], "ecu:"))
      g_strv_builder_add (builder, (const char *) self->groups->pdata[i] + strlen ("ecu:"));
  return g_strv_builder_end (builder);
}

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
          refuse (error, "configuration", group, key->name, "it has to be set");
          return NULL;
        }
      value = pawl_key_parse (key, text != NULL ? text : key->default_value, &local_error);
      if (value == NULL)
        {
          refuse (error, pawl_config_get_origin (self, group, key->name), group, key->name,
                  local_error->message);
          return NULL;
        }
      g_variant_dict_insert_value (&settings, key->name, value);
    }
  return g_variant_ref_sink (g_variant_dict_end (&settings));
}

/* ---- against the plugins ---- */

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
      return refuse (error, origin, group, name, why);
    }
  value = pawl_key_parse (key, pawl_config_lookup (self, group, name), &local_error);
  if (value == NULL)
    return refuse (error, origin, group, name, local_error->message);
  g_variant_ref_sink (value);
  return TRUE;
}

static gboolean
check_plugin_group (PawlConfig *self, PawlPluginInfo *info, const char *group, GError **error)
{
  g_autofree char *prefix = make_id (group, "");
  g_autoptr (GList) ids =
    g_list_sort (g_hash_table_get_keys (self->entries), (GCompareFunc) strcmp);

  for (GList *link = ids; link != NULL; link = link->next)
    {
      const char *name = (const char *) link->data + strlen (prefix);

      if (g_str_has_prefix (link->data, prefix) && find_key (group, name) == NULL &&
          !check_plugin_key (self, info, group, name, error))
        return FALSE;
    }
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
      refuse (error, origin, group, key, local_error->message);
      return NULL;
    }
  if (interface == NULL || pawl_plugin_info_has_interface (info, interface))
    return info;
  why = g_strdup_printf ("the plugin %s provides no %s", id, interface);
  refuse (error, origin, group, key, why);
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
        return refuse (error, "configuration", group, needed[i], "it has to be set");
    }
  info = lookup_provider (self, host, pawl_config_lookup (self, group, "installer"), "installer",
                          group, "installer", error);
  return info != NULL && check_plugin_group (self, info, group, error);
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
  for (guint i = 0; i < self->groups->len; i++)
    {
      const char *group = self->groups->pdata[i];
      PawlPluginInfo *info;

      if (g_str_has_prefix (group, "ecu:") && !check_ecu (self, host, group, error))
        return FALSE;
      if (!g_str_has_prefix (group, "plugin:"))
        continue;
      info = lookup_provider (self, host, group + strlen ("plugin:"), NULL, group, NULL, error);
      if (info == NULL || !check_plugin_group (self, info, group, error))
        return FALSE;
    }
  return check_named (self, host, "daemon", "verifier", "verifier", error) &&
         check_named (self, host, "daemon", "boot-control", "boot-control", error) &&
         check_confirmers (self, host, "required", error) &&
         check_confirmers (self, host, "optional", error);
}

/* ---- for people ---- */

static void
describe_key (PawlConfig *self, const PawlKey *key, const char *group, GVariantBuilder *builder)
{
  const char *text = pawl_config_lookup (self, group, key->name);
  const char *shown = text != NULL ? text : key->default_value;
  g_auto (GVariantDict) row = G_VARIANT_DICT_INIT (NULL);

  if (shown == NULL)
    shown = "";
  if (key->type == PAWL_KEY_SECRET && *shown != '\0')
    shown = "(set)";
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
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (const PawlKey *key = pawl_config_get_daemon_keys (); key->group != NULL; key++)
    if (!g_str_has_suffix (key->group, ":"))
      describe_key (self, key, key->group, &builder);
  for (guint i = 0; i < self->groups->len; i++)
    {
      const char *group = self->groups->pdata[i];

      for (const PawlKey *key = pawl_config_get_daemon_keys (); key->group != NULL; key++)
        if (g_str_has_suffix (key->group, ":") && is_group_of (key, group))
          describe_key (self, key, group, &builder);
      if (host != NULL && strchr (group, ':') != NULL)
        describe_plugin_group (self, host, group, &builder);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}
