/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <libsoup/soup.h>
#include <pawl/pawl.h>

G_BEGIN_DECLS

/* What became of one request, and whether another try may end better. */
typedef struct
{
  gboolean transient;
  gboolean is_ours; /* our own disk or our own mistake: no other source helps */
  guint64 retry_after_s;
} PawlHttpVerdict;

char *pawl_http_describe_uri (GUri *uri);
char *pawl_http_describe_refusal (GTlsCertificateFlags errors);
guint64 pawl_http_get_retry_after_s (SoupMessage *message);
void
pawl_http_error_from_status (SoupMessage *message, PawlHttpVerdict *out_verdict, GError **error);
void pawl_http_error_from_failure (const char *where,
                                   const GError *failure,
                                   PawlHttpVerdict *out_verdict,
                                   GError **error);

G_END_DECLS
