/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_EXEC_INSTALLER (pawl_exec_installer_get_type ())
G_DECLARE_FINAL_TYPE (PawlExecInstaller, pawl_exec_installer, PAWL, EXEC_INSTALLER, GObject)

G_END_DECLS
