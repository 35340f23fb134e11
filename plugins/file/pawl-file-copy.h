/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/* What a thread needs of a fetch. */
typedef struct
{
  GStrv uris;           /* (owned) */
  guint64 max_size;     /* of a file that goes to memory */
  char *etag;           /* (owned) (nullable): what the caller has already */
  PawlPayload *payload; /* (owned) (nullable): where a payload goes */
  guint64 length;       /* of the payload */
  guint64 max_rate;     /* bytes per second; 0: no limit */
  PawlOperation *op;    /* (owned) */
} PawlFileCopy;

void pawl_file_copy_free (PawlFileCopy *self);

gboolean pawl_file_copy_to_memory (PawlFileCopy *self, GError **error);
gboolean pawl_file_copy_to_payload (PawlFileCopy *self, GError **error);

G_END_DECLS
