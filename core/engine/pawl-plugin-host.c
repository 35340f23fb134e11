/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-plugin-host.h"

#include "pawl-plugin-entry.h"
#include "pawl-plugin-file.h"
#include "pawl-plugin-process.h"

#include <string.h>

/* Longer than the pauses within one update, so that a plugin is started once for it. */
#define IDLE_MS (30 * 1000)

struct _PawlPluginHost
{
  GObject parent_instance;

  GStrv folders; /* (owned) */
  gboolean check_owner;
  GStrv allowed;      /* (owned) (nullable): NULL and empty allow all */
  GStrv trusted;      /* (owned) (nullable) */
  GStrv isolated;     /* (owned) (nullable) */
  GStrv grants;       /* (owned) (nullable) */
  GPtrArray *plugins; /* (owned): of PawlPluginEntry, by id */
  char *program;      /* (owned) (nullable): of isolated plugins; NULL for the installed one */
  GStrv options;      /* (owned) (nullable): of that program */
  guint idle_ms;
};

enum
{
  PROP_FOLDERS = 1,
  PROP_CHECK_OWNER,
  N_PROPS
};

static GParamSpec *props[N_PROPS];
static guint foreign_loaded_signal;

G_DEFINE_FINAL_TYPE (PawlPluginHost, pawl_plugin_host, G_TYPE_OBJECT)

