/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-repo-json.h"

G_BEGIN_DECLS

/* A metadata file as it is written: `signed` in the order of the canonical form, compact, and the
 * signatures beside it. Its bytes do not change but for the list of signatures. */
GBytes *pawl_repo_envelope_new (JsonObject *signed_part, PawlTufDialect dialect, GError **error);
JsonObject *pawl_repo_envelope_dup_signed (GBytes *bytes, const char *what, GError **error);
PawlTufMetadata *pawl_repo_envelope_read (const char *role, GBytes *bytes, GError **error);

/* What is signed, and signatures. */
GBytes *pawl_repo_envelope_dup_message (PawlTufMetadata *metadata);
GPtrArray *pawl_repo_envelope_list_key_ids (PawlTufMetadata *metadata);
gboolean pawl_repo_envelope_has_signature (PawlTufMetadata *metadata, const char *key_id);
GBytes *pawl_repo_envelope_add_signature (PawlTufMetadata *metadata,
                                          const char *key_id,
                                          const char *signature,
                                          const char *method);
GBytes *
pawl_repo_envelope_copy_signature (PawlTufMetadata *to, PawlTufMetadata *from, const char *key_id);

PawlTufType pawl_repo_type_of_role (const char *role);
const char *pawl_repo_type_name (PawlTufType type, PawlTufDialect dialect);

G_END_DECLS
