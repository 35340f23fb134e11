/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* From the configuration to instances of plugins: first what is wanted, then one after the other is
 * made, because an isolated one takes a moment to start. */
#include "pawl-config-private.h"
#include "pawl-device-private.h"
#include "pawl-instance-context.h"

#include <errno.h>
#include <glib/gstdio.h>

/* ---- what the configuration wants ---- */

static void
want (PawlDevice *self, const char *name, const char *plugin, GType interface, gboolean required)
{
  PawlInstance *instance = g_new0 (PawlInstance, 1);

  instance->name = g_strdup (name);
  instance->plugin = g_strdup (plugin);
  instance->interface = interface;
  instance->required = required;
  g_ptr_array_add (self->instances, instance);
}

static gboolean
is_named (PawlDevice *self, const char *id)
{
  g_auto (GStrv) enabled = pawl_config_dup_strings (self->config, "daemon", "plugins");
  g_autofree char *group = g_strconcat ("plugin:", id, NULL);
  GPtrArray *groups = pawl_config_get_groups (self->config);

  if (g_strv_contains ((const char *const *) enabled, id))
    return TRUE;
  for (guint i = 0; i < groups->len; i++)
    if (g_str_equal (groups->pdata[i], group))
      return TRUE;
  for (guint i = 0; i < self->instances->len; i++)
    if (g_str_equal (((PawlInstance *) self->instances->pdata[i])->plugin, id))
      return TRUE;
  return FALSE;
}

/* No key names transports: every plugin that is named anywhere and has one serves its schemes. */
static void
want_transports (PawlDevice *self)
{
  g_autoptr (GPtrArray) infos = pawl_plugin_host_list (self->host);

  for (guint i = 0; i < infos->len; i++)
    {
      const char *id = pawl_plugin_info_get_id (infos->pdata[i]);

      if (pawl_plugin_info_has_interface (infos->pdata[i], "transport") && is_named (self, id))
        want (self, id, id, PAWL_TYPE_TRANSPORT, FALSE);
    }
}

static void
want_confirmers (PawlDevice *self, const char *key, gboolean required)
{
  g_auto (GStrv) ids = pawl_config_dup_strings (self->config, "trial", key);

  for (guint i = 0; ids[i] != NULL; i++)
    want (self, ids[i], ids[i], PAWL_TYPE_CONFIRMER, required);
}

static void
want_all (PawlDevice *self)
{
  const char *verifier = pawl_config_get_string (self->config, "daemon", "verifier");
  const char *boot_control = pawl_config_get_string (self->config, "daemon", "boot-control");
  g_auto (GStrv) ecus = pawl_config_dup_ecu_names (self->config);

  g_ptr_array_set_size (self->instances, 0);
  if (*verifier != '\0')
    want (self, verifier, verifier, PAWL_TYPE_VERIFIER, FALSE);
  if (*boot_control != '\0')
    want (self, boot_control, boot_control, PAWL_TYPE_BOOT_CONTROL, FALSE);
  for (guint i = 0; ecus[i] != NULL; i++)
    {
      g_autofree char *group = g_strconcat ("ecu:", ecus[i], NULL);

      want (self, ecus[i], pawl_config_lookup (self->config, group, "installer"),
            PAWL_TYPE_INSTALLER, FALSE);
    }
  want_confirmers (self, "required", TRUE);
  want_confirmers (self, "optional", FALSE);
  want_transports (self);
}

/* ---- making them ---- */

/* The kind is part of the path, because an ECU may be called like a plugin. Whoever an isolated
 * plugin runs as passes the folder of its kind, and sees nothing there. */
static char *
make_state_dir (PawlDevice *self, PawlInstance *instance, GError **error)
{
  const char *root = pawl_config_get_string (self->config, "daemon", "state-dir");
  const char *kind = instance->interface == PAWL_TYPE_VERIFIER
                       ? "metadata"
                       : pawl_plugin_interface_to_word (instance->interface);
  g_autofree char *parent = g_build_filename (root, kind, NULL);
  g_autofree char *path = g_build_filename (parent, instance->name, NULL);

  if (g_mkdir_with_parents (path, 0700) == 0 && g_chmod (parent, 0711) == 0)
    return g_steal_pointer (&path);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE, "%s: the folder cannot be made: %s", path,
               g_strerror (errno));
  return NULL;
}

static PawlContext *
make_context (PawlDevice *self, PawlInstance *instance, GError **error)
{
  g_autofree char *ecu = g_strconcat ("ecu:", instance->name, NULL);
  g_autofree char *plugin = g_strconcat ("plugin:", instance->plugin, NULL);
  const char *groups[] = {ecu, plugin, NULL};
  PawlPluginInfo *info = pawl_plugin_host_lookup (self->host, instance->plugin, error);
  g_autoptr (GVariant) settings = NULL;
  g_autofree char *state_dir = NULL;

  if (info == NULL)
    return NULL;
  settings =
    pawl_config_dup_settings (self->config, pawl_plugin_info_get_keys (info),
                              instance->interface == PAWL_TYPE_INSTALLER ? groups : groups + 1,
                              error);
  if (settings == NULL)
    return NULL;
  state_dir = make_state_dir (self, instance, error);
  if (state_dir == NULL)
    return NULL;
  return pawl_instance_context_new (self, instance->name, settings, state_dir);
}

static void load_next (GTask *task);

static void
on_created (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  PawlDevice *self = g_task_get_source_object (task);
  guint *index = g_task_get_task_data (task);
  PawlInstance *instance = self->instances->pdata[*index];
  GError *error = NULL;

  instance->object = pawl_plugin_host_create_finish (PAWL_PLUGIN_HOST (source), result, &error);
  if (instance->object == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  (*index)++;
  load_next (g_steal_pointer (&task));
}

static void
load_next (GTask *data)
{
  g_autoptr (GTask) task = data;
  PawlDevice *self = g_task_get_source_object (task);
  guint index = *(guint *) g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (PawlContext) context = NULL;
  PawlInstance *instance;
  GError *error = NULL;

  if (index == self->instances->len)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  instance = self->instances->pdata[index];
  context = make_context (self, instance, &error);
  if (context == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  pawl_plugin_host_create_async (self->host, instance->plugin, instance->interface, context,
                                 cancellable, on_created, g_steal_pointer (&task));
}

void
pawl_device_load_async (PawlDevice *self,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, pawl_device_load_async);
  g_task_set_task_data (task, g_new0 (guint, 1), g_free);
  want_all (self);
  load_next (task);
}

gboolean
pawl_device_load_finish (PawlDevice *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
