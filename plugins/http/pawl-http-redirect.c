/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Redirects are followed here and not by libsoup, because what the caller gave for one server (its
 * headers, the client certificate) must not reach another one. */
#include "pawl-http-redirect.h"

gboolean
pawl_http_redirect_is_web_uri (GUri *uri)
{
  const char *scheme = g_uri_get_scheme (uri);

  return (g_str_equal (scheme, "http") || g_str_equal (scheme, "https")) &&
         g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0';
}

gboolean
pawl_http_redirect_is_same_server (GUri *a, GUri *b)
{
  return g_str_equal (g_uri_get_scheme (a), g_uri_get_scheme (b)) &&
         g_ascii_strcasecmp (g_uri_get_host (a), g_uri_get_host (b)) == 0 &&
         g_uri_get_port (a) == g_uri_get_port (b);
}

/* Whether the answer to @message says to ask somewhere else in the same way. */
gboolean
pawl_http_redirect_is_wanted (SoupMessage *message)
{
  guint status = soup_message_get_status (message);

  switch (status)
    {
    case 301:
    case 302:
    case 303:
      return g_str_equal (soup_message_get_method (message), "GET");
    case 307:
    case 308:
      return TRUE;
    default:
      return FALSE;
    }
}

static GUri *
refuse (GError **error, const char *why)
{
  g_set_error (error, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_REDIRECT_BAD_URI,
               "the redirect is refused: %s", why);
  return NULL;
}

/*< private >
 * pawl_http_redirect_follow:
 * @message: a request whose answer wants a redirect
 * @error: return location; #SOUP_SESSION_ERROR_REDIRECT_BAD_URI
 *
 * Returns: (transfer full): where it leads; never from TLS to none
 */
GUri *
pawl_http_redirect_follow (SoupMessage *message, GError **error)
{
  GUri *uri = soup_message_get_uri (message);
  const char *location =
    soup_message_headers_get_one (soup_message_get_response_headers (message), "Location");
  g_autoptr (GUri) next =
    location != NULL ? g_uri_parse_relative (uri, location, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  if (next == NULL || !pawl_http_redirect_is_web_uri (next))
    return refuse (error, "it leads nowhere");
  if (g_str_equal (g_uri_get_scheme (uri), "https") &&
      g_str_equal (g_uri_get_scheme (next), "http"))
    return refuse (error, "it leaves TLS");
  return g_steal_pointer (&next);
}
