/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-operation-private.h"

#include <pawl/pawl-enums.h>
#include <pawl/pawl-error.h>

/* What the wrappers of all five interfaces do alike with what comes back from a plugin. */

GVariant *
pawl_call_nothing (void)
{
  return g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0);
}

GVariant *
pawl_call_options (GVariant *options)
{
  return g_variant_ref_sink (options != NULL ? options : pawl_call_nothing ());
}

static gpointer
propagate (GObject *instance, const PawlCallSpec *spec, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, instance), NULL);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == spec, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

GVariant *
pawl_call_finish_variant (GObject *instance,
                          const PawlCallSpec *spec,
                          GAsyncResult *result,
                          GError **error)
{
  return propagate (instance, spec, result, error);
}

gpointer
pawl_call_finish_object (GObject *instance,
                         const PawlCallSpec *spec,
                         GAsyncResult *result,
                         GError **error)
{
  return propagate (instance, spec, result, error);
}

static void
set_plugin_error (GError **error, GObject *instance, const char *method, const char *what)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN, "%s: %s: %s",
               pawl_instance_get_name (instance), method, what);
}

gboolean
pawl_call_check_set_up (GObject *instance, gboolean ok, GError **error)
{
  if (ok)
    return TRUE;
  if (error != NULL && *error == NULL)
    set_plugin_error (error, instance, "set_up", "the plugin failed without an error");
  else if (error != NULL)
    pawl_instance_prefix_error (instance, error);
  return FALSE;
}

GStrv
pawl_call_check_strv (GObject *instance, const char *method, GStrv answer, GError **error)
{
  if (answer == NULL)
    set_plugin_error (error, instance, method, "the plugin answered with nothing");
  return answer;
}

gboolean
pawl_call_lookup_enum (GObject *instance,
                       const PawlCallSpec *spec,
                       GVariant *answer,
                       const char *member,
                       GType type,
                       int *out_value,
                       GError **error)
{
  const char *nick = "";

  g_variant_lookup (answer, member, "&s", &nick);
  if (pawl_enum_from_nick (type, nick, out_value, NULL))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN, "%s: %s: %s is “%s”, which is no word of %s",
               pawl_instance_get_name (instance), spec->method, member, nick, g_type_name (type));
  return FALSE;
}
