/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The properties of the bus, from those of the engine. What changes in one turn of the main loop is
 * told in one signal. Every getter gives a reference. */
#include "pawl-daemon-private.h"
#include "pawl-shown.h"

static GVariant *
make_empty (void)
{
  return g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
}

static GVariant *
from_value (gpointer value)
{
  return value != NULL ? pawl_shown_variant (pawl_value_to_variant (PAWL_VALUE (value)))
                       : make_empty ();
}

static GVariant *
get_state (PawlEngine *engine)
{
  return g_variant_ref_sink (g_variant_new_string (
    pawl_enum_to_nick (PAWL_TYPE_STATE, (int) pawl_engine_get_state (engine))));
}

static GVariant *
get_progress (PawlEngine *engine)
{
  return from_value (pawl_engine_get_progress (engine));
}

static GVariant *
get_available (PawlEngine *engine)
{
  return from_value (pawl_engine_get_available (engine));
}

static GVariant *
get_installed (PawlEngine *engine)
{
  return pawl_value_list_to_variant (pawl_engine_get_installed (engine));
}

static GVariant *
get_last_result (PawlEngine *engine)
{
  g_autoptr (PawlReport) report = pawl_engine_dup_last_result (engine);

  return from_value (report);
}

static GVariant *
get_next_check (PawlEngine *engine)
{
  return g_variant_ref_sink (g_variant_new_int64 (pawl_engine_get_next_check (engine)));
}

static GVariant *
get_decisions (PawlEngine *engine)
{
  g_autoptr (GListModel) list = pawl_engine_dup_decisions (engine);

  return pawl_value_list_to_variant (list);
}

static GVariant *
get_inhibitors (PawlEngine *engine)
{
  return pawl_engine_dup_inhibitors (engine);
}

static GVariant *
get_trial (PawlEngine *engine)
{
  return pawl_engine_dup_trial (engine);
}

static GVariant *
get_reboot_pending (PawlEngine *engine)
{
  return g_variant_ref_sink (g_variant_new_boolean (pawl_engine_get_reboot_pending (engine)));
}

static GVariant *
get_version (PawlEngine *engine)
{
  g_auto (GStrv) foreign = pawl_plugin_host_dup_foreign (pawl_engine_get_plugin_host (engine));
  g_autofree char *ids = g_strjoinv (", ", foreign);

  if (*ids == '\0')
    return g_variant_ref_sink (g_variant_new_string (PAWL_VERSION));
  return g_variant_ref_sink (g_variant_new_printf ("%s (foreign: %s)", PAWL_VERSION, ids));
}

static const struct
{
  const char *name;
  const char *source; /* the property of the engine; NULL: see on_foreign_loaded() */
  GVariant *(*get) (PawlEngine *engine);
} properties[] = {
  {"State",         "state",          get_state         },
  {"Progress",      "progress",       get_progress      },
  {"Available",     "available",      get_available     },
  {"Installed",     "installed",      get_installed     },
  {"LastResult",    "last-result",    get_last_result   },
  {"NextCheck",     "next-check",     get_next_check    },
  {"Decisions",     "decisions",      get_decisions     },
  {"Inhibitors",    "inhibitors",     get_inhibitors    },
  {"Trial",         "trial",          get_trial         },
  {"RebootPending", "reboot-pending", get_reboot_pending},
  {"Version",       NULL,             get_version       },
};

GVariant *
pawl_daemon_get_property (PawlDaemon *self, const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (properties); i++)
    if (g_str_equal (properties[i].name, name))
      return properties[i].get (self->engine);
  return NULL;
}

/* ---- what changed ---- */

void
pawl_daemon_tell_changes (PawlDaemon *self)
{
  GVariantBuilder changed;
  GHashTableIter iter;
  gpointer name;

  g_clear_handle_id (&self->tell_source, g_source_remove);
  if (self->connection == NULL || g_hash_table_size (self->changed) == 0)
    return;
  g_variant_builder_init (&changed, G_VARIANT_TYPE_VARDICT);
  g_hash_table_iter_init (&iter, self->changed);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      g_autoptr (GVariant) value = pawl_daemon_get_property (self, name);

      g_variant_builder_add (&changed, "{sv}", name, value);
    }
  g_hash_table_remove_all (self->changed);
  g_dbus_connection_emit_signal (self->connection, NULL, PAWL_BUS_PATH,
                                 "org.freedesktop.DBus.Properties", "PropertiesChanged",
                                 g_variant_new ("(sa{sv}as)", PAWL_BUS_INTERFACE, &changed, NULL),
                                 NULL);
}

static gboolean
on_tell (gpointer data)
{
  PawlDaemon *self = data;

  self->tell_source = 0;
  pawl_daemon_tell_changes (self);
  return G_SOURCE_REMOVE;
}

static void
note_change (PawlDaemon *self, const char *name)
{
  g_hash_table_add (self->changed, (gpointer) name);
  if (self->tell_source == 0)
    self->tell_source = g_idle_add (on_tell, self);
}

static void
on_notify (GObject *engine, GParamSpec *pspec, gpointer data)
{
  PawlDaemon *self = data;

  for (gsize i = 0; i < G_N_ELEMENTS (properties); i++)
    if (g_strcmp0 (properties[i].source, pspec->name) == 0)
      note_change (self, properties[i].name);
}

static void
on_foreign_loaded (PawlPluginHost *host, gpointer data)
{
  note_change (data, "Version");
}

void
pawl_daemon_follow_engine (PawlDaemon *self)
{
  g_signal_connect_object (self->engine, "notify", G_CALLBACK (on_notify), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (pawl_engine_get_plugin_host (self->engine), "foreign-loaded",
                           G_CALLBACK (on_foreign_loaded), self, G_CONNECT_DEFAULT);
}
