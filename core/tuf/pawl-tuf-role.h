/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-metadata.h>

G_BEGIN_DECLS

/* The keys of a root, or of the delegations of a targets file: by key id. */
PawlTufValue pawl_tuf_role_find_keys (PawlTufMetadata *delegator);

G_END_DECLS
