/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A plugin of long ago: it sees the first headers alone, and implements all five interfaces. */
#include "abi-1/pawl.h"

#define COMPLETE(method, Self, text, ...)                                                          \
  static gboolean method (Self *self, ##__VA_ARGS__, GVariant *options, PawlOperation *op,         \
                          GError **error)                                                          \
  {                                                                                                \
    pawl_operation_complete (op, g_variant_new_parsed (text));                                     \
    return TRUE;                                                                                   \
  }

static GStrv
list_schemes (PawlTransport *self)
{
  return g_strsplit ("old", ":", -1);
}

COMPLETE (fetch, PawlTransport, "{'data': <b'old'>}", const char *const *uris, guint64 max_size)
COMPLETE (get_status, PawlBootControl, "{'status': <'trial'>}")
COMPLETE (check, PawlConfirmer, "{'verdict': <'pass'>, 'reason': <'old'>}")

static gboolean
check_for_update (PawlVerifier *self, GVariant *options, PawlOperation *op, GError **error)
{
  g_autoptr (PawlUpdate) update = pawl_update_new_from_variant (
    g_variant_new_parsed ("{'id': <'old'>, 'targets': <{'main': {'name': <'fw'>}}>}"), error);

  if (update == NULL)
    return FALSE;
  pawl_operation_complete_object (op, G_OBJECT (update));
  return TRUE;
}

static gboolean
describe_installed (PawlInstaller *self, GVariant *options, PawlOperation *op, GError **error)
{
  g_autoptr (PawlTarget) target =
    pawl_target_new_from_variant (g_variant_new_parsed ("{'name': <'old'>}"), error);

  if (target == NULL)
    return FALSE;
  pawl_operation_complete_object (op, G_OBJECT (target));
  return TRUE;
}

static void
transport_init (PawlTransportInterface *iface)
{
  iface->list_schemes = list_schemes;
  iface->start_fetch = fetch;
}

static void
verifier_init (PawlVerifierInterface *iface)
{
  iface->start_check = check_for_update;
}

static void
installer_init (PawlInstallerInterface *iface)
{
  iface->start_describe_installed = describe_installed;
}

static void
boot_control_init (PawlBootControlInterface *iface)
{
  iface->start_get_status = get_status;
}

static void
confirmer_init (PawlConfirmerInterface *iface)
{
  iface->start_check = check;
}

static void
add (PawlPluginRegistrar *registrar, const char *name, GType interface, gpointer init)
{
  const GInterfaceInfo info = {(GInterfaceInitFunc) init, NULL, NULL};
  const GType type = g_type_register_static_simple (G_TYPE_OBJECT, name, sizeof (GObjectClass),
                                                    NULL, sizeof (GObject), NULL, G_TYPE_FLAG_NONE);

  g_type_add_interface_static (type, interface, &info);
  pawl_plugin_registrar_add (registrar, interface, type);
}

static void
register_types (PawlPluginRegistrar *registrar)
{
  add (registrar, "OldTransport", PAWL_TYPE_TRANSPORT, transport_init);
  add (registrar, "OldVerifier", PAWL_TYPE_VERIFIER, verifier_init);
  add (registrar, "OldInstaller", PAWL_TYPE_INSTALLER, installer_init);
  add (registrar, "OldBootControl", PAWL_TYPE_BOOT_CONTROL, boot_control_init);
  add (registrar, "OldConfirmer", PAWL_TYPE_CONFIRMER, confirmer_init);
}

PAWL_DEFINE_PLUGIN ("old", register_types);
