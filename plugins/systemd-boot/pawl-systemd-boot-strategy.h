/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/**
 * PawlSystemdBootPlaces:
 * @entries_dir: (owned): the boot entries
 * @tries_file: (owned): read by kernel-install
 * @entries: (owned): the ids of the two that take turns
 * @efivars: (owned): the firmware's variables
 * @note: (owned): a file of our own, beside the state of the instance
 *
 * Where everything is.
 */
typedef struct
{
  char *entries_dir;
  char *tries_file;
  GStrv entries;
  char *efivars;
  char *note;
} PawlSystemdBootPlaces;

typedef struct
{
  PawlBootStatus status;
  guint tries_left;
  const char *reason; /* (unowned) (nullable) */
} PawlSystemdBootStatus;

/* How systemd-boot is told. All of it may block. */
typedef struct
{
  gboolean (*arm) (const PawlSystemdBootPlaces *places, guint tries, GError **error);
  gboolean (*get_status) (const PawlSystemdBootPlaces *places,
                          PawlSystemdBootStatus *out_status,
                          GError **error);
  gboolean (*mark_good) (const PawlSystemdBootPlaces *places, GError **error);
  gboolean (*mark_bad) (const PawlSystemdBootPlaces *places, GError **error);
} PawlSystemdBootStrategy;

extern const PawlSystemdBootStrategy pawl_systemd_boot_counting;
extern const PawlSystemdBootStrategy pawl_systemd_boot_one_shot;

/* Small files, replaced in one step that a power cut cannot halve; NULL takes one away, and stands
 * for one that is not there. */
gboolean pawl_systemd_boot_write_file (const char *path, const char *text, GError **error);
gboolean pawl_systemd_boot_read_file (const char *path, char **out_text, GError **error);

G_END_DECLS
