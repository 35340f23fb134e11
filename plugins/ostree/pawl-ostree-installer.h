/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_OSTREE_INSTALLER (pawl_ostree_installer_get_type ())

G_DECLARE_FINAL_TYPE (PawlOstreeInstaller, pawl_ostree_installer, PAWL, OSTREE_INSTALLER, GObject)

G_END_DECLS
