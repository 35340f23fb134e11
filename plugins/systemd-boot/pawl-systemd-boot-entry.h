/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PawlSystemdBootEntry:
 * @file: (owned): its name in the folder
 * @name: (owned): the same without its counter and suffix
 * @suffix: (owned): `.conf` or `.efi`
 * @counted: whether it has a counter
 * @left: tries that it still has
 * @done: tries that it had
 *
 * A boot entry, `NAME+LEFT-DONE.conf` (Automatic Boot Assessment).
 */
typedef struct
{
  char *file;
  char *name;
  char *suffix;
  gboolean counted;
  guint left;
  guint done;
} PawlSystemdBootEntry;

/* NULL when it is no boot entry. */
PawlSystemdBootEntry *pawl_systemd_boot_entry_new (const char *file);
void pawl_systemd_boot_entry_free (PawlSystemdBootEntry *self);
/* (element-type PawlSystemdBootEntry) */
GPtrArray *pawl_systemd_boot_entry_list (const char *folder, GError **error);
/* Gives it this counter, or with @counted FALSE none: then it is good. */
gboolean pawl_systemd_boot_entry_rename (PawlSystemdBootEntry *self,
                                         const char *folder,
                                         gboolean counted,
                                         guint left,
                                         GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlSystemdBootEntry, pawl_systemd_boot_entry_free)

G_END_DECLS
