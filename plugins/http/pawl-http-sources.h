/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/* The same file at several places: which one is asked next, when, and what to say in the end. It
 * knows nothing of HTTP and does nothing itself. */
typedef struct _PawlHttpSources PawlHttpSources;

PawlHttpSources *
pawl_http_sources_new (const char *const *uris, guint retries, guint delay_ms, GError **error);
void pawl_http_sources_free (PawlHttpSources *self);
const char *pawl_http_sources_get_uri (PawlHttpSources *self);
void pawl_http_sources_note_failure (PawlHttpSources *self,
                                     const GError *error,
                                     gboolean transient,
                                     guint64 retry_after_s);
gboolean pawl_http_sources_advance (PawlHttpSources *self, guint64 *out_wait_ms);
void pawl_http_sources_note_progress (PawlHttpSources *self);
GError *pawl_http_sources_dup_error (PawlHttpSources *self);
guint64 pawl_http_sources_get_retry_after_s (PawlHttpSources *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlHttpSources, pawl_http_sources_free)

G_END_DECLS
