/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-plugin.h>

G_BEGIN_DECLS

/* One check or one proof: gathered on the main thread, done by a worker, answered on the main
 * thread. */
typedef struct
{
  PawlContext *context;  /* (owned) */
  PawlOperation *op;     /* (owned) */
  PawlTufBridge *bridge; /* (owned) */
  char *state_dir;       /* (owned) */
  char *root_file;       /* (owned) */
  char *channel;         /* (owned) */
  char *device_id;       /* (owned) */
  GStrv targets_urls;    /* (owned) */
  PawlTufClientFlags flags;
  gint64 now_us;
  GPtrArray *ecus;      /* (owned) (element-type PawlEcu) */
  GPtrArray *decisions; /* (owned) (element-type PawlDecision) */
  PawlTarget *target;   /* (owned) (nullable): to be proved */
  PawlPayload *payload; /* (owned) (nullable): its bytes */
} PawlTufJob;

PawlTufJob *pawl_tuf_job_new (PawlContext *context, PawlOperation *op, const char *source);
void pawl_tuf_job_check (PawlTufJob *self);
void pawl_tuf_job_verify (PawlTufJob *self, PawlTarget *target, PawlPayload *payload);

G_END_DECLS
