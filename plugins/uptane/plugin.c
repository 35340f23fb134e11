/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl.h>

#include "pawl-uptane-verifier.h"

static void
register_types (PawlPluginRegistrar *registrar)
{
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_VERIFIER, PAWL_TYPE_UPTANE_VERIFIER);
}

PAWL_DEFINE_PLUGIN ("uptane", register_types);
