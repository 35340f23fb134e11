/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-metadata.h>

G_BEGIN_DECLS

/* What a targets file delegates, however it is written: `delegations` with `keys` and `roles`, or a
 * list of delegations and `keys_for_delegations` (TAP 3). A delegation in the list has a role of
 * its own, or several in `roleinfo`. */
PawlTufValue pawl_tuf_delegations_find_list (PawlTufDocument *document, PawlTufValue signed_part);
PawlTufValue pawl_tuf_delegations_find_keys (PawlTufDocument *document, PawlTufValue signed_part);
/* The object with the key ids and the threshold of @role, or a value that does not exist. */
PawlTufValue pawl_tuf_delegations_find_role (PawlTufMetadata *metadata, const char *role);
/* Whether a targets file delegates at all. */
gboolean pawl_tuf_delegations_exist (PawlTufMetadata *metadata);

G_END_DECLS
