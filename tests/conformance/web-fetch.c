/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "web-fetch.h"

#include <libsoup/soup.h>
#include <pawl-tuf/pawl-tuf.h>

#define CHUNK (64 * 1024)

struct _WebFetch
{
  SoupSession *session; /* (owned) */
};

WebFetch *
web_fetch_new (void)
{
  WebFetch *self = g_new0 (WebFetch, 1);

  self->session = soup_session_new_with_options ("timeout", 60, NULL);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
  return self;
}

void
web_fetch_free (WebFetch *self)
{
  g_object_unref (self->session);
  g_free (self);
}

static GBytes *
read_all (GInputStream *stream, const char *uri, gsize max_size, GError **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autofree guint8 *buffer = g_malloc (CHUNK);

  while (TRUE)
    {
      gssize size = g_input_stream_read (stream, buffer, CHUNK, NULL, error);

      if (size < 0)
        return NULL;
      if (size == 0)
        return g_byte_array_free_to_bytes (g_steal_pointer (&data));
      if (data->len + (gsize) size > max_size)
        {
          g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TOO_LARGE,
                       "%s: found more than the allowed %" G_GSIZE_FORMAT " bytes", uri, max_size);
          return NULL;
        }
      g_byte_array_append (data, buffer, (guint) size);
    }
}

static gboolean
is_missing (guint status, gboolean bad_request_is_missing)
{
  return status == 403 || status == 404 || (status == 400 && bad_request_is_missing);
}

GBytes *
web_fetch_get (WebFetch *self,
               const char *uri,
               gsize max_size,
               gboolean bad_request_is_missing,
               GError **error)
{
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);
  g_autoptr (GInputStream) stream = NULL;
  guint status;

  if (message == NULL)
    {
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_FETCH, "%s: wanted an address", uri);
      return NULL;
    }
  stream = soup_session_send (self->session, message, NULL, error);
  if (stream == NULL)
    return NULL;
  status = soup_message_get_status (message);
  if (status == 200)
    return read_all (stream, uri, max_size, error);
  if (!is_missing (status, bad_request_is_missing))
    g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_FETCH, "%s: the server answered %u", uri,
                 status);
  return NULL;
}