static void
pawl_plugin_host_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  PawlPluginHost *self = PAWL_PLUGIN_HOST (object);

  switch (id)
    {
    case PROP_FOLDERS:
      self->folders = g_value_dup_boxed (value);
      break;
    case PROP_CHECK_OWNER:
      self->check_owner = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
pawl_plugin_host_finalize (GObject *object)
{
  PawlPluginHost *self = PAWL_PLUGIN_HOST (object);

  g_clear_pointer (&self->folders, g_strfreev);
  g_clear_pointer (&self->allowed, g_strfreev);
  g_clear_pointer (&self->trusted, g_strfreev);
  g_clear_pointer (&self->isolated, g_strfreev);
  g_clear_pointer (&self->grants, g_strfreev);
  g_clear_pointer (&self->plugins, g_ptr_array_unref);
  g_clear_pointer (&self->options, g_strfreev);
  g_clear_pointer (&self->program, g_free);
  G_OBJECT_CLASS (pawl_plugin_host_parent_class)->finalize (object);
}

static void
pawl_plugin_host_class_init (PawlPluginHostClass *klass)
{
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = pawl_plugin_host_set_property;
  object_class->finalize = pawl_plugin_host_finalize;
  props[PROP_FOLDERS] = g_param_spec_boxed ("folders", NULL, NULL, G_TYPE_STRV, flags);
  props[PROP_CHECK_OWNER] = g_param_spec_boolean ("check-owner", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  foreign_loaded_signal = g_signal_new ("foreign-loaded", PAWL_TYPE_PLUGIN_HOST, G_SIGNAL_RUN_LAST,
                                        0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pawl_plugin_host_init (PawlPluginHost *self)
{
  self->plugins = g_ptr_array_new_with_free_func (pawl_plugin_entry_unref);
  self->idle_ms = IDLE_MS;
}

PawlPluginHost *
pawl_plugin_host_new (const char *const *folders, gboolean check_owner)
{
  return g_object_new (PAWL_TYPE_PLUGIN_HOST, "folders", folders, "check-owner", check_owner, NULL);
}

/* ---- finding ---- */

static PawlPluginEntry *
find (PawlPluginHost *self, const char *id)
{
  for (guint i = 0; i < self->plugins->len; i++)
    {
      PawlPluginEntry *plugin = self->plugins->pdata[i];

      if (g_str_equal (plugin->id, id))
        return plugin;
    }
  return NULL;
}

static int
compare_plugins (gconstpointer a, gconstpointer b)
{
  const PawlPluginEntry *one = *(const PawlPluginEntry *const *) a;
  const PawlPluginEntry *two = *(const PawlPluginEntry *const *) b;

  return strcmp (one->id, two->id);
}

static void
add (PawlPluginHost *self, PawlPluginEntry *plugin)
{
  g_ptr_array_add (self->plugins, plugin);
  g_ptr_array_sort (self->plugins, compare_plugins);
}

gboolean
pawl_plugin_host_add_static (PawlPluginHost *self,
                             const PawlPluginDescriptor *descriptor,
                             const char *keyfile,
                             GError **error)
{
  g_autofree char *name = g_strconcat (descriptor->id, ".plugin", NULL);
  g_autoptr (PawlPluginInfo) info = pawl_plugin_info_load_data (keyfile, name, error);
  PawlPluginEntry *plugin;

  if (info == NULL)
    return FALSE;
  if (find (self, descriptor->id) != NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN, "%s: there is one of that id already",
                   name);
      return FALSE;
    }
  plugin = pawl_plugin_entry_new (descriptor->id, name);
  plugin->info = g_steal_pointer (&info);
  plugin->descriptor = descriptor;
  add (self, plugin);
  return TRUE;
}

static void
read_keyfile (PawlPluginHost *self, const char *folder, const char *name)
{
  g_autofree char *id = g_strndup (name, strlen (name) - strlen (".plugin"));
  g_autofree char *path = g_build_filename (folder, name, NULL);
  PawlPluginEntry *plugin;

  /* The first folder wins, so that an administrator can put one in front of ours. */
  if (find (self, id) != NULL)
    return;
  plugin = pawl_plugin_entry_new (id, path);
  if (!self->check_owner || pawl_plugin_file_check_owner (plugin->path, &plugin->refusal))
    plugin->info = pawl_plugin_info_load (plugin->path, &plugin->refusal);
  if (plugin->refusal != NULL)
    g_warning ("plugin refused: %s", plugin->refusal->message);
  add (self, plugin);
}

void
pawl_plugin_host_scan (PawlPluginHost *self)
{
  /* Code that is here stays, and so does what was said about it. */
  for (guint i = self->plugins->len; i > 0; i--)
    if (!pawl_plugin_entry_is_used (self->plugins->pdata[i - 1]))
      g_ptr_array_remove_index (self->plugins, i - 1);
  for (guint i = 0; self->folders != NULL && self->folders[i] != NULL; i++)
    {
      g_autoptr (GDir) dir = g_dir_open (self->folders[i], 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        if (g_str_has_suffix (name, ".plugin"))
          read_keyfile (self, self->folders[i], name);
    }
}

/* ---- which may run ---- */

void
pawl_plugin_host_set_allowed (PawlPluginHost *self, const char *const *ids)
{
  g_strfreev (self->allowed);
  self->allowed = g_strdupv ((GStrv) ids);
}

void
pawl_plugin_host_set_grants (PawlPluginHost *self, const char *const *grants)
{
  g_strfreev (self->grants);
  self->grants = g_strdupv ((GStrv) grants);
}

void
pawl_plugin_host_set_trusted (PawlPluginHost *self, const char *const *ids)
{
  g_strfreev (self->trusted);
  self->trusted = g_strdupv ((GStrv) ids);
}

static gboolean
is_in (GStrv list, const char *id)
{
  return list != NULL && g_strv_contains ((const char *const *) list, id);
}

static gboolean
check_allowed (PawlPluginHost *self, const char *id, GError **error)
{
  if (self->allowed == NULL || self->allowed[0] == NULL || is_in (self->allowed, id))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN,
               "plugin %s: it is not enabled: add it to plugins= in the group [daemon]", id);
  return FALSE;
}

static PawlPluginEntry *
lookup (PawlPluginHost *self, const char *id, GError **error)
{
  PawlPluginEntry *plugin = find (self, id);
  g_autofree char *folders = NULL;

  if (plugin == NULL)
    {
      folders = self->folders != NULL ? g_strjoinv (", ", self->folders) : g_strdup ("no folder");
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND,
                   "plugin %s: there is no %s.plugin in %s", id, id, folders);
      return NULL;
    }
  if (!check_allowed (self, id, error))
    return NULL;
  if (plugin->refusal == NULL)
    return plugin;
  g_propagate_error (error, g_error_copy (plugin->refusal));
  return NULL;
}

PawlPluginInfo *
pawl_plugin_host_lookup (PawlPluginHost *self, const char *id, GError **error)
{
  PawlPluginEntry *plugin = lookup (self, id, error);

  return plugin != NULL ? plugin->info : NULL;
}

GPtrArray *
pawl_plugin_host_list (PawlPluginHost *self)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < self->plugins->len; i++)
    {
      PawlPluginEntry *plugin = self->plugins->pdata[i];

      if (plugin->info != NULL)
        g_ptr_array_add (list, plugin->info);
    }
  return list;
}

void
pawl_plugin_host_set_isolated (PawlPluginHost *self, const char *const *ids)
{
  g_strfreev (self->isolated);
  self->isolated = g_strdupv ((GStrv) ids);
}

/* Trust lets C code in; other languages have no place inside the daemon. */
static gboolean
runs_isolated (PawlPluginHost *self, PawlPluginEntry *plugin)
{
  if (plugin->descriptor != NULL)
    return FALSE;
  if (!g_str_equal (pawl_plugin_info_get_language (plugin->info), "c") ||
      is_in (self->isolated, plugin->id) || is_in (self->isolated, "*"))
    return TRUE;
  if (is_in (self->trusted, plugin->id))
    return FALSE;
  return pawl_plugin_info_get_isolated (plugin->info) || !pawl_plugin_entry_is_ours (plugin);
}

