/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-plugin-tool.h"

#include <string.h>

#define PAWL_TYPE_TOOL_CONTEXT (pawl_tool_context_get_type ())
G_DECLARE_FINAL_TYPE (PawlToolContext, pawl_tool_context, PAWL, TOOL_CONTEXT, GObject)

struct _PawlToolContext
{
  GObject parent_instance;

  char *name;         /* (owned) */
  char *state_dir;    /* (owned) */
  GVariant *settings; /* (owned) */
};

static void iface_init (PawlContextInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlToolContext,
                               pawl_tool_context,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_CONTEXT, iface_init))

static void
pawl_tool_context_finalize (GObject *object)
{
  PawlToolContext *self = PAWL_TOOL_CONTEXT (object);

  g_free (self->name);
  g_free (self->state_dir);
  g_clear_pointer (&self->settings, g_variant_unref);
  G_OBJECT_CLASS (pawl_tool_context_parent_class)->finalize (object);
}

static void
pawl_tool_context_class_init (PawlToolContextClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_tool_context_finalize;
}

static void
pawl_tool_context_init (PawlToolContext *self)
{
}

static const char *
get_name (PawlContext *context)
{
  return PAWL_TOOL_CONTEXT (context)->name;
}

static GVariant *
get_settings (PawlContext *context)
{
  return PAWL_TOOL_CONTEXT (context)->settings;
}

static const char *
get_state_dir (PawlContext *context)
{
  return PAWL_TOOL_CONTEXT (context)->state_dir;
}

static gint64
get_time_us (PawlContext *context)
{
  return g_get_real_time ();
}

static void
raise_time_floor (PawlContext *context, gint64 time_us)
{
}

static PawlTransport *
dup_transport (PawlContext *context, const char *uri, GError **error)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED, "%s: a check has no transports", uri);
  return NULL;
}

static GListModel *
dup_ecus (PawlContext *context)
{
  return G_LIST_MODEL (g_list_store_new (PAWL_TYPE_ECU));
}

static const char *
get_device_id (PawlContext *context)
{
  return "check";
}

static void
note_decision (PawlContext *context, PawlDecision *decision)
{
}

static void
note_attack (PawlContext *context, PawlAttack attack, const char *message)
{
  g_print ("  it reports an attack: %s\n", message);
}

static void
note_activity (PawlContext *context)
{
}

static void
iface_init (PawlContextInterface *iface)
{
  iface->get_name = get_name;
  iface->get_settings = get_settings;
  iface->get_state_dir = get_state_dir;
  iface->get_time_us = get_time_us;
  iface->raise_time_floor = raise_time_floor;
  iface->dup_transport = dup_transport;
  iface->dup_ecus = dup_ecus;
  iface->get_device_id = get_device_id;
  iface->note_decision = note_decision;
  iface->note_attack = note_attack;
  iface->note_activity = note_activity;
}

static GVariant *
parse (const char *type, const char *value)
{
  g_auto (GStrv) list = NULL;

  if (g_strcmp0 (type, "integer") == 0)
    return g_variant_new_int64 (g_ascii_strtoll (value, NULL, 10));
  if (g_strcmp0 (type, "boolean") == 0)
    return g_variant_new_boolean (g_str_equal (value, "true"));
  if (g_strcmp0 (type, "strings") != 0)
    return g_variant_new_string (value);
  list = g_strsplit (value, ";", -1);
  return g_variant_new_strv ((const char *const *) list, value[0] != '\0' ? -1 : 0);
}

static gboolean
set (GVariantDict *dict, GKeyFile *keyfile, const char *setting, GError **error)
{
  g_auto (GStrv) pair = g_strsplit (setting, "=", 2);
  g_autofree char *group = g_strconcat ("Key ", pair[0], NULL);
  g_autofree char *type = g_key_file_get_string (keyfile, group, "Type", error);

  if (type == NULL)
    return FALSE;
  g_variant_dict_insert_value (dict, pair[0], parse (type, pair[1] != NULL ? pair[1] : ""));
  return TRUE;
}

PawlContext *
pawl_plugin_tool_context_new (GKeyFile *keyfile,
                              const char *state_dir,
                              char **settings,
                              GError **error)
{
  g_autoptr (PawlToolContext) self = g_object_new (PAWL_TYPE_TOOL_CONTEXT, NULL);
  g_auto (GStrv) groups = g_key_file_get_groups (keyfile, NULL);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autofree char *type = g_key_file_get_string (keyfile, groups[i], "Type", NULL);
      g_autofree char *value = g_key_file_get_string (keyfile, groups[i], "Default", NULL);

      if (g_str_has_prefix (groups[i], "Key "))
        g_variant_dict_insert_value (&dict, groups[i] + strlen ("Key "),
                                     parse (type, value != NULL ? value : ""));
    }
  for (guint i = 0; settings != NULL && settings[i] != NULL; i++)
    if (!set (&dict, keyfile, settings[i], error))
      return NULL;
  self->name = g_key_file_get_string (keyfile, "Plugin", "Id", NULL);
  self->state_dir = g_strdup (state_dir);
  self->settings = g_variant_ref_sink (g_variant_dict_end (&dict));
  return PAWL_CONTEXT (g_steal_pointer (&self));
}
