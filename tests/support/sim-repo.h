/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf.h>

G_BEGIN_DECLS

#define SIM_NOW     (G_GINT64_CONSTANT (1800000000) * G_USEC_PER_SEC)
#define SIM_LATER   "2028-01-01T00:00:00Z"
#define SIM_EARLIER "2026-01-01T00:00:00Z"

typedef struct
{
  PawlTufSigner *signer;
  char *id;
  char *json; /* the key object */
} SimKey;

/* A role as a test wants it; every field may be changed between two publications. */
typedef struct
{
  char *name;
  GPtrArray *keys;    /* of SimKey: those that count */
  GPtrArray *signers; /* of SimKey: those that sign */
  guint threshold;
  gint64 version;
  const char *expires;
  GString *targets;     /* members of the object */
  GPtrArray *delegated; /* of SimRole */
  const char *paths;    /* of a delegated role: a member, for example "\"paths\":[\"*\"]" */
  gboolean terminating;
  gboolean alias; /* of a role that somebody else delegates to, too, and that is published there */
  const char *bins; /* (nullable): those it delegates to are hash bins: further members */
  guint several;    /* so many of the first that it delegates to share one delegation (TAP 3) */
  guint agreement;  /* of these have to agree */
} SimRole;

/* A repository in memory, with consistent snapshots unless it is plain. */
typedef struct
{
  GHashTable *files; /* path to GBytes */
  GPtrArray *asked;  /* paths */
  SimRole *root;
  SimRole *timestamp;
  SimRole *snapshot;
  SimRole *targets;
  char *meta_extra;   /* (nullable): put in place of the delegated roles' entries */
  gboolean bare;      /* timestamp and snapshot give versions only */
  gboolean plain;     /* without consistent snapshots */
  gboolean canonical; /* files are written as they are signed */
  gboolean ats;       /* of the ATS dialect; plain, too */
} SimRepo;

SimRepo *sim_repo_new (void);
void sim_repo_free (SimRepo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimRepo, sim_repo_free)

SimKey *sim_key_new (void);
/* @type: as pawl_tuf_signer_generate() has it. */
SimKey *sim_key_new_of (const char *type);
/* Another way to write the key object; its id follows. */
void sim_key_set_json (SimKey *self, char *json);
SimRole *sim_role_new (const char *name);
SimRole *sim_role_delegate (SimRole *self, const char *name, const char *paths);
/* Delegates to nobody from here on. */
void sim_role_drop_delegated (SimRole *self);
void sim_role_add_target (SimRole *self, const char *name, const char *content);
/* @custom: the members of that object. */
void sim_role_add_custom_target (SimRole *self,
                                 const char *name,
                                 const char *content,
                                 const char *custom);
void sim_role_set_key (SimRole *self, SimKey *key);

char *sim_hash (const char *text);
/* The name of a role's file in the repository now. */
char *sim_repo_dup_path (SimRepo *self, SimRole *role);
GBytes *sim_sign (GPtrArray *signers, const char *signed_json);

/* Publishes what the fields say now. */
void sim_repo_publish_root (SimRepo *self);
void sim_repo_publish_targets (SimRepo *self, SimRole *role);
void sim_repo_publish_snapshot (SimRepo *self);
void sim_repo_publish_timestamp (SimRepo *self);
void sim_repo_publish (SimRepo *self);
/* Everything again, one version later, but the root. */
void sim_repo_publish_next (SimRepo *self);
/* The first root, as a device is made with it. */
void sim_repo_write_root (SimRepo *self, const char *path);
void sim_remove_folder (const char *path);

guint sim_repo_count (SimRepo *self, const char *path);
GBytes *sim_repo_fetch (const char *path,
                        gsize max_size,
                        gboolean *out_missing,
                        gpointer repo,
                        GError **error);

G_END_DECLS
