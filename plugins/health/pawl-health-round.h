/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/* One round of all checks. Each check takes a reference, answers with its results, and lets go of
 * it; the last one to do so completes the operation. Main thread only. */
typedef struct _PawlHealthRound PawlHealthRound;

PawlHealthRound *pawl_health_round_new (PawlContext *context, PawlOperation *op);
PawlHealthRound *pawl_health_round_ref (PawlHealthRound *self);
void pawl_health_round_unref (PawlHealthRound *self);
PawlContext *pawl_health_round_get_context (PawlHealthRound *self);
GCancellable *pawl_health_round_get_cancellable (PawlHealthRound *self);

/* @kind is what is checked (`unit`, `bus-name`, …) and @name which one. What is only wanted is
 * reported, and decides nothing. */
void pawl_health_round_add (PawlHealthRound *self,
                            const char *kind,
                            const char *name,
                            gboolean required,
                            PawlVerdict verdict,
                            const char *format,
                            ...) G_GNUC_PRINTF (6, 7);
/* Asks the daemon to find out whether its server can be reached. */
void pawl_health_round_want_server (PawlHealthRound *self);
/* The journal of a failed unit; @text is taken as it is. */
void pawl_health_round_add_journal (PawlHealthRound *self, const char *unit, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlHealthRound, pawl_health_round_unref)

G_END_DECLS
