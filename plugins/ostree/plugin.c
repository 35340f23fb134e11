/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl.h>

#include "pawl-ostree-installer.h"
#include "pawl-ostree-transport.h"

static void
register_types (PawlPluginRegistrar *registrar)
{
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_TRANSPORT, PAWL_TYPE_OSTREE_TRANSPORT);
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_INSTALLER, PAWL_TYPE_OSTREE_INSTALLER);
}

PAWL_DEFINE_PLUGIN ("ostree", register_types);
