/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The environment of U-Boot, opened for one reading or one change. libubootenv holds its lock
 * meanwhile, against fw_setenv too, and waits for it: worker threads only. */
typedef struct _PawlUbootEnv PawlUbootEnv;

PawlUbootEnv *pawl_uboot_env_open (const char *config, GError **error);
void pawl_uboot_env_close (PawlUbootEnv *self);
/* A variable that is not set is 0. */
gboolean
pawl_uboot_env_get_number (PawlUbootEnv *self, const char *name, int *out_number, GError **error);
gboolean
pawl_uboot_env_set_number (PawlUbootEnv *self, const char *name, int number, GError **error);
/* All changes at once: with a redundant environment the old copy stays until the new one is
 * whole. */
gboolean pawl_uboot_env_store (PawlUbootEnv *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlUbootEnv, pawl_uboot_env_close)

G_END_DECLS
