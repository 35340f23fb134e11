/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The variables that systemd-boot and systems share (The Boot Loader Interface). @folder is that of
 * the kernel's efivarfs. May block. */

/* *@out_value is NULL when it is not set. */
gboolean pawl_systemd_boot_variable_get (const char *folder,
                                         const char *name,
                                         char **out_value,
                                         GError **error);
/* NULL takes it away; one that is not set is fine. */
gboolean pawl_systemd_boot_variable_set (const char *folder,
                                         const char *name,
                                         const char *value,
                                         GError **error);

G_END_DECLS
