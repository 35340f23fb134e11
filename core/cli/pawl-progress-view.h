/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-cli.h"

G_BEGIN_DECLS

/**
 * PawlProgressView:
 *
 * Follows a running step: on a terminal one line with a bar that is drawn over, in a pipe a line
 * for each state, each phase and each tenth of it; with --json nothing.
 */
typedef struct _PawlProgressView PawlProgressView;

PawlProgressView *pawl_progress_view_new (PawlCli *cli, const char *state);
void pawl_progress_view_free (PawlProgressView *self);

/* The line for a terminal of some columns, without the control sequences. */
char *pawl_progress_view_format (GVariant *progress, gsize columns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlProgressView, pawl_progress_view_free)

G_END_DECLS
