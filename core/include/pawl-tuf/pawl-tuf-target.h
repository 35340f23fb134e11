/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-metadata.h>

G_BEGIN_DECLS

/* A target for applications, and values for the wire. */
PAWL_TUF_AVAILABLE_IN_ALL
GVariant *pawl_tuf_target_to_variant (PawlTufMetadata *metadata,
                                      PawlTufValue target,
                                      const char *name,
                                      const char *const *uris);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_target_has_hardware (PawlTufMetadata *metadata,
                                       PawlTufValue target,
                                       const char *hardware_id);
PAWL_TUF_AVAILABLE_IN_ALL
char *pawl_tuf_variant_to_json (GVariant *value);

G_END_DECLS
