/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The configuration: several keyfiles, later ones winning, each value with the file it came from.
 * Whatever is not known is an error: a mistyped key that is ignored is found at the wrong time. */
#include "pawl-config.h"

#include "pawl-config-private.h"
#include "pawl-key.h"

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

gboolean
pawl_config_is_group_of (const PawlKey *key, const char *group)
{
  return g_str_has_suffix (key->group, ":") ? g_str_has_prefix (group, key->group)
                                            : g_str_equal (key->group, group);
}

static gboolean
is_daemon_group (const char *group)
{
  for (const PawlKey *key = pawl_config_get_daemon_keys (); key->group != NULL; key++)
    if (pawl_config_is_group_of (key, group))
      return TRUE;
  return FALSE;
}

const PawlKey *
pawl_config_find_key (const char *group, const char *name)
{
  for (const PawlKey *key = pawl_config_get_daemon_keys (); key->group != NULL; key++)
    if (pawl_config_is_group_of (key, group) && g_str_equal (key->name, name))
      return key;
  return NULL;
}

/* ---- reading ---- */

/* Fails with PAWL_ERROR_INVALID_CONFIG naming file, group and, unless it is NULL, key; always
 * FALSE. */
gboolean
pawl_config_refuse (GError **error,
                    const char *origin,
                    const char *group,
                    const char *key,
                    const char *why)
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
    return pawl_config_refuse (
      error, origin, group, NULL,
      "there is no such group, wanted daemon, policy, trial, plugin:ID or ecu:NAME");
  if (colon != NULL && !is_instance_name (colon + 1))
    return pawl_config_refuse (error, origin, group, NULL,
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
  const PawlKey *key = pawl_config_find_key (group, name);
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) local_error = NULL;

  if (key == NULL && strchr (group, ':') != NULL)
    return TRUE;
  if (key == NULL)
    return pawl_config_refuse (error, origin, group, name, "there is no such key");
  value = pawl_key_parse (key, text, &local_error);
  if (value == NULL)
    return pawl_config_refuse (error, origin, group, name, local_error->message);
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
        return pawl_config_refuse (error, origin, group, names[i], local_error->message);
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
  return pawl_config_check_rules (self, error) ? g_steal_pointer (&self) : NULL;
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
  if (!read_file (self, file, origin, error) || !pawl_config_check_rules (self, error))
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
  const PawlKey *key = pawl_config_find_key (group, name);
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
  const PawlKey *row = pawl_config_find_key (group, key);
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

/* The names of all groups, in the order of the files. */
GPtrArray *
pawl_config_get_groups (PawlConfig *self)
{
  return self->groups;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/* The keys that @group has, in the order of the alphabet. */
GStrv
pawl_config_dup_keys (PawlConfig *self, const char *group)
{
  g_autofree char *prefix = make_id (group, "");
  g_autoptr (GList) ids = g_list_sort (g_hash_table_get_keys (self->entries), compare_texts);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (GList *link = ids; link != NULL; link = link->next)
    if (g_str_has_prefix (link->data, prefix))
      g_strv_builder_add (builder, (const char *) link->data + strlen (prefix));
  return g_strv_builder_end (builder);
}
