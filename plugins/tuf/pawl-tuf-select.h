/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-plugin.h>

G_BEGIN_DECLS

/* What a choice is made from, and what is said about it. */
typedef struct
{
  PawlTufClient *client; /* (unowned): refreshed */
  GStrv targets_urls;    /* (unowned) */
  const char *channel;   /* (unowned): empty for none */
  const char *device_id; /* (unowned) */
  gint64 now_us;
  GPtrArray *decisions; /* (unowned) (element-type PawlDecision): is added to */
} PawlTufChoice;

gboolean
pawl_tuf_select (PawlTufChoice *choice, PawlEcu *ecu, GVariant **out_target, GError **error);

G_END_DECLS
