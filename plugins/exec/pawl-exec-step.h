/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/* The step is not known to the executable (sysexits.h, EX_USAGE). */
#define PAWL_EXEC_UNKNOWN_STEP 64
/* Ask again later (sysexits.h, EX_TEMPFAIL). */
#define PAWL_EXEC_RETRY_LATER 75

/**
 * PawlExecRequest:
 * @command: the executable
 * @step: its only argument
 * @environment: (element-type utf8): `NAME=value`, all that it gets besides PATH and LANG
 * @payload: (nullable): the bytes for descriptor 3
 * @optional: an executable that does not know the step has done it
 * @failure: what an end with another status than 0 is
 * @op: where progress goes, and where a cancel comes from
 *
 * What to run. All of it is copied or held.
 */
typedef struct
{
  const char *command;
  const char *step;
  GPtrArray *environment;
  PawlPayload *payload;
  gboolean optional;
  PawlError failure;
  PawlOperation *op;
} PawlExecRequest;

/* Completes when the executable has ended. The cancellable of the operation ends it: SIGTERM, and
 * SIGKILL after 10 seconds. */
void
pawl_exec_step_async (const PawlExecRequest *request, GAsyncReadyCallback callback, gpointer data);
/* (element-type utf8 utf8): the lines `key=value` of its standard output. */
GHashTable *pawl_exec_step_finish (GAsyncResult *result, GError **error);

G_END_DECLS
