/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PawlExit:
 *
 * What pawlctl exits with. The numbers are part of what scripts rely on: they never change, and
 * new ones only come at the end. Between %PAWL_EXIT_PROBLEMS and 125 nothing is used; what lies
 * above belongs to the shell and to the command that `inhibit` runs.
 */
typedef enum
{
  PAWL_EXIT_OK = 0,
  PAWL_EXIT_FAILED = 1,
  PAWL_EXIT_USAGE = 2,
  PAWL_EXIT_NOTHING = 3,
  PAWL_EXIT_WRONG_STATE = 4,
  PAWL_EXIT_NOT_AUTHORIZED = 5,
  PAWL_EXIT_UNREACHABLE = 6,
  PAWL_EXIT_CANCELLED = 7,
  PAWL_EXIT_WAITING = 8,
  PAWL_EXIT_TRY_LATER = 9,
  PAWL_EXIT_REFUSED = 10,
  PAWL_EXIT_STORAGE = 11,
  PAWL_EXIT_NOT_FOUND = 12,
  PAWL_EXIT_CONFIG = 13,
  PAWL_EXIT_PROBLEMS = 14,
  PAWL_EXIT_CANNOT_RUN = 126,
  PAWL_EXIT_NO_COMMAND = 127,
  PAWL_EXIT_INTERRUPTED = 130,
} PawlExit;

/**
 * PawlExitInfo:
 * @code: the exit code
 * @name: its stable name, in JSON
 * @text: what it means, for people
 *
 * One row of the table that the manual page and `pawlctl help` show.
 */
typedef struct
{
  PawlExit code;
  const char *name;
  const char *text;
} PawlExitInfo;

/* An error of pawlctl itself; its code is a #PawlExit. */
#define PAWL_EXIT_ERROR (pawl_exit_error_quark ())

GQuark pawl_exit_error_quark (void);
const PawlExitInfo *pawl_exit_list (gsize *out_length);
const char *pawl_exit_get_name (PawlExit code);
PawlExit pawl_exit_for_error (const GError *error);

G_END_DECLS
