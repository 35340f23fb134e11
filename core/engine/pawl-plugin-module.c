/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-plugin-module.h"

#include "pawl-plugin-file.h"

#include <gmodule.h>

#define SYMBOL "pawl_plugin"

struct _PawlPluginModule
{
  GObject parent_instance;

  PawlPluginInfo *info; /* (owned) */
  GHashTable *types;    /* (owned): GType of an interface to that of its implementation */
};

static void registrar_iface_init (PawlPluginRegistrarInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlPluginModule,
                               pawl_plugin_module,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_PLUGIN_REGISTRAR,
                                                      registrar_iface_init))

static void
pawl_plugin_module_finalize (GObject *object)
{
  PawlPluginModule *self = PAWL_PLUGIN_MODULE (object);

  g_clear_object (&self->info);
  g_clear_pointer (&self->types, g_hash_table_unref);
  G_OBJECT_CLASS (pawl_plugin_module_parent_class)->finalize (object);
}

static void
pawl_plugin_module_class_init (PawlPluginModuleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_plugin_module_finalize;
}

static void
pawl_plugin_module_init (PawlPluginModule *self)
{
  self->types = g_hash_table_new (NULL, NULL);
}

static void
add (PawlPluginRegistrar *registrar, GType interface, GType implementation)
{
  PawlPluginModule *self = PAWL_PLUGIN_MODULE (registrar);

  g_hash_table_insert (self->types, GSIZE_TO_POINTER (interface),
                       GSIZE_TO_POINTER (implementation));
}

static void
registrar_iface_init (PawlPluginRegistrarInterface *iface)
{
  iface->add = add;
}

static gboolean
refuse (GError **error,
        PawlPluginInfo *info,
        const char *what,
        const char *found,
        const char *wanted)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN, "%s: module %s: its %s is %s, wanted %s",
               pawl_plugin_info_get_path (info), pawl_plugin_info_get_module (info), what, found,
               wanted);
  return FALSE;
}

/* The keyfile was checked before this code was loaded; a module that says something else is not the
 * one that the keyfile is about. */
static gboolean
check_descriptor (PawlPluginInfo *info, const PawlPluginDescriptor *descriptor, GError **error)
{
  g_autofree char *abi = g_strdup_printf ("%u", descriptor->abi);
  g_autofree char *size = g_strdup_printf ("%u bytes", descriptor->size);
  g_autofree char *wanted = g_strdup_printf ("%zu or more", sizeof *descriptor);

  if (descriptor->abi != PAWL_PLUGIN_ABI)
    return refuse (error, info, "ABI", abi, G_STRINGIFY (PAWL_PLUGIN_ABI));
  if (descriptor->size < sizeof *descriptor)
    return refuse (error, info, "descriptor", size, wanted);
  if (g_strcmp0 (descriptor->id, pawl_plugin_info_get_id (info)) != 0)
    return refuse (error, info, "id", descriptor->id != NULL ? descriptor->id : "missing",
                   pawl_plugin_info_get_id (info));
  if (g_strcmp0 (descriptor->version, pawl_plugin_info_get_version (info)) != 0)
    return refuse (error, info, "version",
                   descriptor->version != NULL ? descriptor->version : "missing",
                   pawl_plugin_info_get_version (info));
  if (descriptor->register_types == NULL)
    return refuse (error, info, "register function", "missing", "one");
  return TRUE;
}

static gboolean
check_types (PawlPluginModule *self, GError **error)
{
  const char *const *provides = pawl_plugin_info_get_provides (self->info);

  for (guint i = 0; provides[i] != NULL; i++)
    {
      GType interface = pawl_plugin_interface_from_word (provides[i]);

      if (!g_hash_table_contains (self->types, GSIZE_TO_POINTER (interface)))
        return refuse (error, self->info, provides[i], "missing", "what its keyfile promises");
    }
  return TRUE;
}

/*< private >
 * pawl_plugin_module_new:
 * @info: the plugin's keyfile
 * @descriptor: what the module exports
 * @error: return location; #PAWL_ERROR_PLUGIN
 *
 * Checks @descriptor against @info and lets the module register its types.
 *
 * Returns: (transfer full): the module
 */
