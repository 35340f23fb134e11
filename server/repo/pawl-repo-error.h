/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PAWL_REPO_ERROR (pawl_repo_error_quark ())

/* Why a command stops; also its exit status, so the numbers are fixed. */
typedef enum
{
  PAWL_REPO_ERROR_HELP = 0,       /* nothing: help was asked for, and given */
  PAWL_REPO_ERROR_FAILED = 1,     /* something that should be so is not */
  PAWL_REPO_ERROR_USAGE = 2,      /* the command line */
  PAWL_REPO_ERROR_INCOMPLETE = 3, /* somebody else has to do something first: sign, mostly */
  PAWL_REPO_ERROR_CONFLICT = 4,   /* somebody else has done something: look, then decide */
  PAWL_REPO_ERROR_ORPHAN = 5,     /* a role that nobody delegates to */
} PawlRepoError;

GQuark pawl_repo_error_quark (void);
gboolean pawl_repo_fail (GError **error, PawlRepoError code, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

G_END_DECLS
