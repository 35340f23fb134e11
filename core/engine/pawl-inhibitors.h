/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-policy.h"

G_BEGIN_DECLS

/**
 * PawlInhibitors:
 *
 * Who holds back which steps. Lives as long as the daemon: an inhibitor belongs to a process, and
 * none of them outlives its release.
 */
typedef struct _PawlInhibitors PawlInhibitors;

PawlInhibitors *pawl_inhibitors_new (void);
void pawl_inhibitors_free (PawlInhibitors *self);

/* @what is a colon-separated list of steps. Returns an id above 0, or 0 with
 * PAWL_ERROR_INVALID_ARGUMENT naming the word that is none. */
guint pawl_inhibitors_add (PawlInhibitors *self,
                           const char *what,
                           const char *who,
                           const char *why,
                           gint64 time_us,
                           GError **error);
/* FALSE when there is none of that id. */
gboolean pawl_inhibitors_remove (PawlInhibitors *self, guint id);
/* (nullable): the first one who holds back @step, for people; valid until the next change. */
const char *pawl_inhibitors_get_holder (PawlInhibitors *self, PawlStep step);
gboolean pawl_inhibitors_is_empty (PawlInhibitors *self);
/* (transfer floating): aa{sv}, as on the bus. */
GVariant *pawl_inhibitors_to_variant (PawlInhibitors *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlInhibitors, pawl_inhibitors_free)

G_END_DECLS