PawlPluginModule *
pawl_plugin_module_new (PawlPluginInfo *info,
                        const PawlPluginDescriptor *descriptor,
                        GError **error)
{
  g_autoptr (PawlPluginModule) self = g_object_new (PAWL_TYPE_PLUGIN_MODULE, NULL);

  self->info = g_object_ref (info);
  if (!check_descriptor (info, descriptor, error))
    return NULL;
  descriptor->register_types (PAWL_PLUGIN_REGISTRAR (self));
  if (!check_types (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

static char *
make_path (PawlPluginInfo *info)
{
  g_autofree char *folder = g_path_get_dirname (pawl_plugin_info_get_path (info));
  g_autofree char *name = g_strconcat (pawl_plugin_info_get_module (info), ".so", NULL);

  return g_build_filename (folder, name, NULL);
}

/*< private >
 * pawl_plugin_module_open:
 * @info: the plugin's keyfile
 * @check_owner: whether the file has to be root's and writable by nobody else
 * @error: return location; #PAWL_ERROR_PLUGIN
 *
 * Loads the module that lies beside the keyfile. All its symbols are bound at once, so that a
 * missing one is found here and not in the middle of an update, and none is offered to others.
 *
 * Returns: (transfer full): the module
 */
PawlPluginModule *
pawl_plugin_module_open (PawlPluginInfo *info, gboolean check_owner, GError **error)
{
  g_autofree char *path = make_path (info);
  g_autoptr (GError) local_error = NULL;
  gpointer symbol = NULL;
  GModule *module;

  if (check_owner && !pawl_plugin_file_check_owner (path, error))
    return NULL;
  module = g_module_open_full (path, G_MODULE_BIND_LOCAL, &local_error);
  if (module == NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN, "%s: %s", path, local_error->message);
      return NULL;
    }
  /* Types cannot be taken back. */
  g_module_make_resident (module);
  if (!g_module_symbol (module, SYMBOL, &symbol) || symbol == NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN, "%s: it exports no symbol " SYMBOL, path);
      return NULL;
    }
  return pawl_plugin_module_new (info, symbol, error);
}

static gboolean
set_up (GObject *instance, GType interface, PawlContext *context, GError **error)
{
  if (interface == PAWL_TYPE_TRANSPORT)
    return pawl_transport_set_up (PAWL_TRANSPORT (instance), context, error);
  if (interface == PAWL_TYPE_VERIFIER)
    return pawl_verifier_set_up (PAWL_VERIFIER (instance), context, error);
  if (interface == PAWL_TYPE_INSTALLER)
    return pawl_installer_set_up (PAWL_INSTALLER (instance), context, error);
  if (interface == PAWL_TYPE_BOOT_CONTROL)
    return pawl_boot_control_set_up (PAWL_BOOT_CONTROL (instance), context, error);
  return pawl_confirmer_set_up (PAWL_CONFIRMER (instance), context, error);
}

/*< private >
 * pawl_plugin_module_new_instance:
 * @self: a module
 * @interface: one of the five interfaces
 * @error: return location; #PAWL_ERROR_PLUGIN
 *
 * Returns: (transfer full): an instance that is not set up yet
 */
GObject *
pawl_plugin_module_new_instance (PawlPluginModule *self, GType interface, GError **error)
{
  gpointer type = g_hash_table_lookup (self->types, GSIZE_TO_POINTER (interface));

  if (type != NULL)
    return g_object_new ((GType) GPOINTER_TO_SIZE (type), NULL);
  refuse (error, self->info, pawl_plugin_interface_to_word (interface), "missing",
          "an implementation");
  return NULL;
}

/*< private >
 * pawl_plugin_module_create:
 * @self: a module
 * @interface: one of the five interfaces
 * @context: what the instance gets
 * @error: return location; #PAWL_ERROR_PLUGIN, and what the plugin's set_up says
 *
 * Returns: (transfer full): an instance that is set up
 */
GObject *
pawl_plugin_module_create (PawlPluginModule *self,
                           GType interface,
                           PawlContext *context,
                           GError **error)
{
  g_autoptr (GObject) instance = pawl_plugin_module_new_instance (self, interface, error);

  if (instance == NULL || !set_up (instance, interface, context, error))
    return NULL;
  return g_steal_pointer (&instance);
}
