/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-metadata.h>

G_BEGIN_DECLS

/* `succinct_roles` of a targets file, or a value that does not exist. */
PawlTufValue pawl_tuf_bins_find (PawlTufMetadata *metadata);
gboolean pawl_tuf_bins_check (PawlTufDocument *document, PawlTufValue bins, GError **error);
/* The one bin that may speak about @target. */
char *pawl_tuf_bins_dup_role (PawlTufDocument *document, PawlTufValue bins, const char *target);
gboolean pawl_tuf_bins_has_role (PawlTufDocument *document, PawlTufValue bins, const char *role);
/* All of them, unless they are too many. */
void pawl_tuf_bins_add_roles (PawlTufDocument *document, PawlTufValue bins, GStrvBuilder *builder);

G_END_DECLS
