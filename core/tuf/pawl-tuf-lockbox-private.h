/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-tuf-uptane-private.h"

G_BEGIN_DECLS

/* The Director's roles of an offline update (PURE-2), and the names of their files. */
#define PAWL_TUF_OFFLINE_SNAPSHOT "offline-snapshot"
#define PAWL_TUF_OFFLINE_UPDATES  "offline-updates"

/* One verification of a medium, or of what is kept of the last one. */
typedef struct
{
  PawlTufUptane *uptane; /* (unowned) */
  gboolean reading;      /* from the medium; else from what is kept */
  gint64 now_us;
  PawlTufStore *store;       /* (owned): of the Director's files */
  PawlTufClient *image;      /* (owned): of the Image repository's */
  PawlTufMetadata *snapshot; /* (owned) (nullable) */
  PawlTufMetadata *updates;  /* (owned) (nullable) */
  char *file_name;           /* (owned) (nullable): of the updates, as the snapshot has it */
} PawlTufLockbox;

/* The Director's half: what the ECUs of this vehicle have to run. */
GPtrArray *pawl_tuf_lockbox_read_director (PawlTufLockbox *self, GError **error);

/* Says that nothing of that role is kept, unless @error says more already. */
gboolean pawl_tuf_lockbox_fail_unknown (GError **error, const char *role);

G_END_DECLS
