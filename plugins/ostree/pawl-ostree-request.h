/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-ostree-sysroot.h"

G_BEGIN_DECLS

/* What an installer's slot was asked for. */
typedef struct
{
  PawlOstreeSettings *settings; /* (owned) */
  PawlTarget *target;           /* (owned) (nullable): for slots without one */
  char *commit;                 /* (owned) (nullable): of @target */
  guint64 need_bytes;           /* for clean_up */
} PawlOstreeRequest;

PawlOstreeRequest *
pawl_ostree_request_new (PawlOstreeSettings *settings, PawlTarget *target, GError **error);
void pawl_ostree_request_free (PawlOstreeRequest *self);

/* The system root as one slot finds it. */
typedef struct
{
  OstreeSysroot *sysroot;    /* (owned) */
  OstreeRepo *repo;          /* (unowned): @sysroot's */
  char *os;                  /* (owned) */
  OstreeDeployment *running; /* (owned) (nullable): none in an empty system root */
  gboolean is_booted;
  gboolean is_live;
} PawlOstreeScene;

gboolean pawl_ostree_scene_open (PawlOstreeScene *self,
                                 const PawlOstreeSettings *settings,
                                 GCancellable *cancellable,
                                 GError **error);
void pawl_ostree_scene_clear (PawlOstreeScene *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlOstreeRequest, pawl_ostree_request_free)
/* Releases the system root's lock, and may be called twice: an operation that is answered has let
 * go, so that whoever gets the answer can begin the next one. */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PawlOstreeScene, pawl_ostree_scene_clear)

void pawl_ostree_request_complete (PawlOperation *op, gboolean reboot_needed);

G_END_DECLS
