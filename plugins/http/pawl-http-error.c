/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a status or a failure of the network means for whoever wanted the bytes. */
#include "pawl-http-error.h"

/* No server is waited for longer than a day, whatever it asks for. */
#define MAX_RETRY_AFTER_S (24 * 3600)

/* For people, without user, password and query, which may hold secrets. */
char *
pawl_http_describe_uri (GUri *uri)
{
  return g_uri_to_string_partial (uri,
                                  G_URI_HIDE_USERINFO | G_URI_HIDE_QUERY | G_URI_HIDE_FRAGMENT);
}

/* Why a certificate is not taken, in GLib's words: expired, not-activated, unknown-ca... */
char *
pawl_http_describe_refusal (GTlsCertificateFlags errors)
{
  g_autoptr (GFlagsClass) klass = g_type_class_ref (G_TYPE_TLS_CERTIFICATE_FLAGS);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < klass->n_values; i++)
    {
      guint bit = klass->values[i].value;

      /* One bit; there is also a value for all of them. */
      if ((bit & (bit - 1)) == 0 && (errors & bit) != 0)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                                klass->values[i].value_nick);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* When the server says it is, for the device's clock may be far from that. */
static gint64
get_server_time_s (SoupMessageHeaders *headers)
{
  const char *text = soup_message_headers_get_one (headers, "Date");
  g_autoptr (GDateTime) date = text != NULL ? soup_date_time_new_from_http_string (text) : NULL;

  return date != NULL ? g_date_time_to_unix (date) : g_get_real_time () / G_USEC_PER_SEC;
}

/* Seconds, or a date (RFC 9110, 10.2.3); 0 when the server says nothing or nonsense. */
guint64
pawl_http_get_retry_after_s (SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *text = soup_message_headers_get_one (headers, "Retry-After");
  g_autoptr (GDateTime) date = NULL;
  gint64 wait_s;
  guint64 seconds;

  if (text == NULL)
    return 0;
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &seconds, NULL))
    return MIN (seconds, MAX_RETRY_AFTER_S);
  date = soup_date_time_new_from_http_string (text);
  wait_s = date != NULL ? g_date_time_to_unix (date) - get_server_time_s (headers) : 0;
  return (guint64) CLAMP (wait_s, 0, MAX_RETRY_AFTER_S);
}

static PawlError
code_from_status (guint status, gboolean *out_transient)
{
  *out_transient = FALSE;
  switch (status)
    {
    case 401:
    case 403:
    case 407:
      return PAWL_ERROR_ACCESS_DENIED;
    case 404:
    case 410:
      return PAWL_ERROR_NOT_FOUND;
    case 408:
    case 425:
    case 429:
      *out_transient = TRUE;
      return PAWL_ERROR_NETWORK;
    default:
      *out_transient = status >= 500;
      return status >= 500 ? PAWL_ERROR_NETWORK : PAWL_ERROR_FAILED;
    }
}

/*< private >
 * pawl_http_error_from_status:
 * @message: an answer that is not the wanted one
 * @out_verdict: (out): whether to ask again
 * @error: return location
 */
void
pawl_http_error_from_status (SoupMessage *message, PawlHttpVerdict *out_verdict, GError **error)
{
  g_autofree char *where = pawl_http_describe_uri (soup_message_get_uri (message));
  guint status = soup_message_get_status (message);
  const char *reason = soup_message_get_reason_phrase (message);
  PawlHttpVerdict verdict = {.retry_after_s = pawl_http_get_retry_after_s (message)};
  PawlError code = code_from_status (status, &verdict.transient);

  g_set_error (error, PAWL_ERROR, (int) code, "%s: the server answered %u %s", where, status,
               reason != NULL ? reason : "");
  *out_verdict = verdict;
}

/* A certificate that is refused now is refused in a minute, too, and so is a redirect. */
static gboolean
is_for_good (const GError *failure)
{
  return g_error_matches (failure, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_REDIRECT_BAD_URI) ||
         g_error_matches (failure, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_TOO_MANY_REDIRECTS) ||
         g_error_matches (failure, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE) ||
         g_error_matches (failure, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED) ||
         g_error_matches (failure, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE_PASSWORD);
}

/*< private >
 * pawl_http_error_from_failure:
 * @where: what was asked
 * @failure: why there is no answer, or no more of it
 * @out_verdict: (out): whether to ask again
 * @error: return location
 */
void
pawl_http_error_from_failure (const char *where,
                              const GError *failure,
                              PawlHttpVerdict *out_verdict,
                              GError **error)
{
  PawlHttpVerdict verdict = {0};

  if (failure->domain == PAWL_ERROR || g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      verdict.is_ours = TRUE;
      g_propagate_error (error, g_error_copy (failure));
    }
  else
    {
      verdict.transient = !is_for_good (failure);
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK, "%s: %s", where, failure->message);
    }
  *out_verdict = verdict;
}
