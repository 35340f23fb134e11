/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_EXEC_BOOT_CONTROL (pawl_exec_boot_control_get_type ())
G_DECLARE_FINAL_TYPE (PawlExecBootControl, pawl_exec_boot_control, PAWL, EXEC_BOOT_CONTROL, GObject)

G_END_DECLS
