/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-http-error.h"
#include "pawl-http-exchange.h"
#include "pawl-http-sources.h"

G_BEGIN_DECLS

typedef struct _PawlHttpJob PawlHttpJob;

/* What differs between fetching into memory, into a payload, and sending. Each function that
 * returns a boolean sets @error, and @verdict where it gets one, when it says FALSE. */
typedef struct
{
  const char *method;
  /* Adds headers and body. */
  gboolean (*prepare) (PawlHttpJob *job, PawlHttpExchange *exchange, GError **error);
  /* The head is here: FALSE when this source is of no use. Sets @out_read when the body is wanted;
   * the operation is answered otherwise. */
  gboolean (*answer) (PawlHttpJob *job,
                      SoupMessage *message,
                      gboolean *out_read,
                      PawlHttpVerdict *verdict,
                      GError **error);
  /* A piece of the body, empty at its end: goes on with one of the pawl_http_job functions, at once
   * or later. */
  void (*take) (PawlHttpJob *job, GBytes *bytes);
  GDestroyNotify free_data;
} PawlHttpJobKind;

struct _PawlHttpJob
{
  const PawlHttpJobKind *kind;
  gpointer data;              /* (owned): of the kind */
  PawlHttpSession *session;   /* (owned) */
  PawlOperation *op;          /* (owned) */
  GVariant *options;          /* (owned) */
  PawlHttpSources *sources;   /* (owned) */
  PawlHttpExchange *exchange; /* (owned) (nullable) */
  guint requests;             /* of the exchanges before */
  guint timer_id;             /* while nothing is done but waiting */
  void (*after_wait) (PawlHttpJob *job);
  GError *refusal; /* (owned) (nullable): while the rest of an answer is read away */
  PawlHttpVerdict verdict;
  gsize drained;
};

void pawl_http_job_start (const PawlHttpJobKind *kind,
                          gpointer data,
                          PawlHttpSession *session,
                          PawlHttpSources *sources,
                          GVariant *options,
                          PawlOperation *op);
void pawl_http_job_wait (PawlHttpJob *self, guint64 wait_ms, void (*then) (PawlHttpJob *job));
void pawl_http_job_read_on (PawlHttpJob *self);
void
pawl_http_job_fail_source (PawlHttpJob *self, const GError *error, const PawlHttpVerdict *verdict);
void pawl_http_job_fail (PawlHttpJob *self, const GError *error);
void pawl_http_job_complete (PawlHttpJob *self, GVariant *result);
guint pawl_http_job_get_requests (PawlHttpJob *self);

G_END_DECLS
