/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The firmware's own variables of booting (UEFI 2.10, 3.3), which are lists of 16-bit numbers:
 * BootCurrent, BootNext and BootOrder. @folder is that of the kernel's efivarfs. May block. */

/* (transfer full) (element-type guint16): empty when it is not set. */
GArray *pawl_efi_variable_get (const char *folder, const char *name, GError **error);
/* An empty list takes it away; one that is not set is fine. */
gboolean
pawl_efi_variable_set (const char *folder, const char *name, GArray *numbers, GError **error);
/* Whether there is a variable BootXXXX of that number. */
gboolean pawl_efi_has_entry (const char *folder, guint16 number);

G_END_DECLS
