/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What an instance of a plugin is called: the name that stands before its errors. */

#include "pawl-operation-private.h"
#include "pawl-secrets-private.h"

static GQuark
name_quark (void)
{
  return g_quark_from_static_string ("pawl-instance-name");
}

void
pawl_instance_set_name (GObject *instance, const char *name)
{
  g_object_set_qdata_full (instance, name_quark (), g_strdup (name), g_free);
}

const char *
pawl_instance_get_name (GObject *instance)
{
  const char *name = g_object_get_qdata (instance, name_quark ());

  return name != NULL ? name : G_OBJECT_TYPE_NAME (instance);
}

static void
hide_secrets (GError *error)
{
  char *shown = pawl_secrets_hide (error->message);

  g_free (error->message);
  error->message = shown;
}

/* A plugin that says its own name in its messages is not named twice. What it says goes to the log,
 * the bus and the server, and it may repeat an address as it stands in the configuration. */
void
pawl_instance_prefix_error (GObject *instance, GError **error)
{
  const char *name = pawl_instance_get_name (instance);
  g_autofree char *prefix = g_strconcat (name, ": ", NULL);

  hide_secrets (*error);
  if (name[0] != '\0' && !g_str_has_prefix ((*error)->message, prefix))
    g_prefix_error_literal (error, prefix);
}
