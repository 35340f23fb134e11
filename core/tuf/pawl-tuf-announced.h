/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-tuf-client-private.h"

G_BEGIN_DECLS

/* The version that @entry of a timestamp or a snapshot announces; 0 for none. */
gint64 pawl_tuf_announced_get_version (PawlTufMetadata *metadata, PawlTufValue entry);

/* Fetches the file of @role that @entry of @describer announces, up to its signatures. */
PawlTufMetadata *pawl_tuf_announced_fetch (PawlTufClient *self,
                                           PawlTufType type,
                                           const char *role,
                                           PawlTufMetadata *delegator,
                                           PawlTufMetadata *describer,
                                           PawlTufValue entry,
                                           GError **error);

/* Whether what is stored is the announced file, and not expired. */
gboolean pawl_tuf_announced_is_still_good (PawlTufClient *self,
                                           PawlTufMetadata *stored,
                                           PawlTufMetadata *describer,
                                           PawlTufValue entry);

/* Whether @bytes are those of @stored (nullable). */
gboolean pawl_tuf_announced_is_same (PawlTufMetadata *stored, GBytes *bytes);

/* Whether @fetched is no older than @stored. */
gboolean pawl_tuf_announced_check_version (const char *what,
                                           PawlTufMetadata *stored,
                                           PawlTufMetadata *fetched,
                                           GError **error);

/* Whether nothing that @stored lists goes back in @fetched, or disappears unless it @may_end (TUF
 * 1.0.34, 5.5.5). */
gboolean pawl_tuf_announced_check_entries (PawlTufMetadata *stored,
                                           PawlTufMetadata *fetched,
                                           gboolean may_end,
                                           GError **error);

gboolean
pawl_tuf_announced_fail_rollback (GError **error, const char *what, gint64 found, gint64 known);

G_END_DECLS
