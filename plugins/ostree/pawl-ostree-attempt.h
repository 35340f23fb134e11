/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-ostree-settings.h"

#include <ostree.h>

G_BEGIN_DECLS

/* What one try to pull a commit from one place needs and leaves behind. */
typedef struct
{
  const PawlOstreeSettings *settings; /* (unowned) */
  OstreeRepo *repo;                   /* (unowned) */
  const char *commit;                 /* (unowned) */
  GVariant *headers;                  /* (unowned) (nullable): a{ss} */
  PawlOperation *op;                  /* (unowned) */
  guint64 bytes;                      /* transferred, by all tries */
  guint requests;                     /* made, by all tries */
} PawlOstreeAttempt;

gboolean pawl_ostree_attempt_run (PawlOstreeAttempt *self, const char *uri, GError **error);

G_END_DECLS
