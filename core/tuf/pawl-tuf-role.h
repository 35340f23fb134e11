/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-metadata.h>

G_BEGIN_DECLS

/* The keys of a root, or of the delegations of a targets file: by key id. */
PawlTufValue pawl_tuf_role_find_keys (PawlTufMetadata *delegator);
/* Whether every key id that both name is the id of one key (TUF 1.0.34, 4.3; @flags as for
 * verifying). A key that cannot be read signs nothing, and is passed over. */
gboolean pawl_tuf_role_check_key_ids (PawlTufMetadata *delegator,
                                      PawlTufMetadata *other,
                                      PawlTufKeyFlags flags,
                                      GError **error);

G_END_DECLS
