/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-client.h>

G_BEGIN_DECLS

/**
 * PawlTufMap:
 *
 * A map file (TAP 4; Uptane 2.1, 5.2.6): which repositories have to agree on which targets. It
 * comes with the device, and no repository can change it.
 *
 * Since: 1.0
 */
#define PAWL_TUF_TYPE_MAP (pawl_tuf_map_get_type ())
PAWL_TUF_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlTufMap, pawl_tuf_map, PAWL_TUF, MAP, GObject)

PAWL_TUF_AVAILABLE_IN_ALL
PawlTufMap *pawl_tuf_map_new (GBytes *bytes, GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
GStrv pawl_tuf_map_dup_repositories (PawlTufMap *self);
PAWL_TUF_AVAILABLE_IN_ALL
GStrv pawl_tuf_map_dup_urls (PawlTufMap *self, const char *repository);

/**
 * PawlTufMapFunc:
 * @repository: a name of the map
 * @user_data: what was given with the function
 * @error: return location
 *
 * Gives the client of a repository, refreshed.
 *
 * Returns: (transfer none) (nullable): the client; %NULL with an error
 *
 * Since: 1.0
 */
typedef PawlTufClient *(*PawlTufMapFunc) (const char *repository,
                                          gpointer user_data,
                                          GError **error);

/**
 * PawlTufVote:
 * @client: (owned): a repository
 * @found: (owned): what it says about a target
 *
 * One of the repositories that agree on a target.
 *
 * Since: 1.0
 */
typedef struct
{
  PawlTufClient *client;
  PawlTufFound *found;
} PawlTufVote;

PAWL_TUF_AVAILABLE_IN_ALL
void pawl_tuf_vote_free (PawlTufVote *vote);
PAWL_TUF_AVAILABLE_IN_ALL
GPtrArray *pawl_tuf_map_find_target (PawlTufMap *self,
                                     const char *target,
                                     const char *hardware_id,
                                     PawlTufMapFunc get_client,
                                     gpointer user_data,
                                     GError **error);

G_END_DECLS
