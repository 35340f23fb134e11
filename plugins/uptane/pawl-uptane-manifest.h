/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf.h>
#include <pawl/pawl.h>

G_BEGIN_DECLS

/* What a vehicle version manifest says. */
typedef struct
{
  GPtrArray *ecus;    /* (unowned) (element-type PawlEcu): the primary first */
  const char *attack; /* (unowned): empty for none */
  gint64 counter;     /* unlike that of any manifest before */
  gint64 now_us;      /* microseconds since 1970, UTC */
  gint64 previous_us; /* of the manifest before; 0 for none */
  PawlReport *report; /* (unowned) (nullable): of an installation */
  gboolean hash;      /* each signature has the hash of what it signs */
} PawlUptaneManifest;

char *pawl_uptane_manifest_sign (const PawlUptaneManifest *manifest,
                                 PawlTufSigner *signer,
                                 GError **error);
char *pawl_uptane_make_registration (GPtrArray *ecus, PawlTufSigner *signer);
gboolean pawl_uptane_is_correlation_id (const char *text);
char *pawl_uptane_format_time (gint64 time_us);

G_END_DECLS
