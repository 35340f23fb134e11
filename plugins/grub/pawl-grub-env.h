/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* GRUB writes into the blocks of the file without knowing the file system, so its size is fixed. */
#define PAWL_GRUB_ENV_SIZE 1024

/* An environment block in memory. */
typedef struct _PawlGrubEnv PawlGrubEnv;

PawlGrubEnv *pawl_grub_env_new (const char *data, gsize size, GError **error);
PawlGrubEnv *pawl_grub_env_load (const char *path, GError **error);
void pawl_grub_env_free (PawlGrubEnv *self);
/* NULL when it is not set. */
char *pawl_grub_env_dup (PawlGrubEnv *self, const char *name);
/* NULL takes the variable away. */
void pawl_grub_env_set (PawlGrubEnv *self, const char *name, const char *value);
/* The whole block; fails when there is too much in it. */
char *pawl_grub_env_to_block (PawlGrubEnv *self, GError **error);
/* In place: only the sectors that change are written. May block. */
gboolean pawl_grub_env_save (PawlGrubEnv *self, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlGrubEnv, pawl_grub_env_free)

G_END_DECLS
