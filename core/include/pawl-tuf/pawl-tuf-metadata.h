/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-key.h>

G_BEGIN_DECLS

/**
 * PawlTufType:
 * @PAWL_TUF_TYPE_ROOT: who may sign what
 * @PAWL_TUF_TYPE_TIMESTAMP: which snapshot is the newest
 * @PAWL_TUF_TYPE_SNAPSHOT: which targets files belong together
 * @PAWL_TUF_TYPE_TARGETS: what there is, and to whom parts of it are delegated
 * @PAWL_TUF_TYPE_OFFLINE_SNAPSHOT: which offline updates belong together
 * @PAWL_TUF_TYPE_OFFLINE_UPDATES: what a Director has on a medium, and for which hardware
 *
 * The type of a metadata file.
 *
 * Since: 1.0
 */
typedef enum
{
  PAWL_TUF_TYPE_ROOT,
  PAWL_TUF_TYPE_TIMESTAMP,
  PAWL_TUF_TYPE_SNAPSHOT,
  PAWL_TUF_TYPE_TARGETS,
  PAWL_TUF_TYPE_OFFLINE_SNAPSHOT,
  PAWL_TUF_TYPE_OFFLINE_UPDATES,
} PawlTufType;

/**
 * PawlTufDialect:
 * @PAWL_TUF_DIALECT_TUF: TUF 1.0
 * @PAWL_TUF_DIALECT_ATS: aktualizr's and OTA Community Edition's
 *
 * Recognised from the document itself: the ATS dialect capitalises its types.
 *
 * Since: 1.0
 */
typedef enum
{
  PAWL_TUF_DIALECT_TUF,
  PAWL_TUF_DIALECT_ATS,
} PawlTufDialect;

/**
 * PawlTufMetadata:
 *
 * A metadata file whose form was checked: type, version, expiry, signatures of different key ids,
 * and what its type asks for. Whether it is genuine is a question of pawl_tuf_metadata_verify().
 *
 * Since: 1.0
 */
#define PAWL_TUF_TYPE_METADATA (pawl_tuf_metadata_get_type ())
PAWL_TUF_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlTufMetadata, pawl_tuf_metadata, PAWL_TUF, METADATA, GObject)

PAWL_TUF_AVAILABLE_IN_ALL
PawlTufMetadata *pawl_tuf_metadata_new (PawlTufType type, GBytes *bytes, GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufDocument *pawl_tuf_metadata_get_document (PawlTufMetadata *self);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufValue pawl_tuf_metadata_get_signed (PawlTufMetadata *self);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufValue pawl_tuf_metadata_get_member (PawlTufMetadata *self, const char *name);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufDialect pawl_tuf_metadata_get_dialect (PawlTufMetadata *self);
PAWL_TUF_AVAILABLE_IN_ALL
gint64 pawl_tuf_metadata_get_version (PawlTufMetadata *self);
PAWL_TUF_AVAILABLE_IN_ALL
gint64 pawl_tuf_metadata_get_expires_us (PawlTufMetadata *self);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_metadata_check_expiry (PawlTufMetadata *self, gint64 now_us, GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_metadata_verify (PawlTufMetadata *self,
                                   PawlTufMetadata *delegator,
                                   const char *role,
                                   PawlTufKeyFlags flags,
                                   GError **error);

/* The file as a snapshot or timestamp describes it: its bytes (TUF) or its canonical form (ATS). */
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_metadata_check_described (PawlTufMetadata *self,
                                            PawlTufMetadata *describer,
                                            PawlTufValue entry,
                                            GError **error);

/* Roles of a root, and of the delegations of a targets file. */
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufValue pawl_tuf_metadata_find_role (PawlTufMetadata *self, const char *role);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_metadata_get_consistent_snapshot (PawlTufMetadata *self);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean
pawl_tuf_metadata_has_same_keys (PawlTufMetadata *self, PawlTufMetadata *other, const char *role);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufValue pawl_tuf_metadata_find_meta (PawlTufMetadata *self, const char *file_name);

/**
 * PawlTufDelegation:
 * @role: (owned): the delegated role; of a multi-role delegation its name, which is nobody's
 * @roles: (owned) (nullable): the roles of a multi-role delegation (TAP 3), in order of their
 * priority
 * @agreement: how many of @roles have to say the same about a target; 1 otherwise
 * @terminating: whether nothing is searched behind it
 *
 * Since: 1.0
 */
typedef struct
{
  char *role;
  GStrv roles;
  guint agreement;
  gboolean terminating;
} PawlTufDelegation;

/* More hash bins than this are not looked through one by one. */
#define PAWL_TUF_MAX_BINS 16384

PAWL_TUF_AVAILABLE_IN_ALL
void pawl_tuf_delegation_free (PawlTufDelegation *delegation);
/* The delegations of a targets file that lead to @target, in order. */
PAWL_TUF_AVAILABLE_IN_ALL
GPtrArray *pawl_tuf_metadata_find_delegations (PawlTufMetadata *self,
                                               const char *target,
                                               const char *hardware_id);
PAWL_TUF_AVAILABLE_IN_ALL
GStrv pawl_tuf_metadata_dup_delegated_roles (PawlTufMetadata *self);

PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_glob_match (const char *pattern, const char *path);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_parse_time (const char *text, gint64 *out_us);

G_END_DECLS
