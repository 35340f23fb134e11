/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-grub-env.h"

#include <pawl/pawl.h>

G_BEGIN_DECLS

/**
 * PawlGrubSettings:
 * @entries: (owned): the two entries of one-shot, or as many as are configured
 * @running: (owned) (nullable): the entry that runs, when the command line says so
 *
 * What a strategy has to know besides the environment.
 */
typedef struct
{
  GStrv entries;
  char *running;
} PawlGrubSettings;

/* What is known of the counter. */
typedef struct
{
  PawlBootStatus status;
  guint tries_left;
  const char *reason; /* (unowned) (nullable) */
} PawlGrubStatus;

/* How the variables of GRUB's script are used. Nothing here touches a disk. */
typedef struct
{
  gboolean (*arm) (PawlGrubEnv *env, const PawlGrubSettings *settings, guint tries, GError **error);
  gboolean (*get_status) (PawlGrubEnv *env,
                          const PawlGrubSettings *settings,
                          PawlGrubStatus *out_status,
                          GError **error);
  gboolean (*mark_good) (PawlGrubEnv *env, const PawlGrubSettings *settings, GError **error);
  gboolean (*mark_bad) (PawlGrubEnv *env, const PawlGrubSettings *settings, GError **error);
} PawlGrubStrategy;

extern const PawlGrubStrategy pawl_grub_counter;
extern const PawlGrubStrategy pawl_grub_one_shot;

G_END_DECLS
