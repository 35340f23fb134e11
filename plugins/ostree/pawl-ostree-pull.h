/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-ostree-forwarder.h"
#include "pawl-ostree-settings.h"

G_BEGIN_DECLS

/* What a fetch or an estimate was asked for. */
typedef struct
{
  PawlOstreeSettings *settings;   /* (owned) */
  char *name;                     /* (owned): the target's, for messages */
  char *commit;                   /* (owned) */
  GStrv uris;                     /* (owned): in order of preference, as libostree shall see them */
  GVariant *headers;              /* (owned) (nullable): a{ss} */
  PawlOstreeForwarder *forwarder; /* (owned) (nullable): whose address is among @uris */
} PawlOstreePull;

void pawl_ostree_pull_free (PawlOstreePull *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlOstreePull, pawl_ostree_pull_free)

gboolean pawl_ostree_pull_fetch (gpointer input, PawlOperation *op, GError **error);

G_END_DECLS
