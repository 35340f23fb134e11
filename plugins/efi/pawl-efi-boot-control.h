/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_EFI_BOOT_CONTROL (pawl_efi_boot_control_get_type ())
G_DECLARE_FINAL_TYPE (PawlEfiBootControl, pawl_efi_boot_control, PAWL, EFI_BOOT_CONTROL, GObject)

G_END_DECLS
