/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A device without a battery for its clock begins in 1970, where no certificate is valid yet, or at
 * some date in the past, where expired ones are valid again. GIO has no way to say at which time a
 * certificate is judged. GnuTLS, which its TLS is made of, has one clock for the whole process and
 * lets it be replaced: by the later of the system's clock and what the host knows to be past. That
 * it is judged by GnuTLS itself matters: when it finds something expired, it looks no further, so
 * an answer of "expired, and nothing else" does not say that the rest would hold. */
#include "pawl-http-clock.h"

#include <gnutls/gnutls.h>
#include <time.h>

/* (atomic): seconds since 1970, for TLS handshakes are done by threads; it lasts until 2106 */
static guint past_s;

static time_t
get_time (time_t *out)
{
  time_t now = MAX (time (NULL), (time_t) g_atomic_int_get (&past_s));

  if (out != NULL)
    *out = now;
  return now;
}

/*< private >
 * pawl_http_clock_set:
 * @time_us: microseconds since 1970: what the host says the time is
 *
 * From here on certificates are judged at @time_us or by the system's clock, whatever is later.
 */
void
pawl_http_clock_set (gint64 time_us)
{
  g_atomic_int_set (&past_s, (guint) CLAMP (time_us / G_USEC_PER_SEC, 0, G_MAXUINT));
  gnutls_global_set_time_function (get_time);
}