GStrv
pawl_plugin_host_dup_foreign (PawlPluginHost *self)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();

  for (guint i = 0; i < self->plugins->len; i++)
    {
      PawlPluginEntry *plugin = self->plugins->pdata[i];

      if (plugin->module != NULL && !pawl_plugin_entry_is_ours (plugin))
        g_strv_builder_add (ids, plugin->id);
    }
  return g_strv_builder_end (ids);
}

/* ---- for people ---- */

static GVariant *
describe (PawlPluginHost *self, PawlPluginEntry *plugin)
{
  g_auto (GVariantDict) row = G_VARIANT_DICT_INIT (NULL);

  pawl_plugin_entry_describe (plugin, &row);
  if (plugin->info != NULL)
    {
      const gboolean isolated = runs_isolated (self, plugin);
      g_auto (GStrv) granted =
        isolated
          ? pawl_plugin_process_dup_granted (plugin->info, (const char *const *) self->grants)
          : g_strdupv ((GStrv) pawl_plugin_info_get_needs (plugin->info));

      g_variant_dict_insert (&row, "isolated", "b", isolated);
      g_variant_dict_insert (&row, "granted", "^as", granted);
    }
  return g_variant_dict_end (&row);
}

GVariant *
pawl_plugin_host_describe (PawlPluginHost *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->plugins->len; i++)
    g_variant_builder_add_value (&builder, describe (self, self->plugins->pdata[i]));
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/* ---- making instances ---- */

static gboolean
load (PawlPluginHost *self, PawlPluginEntry *plugin, GError **error)
{
  if (plugin->module != NULL)
    return TRUE;
  plugin->module = plugin->descriptor != NULL
                     ? pawl_plugin_module_new (plugin->info, plugin->descriptor, &plugin->refusal)
                     : pawl_plugin_module_open (plugin->info, self->check_owner, &plugin->refusal);
  if (plugin->module != NULL)
    return TRUE;
  g_warning ("plugin refused: %s", plugin->refusal->message);
  g_propagate_error (error, g_error_copy (plugin->refusal));
  return FALSE;
}

static GObject *
create (PawlPluginHost *self,
        PawlPluginEntry *plugin,
        GType interface,
        PawlContext *context,
        GError **error)
{
  const gboolean is_first = plugin->module == NULL;

  if (!load (self, plugin, error))
    return NULL;
  if (is_first && !pawl_plugin_entry_is_ours (plugin))
    g_signal_emit (self, foreign_loaded_signal, 0);
  return pawl_plugin_module_create (plugin->module, interface, context, error);
}

/* The end of both ways: the entry remembers the instance, or why there is none. */
static void
return_instance (GTask *task, GObject *instance, GError *error)
{
  PawlPluginEntry *plugin = g_task_get_task_data (task);

  if (instance == NULL)
    {
      pawl_plugin_entry_note_error (plugin, error->message);
      g_task_return_error (task, error);
      return;
    }
  pawl_plugin_entry_add_instance (plugin, instance);
  g_task_return_pointer (task, instance, g_object_unref);
}

static void
on_isolated (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GObject *instance = pawl_plugin_process_create_finish (result, &error);

  return_instance (task, instance, error);
}

void
pawl_plugin_host_set_program (PawlPluginHost *self, const char *program, const char *const *options)
{
  g_free (self->program);
  self->program = g_strdup (program);
  g_strfreev (self->options);
  self->options = g_strdupv ((GStrv) options);
}

void
pawl_plugin_host_set_idle (PawlPluginHost *self, guint idle_ms)
{
  self->idle_ms = idle_ms;
}

void
pawl_plugin_host_create_async (PawlPluginHost *self,
                               const char *id,
                               GType interface,
                               PawlContext *context,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  PawlPluginEntry *plugin = lookup (self, id, &error);
  GObject *instance;

  g_task_set_source_tag (task, pawl_plugin_host_create_async);
  if (plugin == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, pawl_plugin_entry_ref (plugin), pawl_plugin_entry_unref);
  if (runs_isolated (self, plugin))
    {
      const PawlPluginProcessConfig config = {self->program, (const char *const *) self->options,
                                              (const char *const *) self->grants, self->idle_ms,
                                              self->check_owner};

      pawl_plugin_process_create_async (plugin, interface, context, &config, cancellable,
                                        on_isolated, g_steal_pointer (&task));
      return;
    }
  instance = create (self, plugin, interface, context, &error);
  return_instance (task, instance, error);
}

GObject *
pawl_plugin_host_create_finish (PawlPluginHost *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
