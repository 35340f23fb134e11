/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-client.h>

G_BEGIN_DECLS

/* A trusted targets file, and whose keys were found to have signed it. */
typedef struct
{
  PawlTufMetadata *metadata;  /* (owned) */
  PawlTufMetadata *delegator; /* (owned) */
} PawlTufKnown;

struct _PawlTufClient
{
  GObject parent_instance;

  char *name;          /* (owned): for messages */
  PawlTufStore *store; /* (owned) */
  PawlTufClientFlags flags;
  PawlTufLimits limits; /* 0: the dialect's default */
  PawlTufFetchFunc fetch;
  gpointer fetch_data; /* (unowned) */
  gint64 now_us;       /* when this refresh began */
  gboolean offline;    /* nothing is fetched: what the store has is all there is */
  gboolean plain;      /* of a medium: no file has a version in its name but roots */

  PawlTufMetadata *root;      /* (owned) (nullable) */
  PawlTufMetadata *timestamp; /* (owned) (nullable) */
  PawlTufMetadata *snapshot;  /* (owned) (nullable) */
  GHashTable *roles;          /* (owned): PawlTufKnown by role */
};

gboolean pawl_tuf_client_is_ats (PawlTufClient *self);
PawlTufKeyFlags pawl_tuf_client_get_key_flags (PawlTufClient *self);

/* A limit of this client, or the dialect's default. */
gsize pawl_tuf_client_get_limit (PawlTufClient *self, PawlTufType type);

/* One file. That there is none is an error, unless @out_missing wants to know. */
GBytes *pawl_tuf_client_fetch (PawlTufClient *self,
                               const char *path,
                               gsize max_size,
                               gboolean *out_missing,
                               GError **error);

/* What the store has for @role, if @delegator's keys signed it; NULL otherwise, whatever the
 * reason: what is not there or no longer good is fetched. */
PawlTufMetadata *pawl_tuf_client_load_local (PawlTufClient *self,
                                             PawlTufType type,
                                             const char *role,
                                             PawlTufMetadata *delegator);

/* A file of that type whose signatures are @delegator's. */
PawlTufMetadata *pawl_tuf_client_read (PawlTufClient *self,
                                       PawlTufType type,
                                       const char *role,
                                       PawlTufMetadata *delegator,
                                       GBytes *bytes,
                                       GError **error);

gboolean pawl_tuf_client_save (PawlTufClient *self,
                               const char *role,
                               PawlTufMetadata *metadata,
                               GError **error);

/* Follows the roots to the last one, and says whether it is fresh. */
gboolean pawl_tuf_roots_follow (PawlTufClient *self, GError **error);

G_END_DECLS
