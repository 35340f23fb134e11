/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-metadata.h>

G_BEGIN_DECLS

/**
 * PawlTufStore:
 *
 * A folder of trusted metadata under plain names: `root.json`, `timestamp.json`, … Each write is
 * durable, and complete or absent, so a store loads after a kill at any moment. It blocks: for a
 * worker thread.
 *
 * Since: 1.0
 */
#define PAWL_TUF_TYPE_STORE (pawl_tuf_store_get_type ())
PAWL_TUF_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlTufStore, pawl_tuf_store, PAWL_TUF, STORE, GObject)

PAWL_TUF_AVAILABLE_IN_ALL
PawlTufStore *pawl_tuf_store_new (const char *folder);
PAWL_TUF_AVAILABLE_IN_ALL
GBytes *pawl_tuf_store_load (PawlTufStore *self, const char *role, GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_store_save (PawlTufStore *self, const char *role, GBytes *bytes, GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_store_remove (PawlTufStore *self, const char *role, GError **error);

/**
 * PawlTufFetchFunc:
 * @path: the file, relative to the repository's address, percent-encoded
 * @max_size: more bytes than this must not be fetched; more is %PAWL_TUF_ERROR_TOO_LARGE
 * @out_missing: (out): set when the repository says that there is no such file (404, or 403)
 * @user_data: what was given with the function
 * @error: return location
 *
 * Fetches one metadata file. Blocks.
 *
 * Returns: (transfer full) (nullable): the bytes; %NULL with @out_missing set, or with an error
 *
 * Since: 1.0
 */
typedef GBytes *(*PawlTufFetchFunc) (const char *path,
                                     gsize max_size,
                                     gboolean *out_missing,
                                     gpointer user_data,
                                     GError **error);

/**
 * PawlTufClientFlags:
 * @PAWL_TUF_CLIENT_FLAGS_NONE: nothing special
 * @PAWL_TUF_CLIENT_FLAGS_ALLOW_PKCS1: accept the scheme `rsa-pkcs1v15-sha256` of old repositories
 * @PAWL_TUF_CLIENT_FLAGS_RELAX_KEY_IDS: accept key ids that are not the hash of their key
 * @PAWL_TUF_CLIENT_FLAGS_DIRECTOR: the repository is an Uptane Director: its targets file must not
 * delegate, and in the ATS dialect it may have neither timestamp nor snapshot
 *
 * Since: 1.0
 */
typedef enum
{
  PAWL_TUF_CLIENT_FLAGS_NONE = 0,
  PAWL_TUF_CLIENT_FLAGS_ALLOW_PKCS1 = 1 << 0,
  PAWL_TUF_CLIENT_FLAGS_RELAX_KEY_IDS = 1 << 1,
  PAWL_TUF_CLIENT_FLAGS_DIRECTOR = 1 << 2,
} PawlTufClientFlags;

/**
 * PawlTufLimits:
 * @root: bytes of a root
 * @timestamp: bytes of a timestamp
 * @snapshot: bytes of a snapshot, whatever length is announced
 * @targets: bytes of a targets file, whatever length is announced
 * @root_rotations: roots in one refresh (TUF 1.0.34, 5.3.3: “Y”)
 * @delegations: roles visited in one search (5.6.7.1)
 *
 * What no repository may exceed. 0 takes the default of the repository's dialect.
 *
 * Since: 1.0
 */
typedef struct
{
  gsize root;
  gsize timestamp;
  gsize snapshot;
  gsize targets;
  guint root_rotations;
  guint delegations;
} PawlTufLimits;

/**
 * PawlTufClient:
 *
 * The detailed client workflow of TUF 1.0.34, section 5, for one repository. It verifies, remembers
 * and forgets; bytes come from a fetch function, and trusted files go to a store. It blocks where
 * those two do: use it in one worker thread.
 *
 * Since: 1.0
 */
#define PAWL_TUF_TYPE_CLIENT (pawl_tuf_client_get_type ())
PAWL_TUF_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlTufClient, pawl_tuf_client, PAWL_TUF, CLIENT, GObject)

PAWL_TUF_AVAILABLE_IN_ALL
PawlTufClient *
pawl_tuf_client_new (const char *name, PawlTufStore *store, PawlTufClientFlags flags);
PAWL_TUF_AVAILABLE_IN_ALL
void pawl_tuf_client_set_limits (PawlTufClient *self, const PawlTufLimits *limits);
PAWL_TUF_AVAILABLE_IN_ALL
void pawl_tuf_client_set_fetch (PawlTufClient *self, PawlTufFetchFunc fetch, gpointer user_data);

PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_client_init_root (PawlTufClient *self, GBytes *root, GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_client_refresh (PawlTufClient *self, gint64 now_us, GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_client_load_trusted (PawlTufClient *self, gint64 now_us, GError **error);

/* The steps of a refresh, for a workflow that stops in between (Uptane 2.1, 5.4.4.2). */
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_client_refresh_root (PawlTufClient *self, gint64 now_us, GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_client_refresh_timestamp (PawlTufClient *self, gint64 now_us, GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_client_refresh_snapshot (PawlTufClient *self, gint64 now_us, GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_client_refresh_targets (PawlTufClient *self, gint64 now_us, GError **error);

PAWL_TUF_AVAILABLE_IN_ALL
const char *pawl_tuf_client_get_name (PawlTufClient *self);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufMetadata *pawl_tuf_client_get_root (PawlTufClient *self);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufMetadata *pawl_tuf_client_get_timestamp (PawlTufClient *self);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufMetadata *pawl_tuf_client_get_snapshot (PawlTufClient *self);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufMetadata *pawl_tuf_client_get_targets (PawlTufClient *self);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufMetadata *pawl_tuf_client_load_role (PawlTufClient *self,
                                            const char *role,
                                            PawlTufMetadata *delegator,
                                            GError **error);

/**
 * PawlTufFound:
 * @role: (owned): the role that lists the target
 * @metadata: (owned): its file
 * @target: the target's object in it
 *
 * Where a target was found.
 *
 * Since: 1.0
 */
typedef struct
{
  char *role;
  PawlTufMetadata *metadata;
  PawlTufValue target;
} PawlTufFound;

PAWL_TUF_AVAILABLE_IN_ALL
void pawl_tuf_found_free (PawlTufFound *found);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufFound *pawl_tuf_found_copy (PawlTufFound *found);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_found_is_same (PawlTufFound *found, PawlTufFound *other);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlTufFound, pawl_tuf_found_free)

PAWL_TUF_AVAILABLE_IN_ALL
PawlTufFound *pawl_tuf_client_find_target (PawlTufClient *self,
                                           const char *target,
                                           const char *hardware_id,
                                           GError **error);

/* Artifacts: where one is, and whether bytes are it. */
PAWL_TUF_AVAILABLE_IN_ALL
char *
pawl_tuf_client_dup_target_path (PawlTufClient *self, const char *target, PawlTufFound *found);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_check_artifact (PawlTufMetadata *metadata,
                                  PawlTufValue target,
                                  const char *name,
                                  GInputStream *stream,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
