/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-http-headers.h"

#include <pawl/pawl.h>
#include <string.h>

typedef struct
{
  char *name;  /* (owned) */
  char *value; /* (owned) */
  gboolean is_private;
} Header;

struct _PawlHttpHeaders
{
  GPtrArray *list; /* (owned) (element-type Header) */
};

static void
header_free (gpointer data)
{
  Header *header = data;

  g_free (header->name);
  g_free (header->value);
  g_free (header);
}

PawlHttpHeaders *
pawl_http_headers_new (void)
{
  PawlHttpHeaders *self = g_new0 (PawlHttpHeaders, 1);

  self->list = g_ptr_array_new_with_free_func (header_free);
  return self;
}

void
pawl_http_headers_free (PawlHttpHeaders *self)
{
  g_ptr_array_unref (self->list);
  g_free (self);
}

static void
add (PawlHttpHeaders *self, const char *name, const char *value, gboolean is_private)
{
  Header *header = g_new0 (Header, 1);

  header->name = g_strdup (name);
  header->value = g_strdup (value);
  header->is_private = is_private;
  g_ptr_array_add (self->list, header);
}

/* Sent to whomever the redirects lead to. */
void
pawl_http_headers_add (PawlHttpHeaders *self, const char *name, const char *value)
{
  add (self, name, value, FALSE);
}

/* A token (RFC 9110, 5.6.2), and a value that cannot begin another header. */
static gboolean
is_header (const char *name, const char *value)
{
  if (*name == '\0' || strpbrk (value, "\r\n") != NULL)
    return FALSE;
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("!#$%&'*+-.^_`|~", *c) == NULL)
      return FALSE;
  return TRUE;
}

/*< private >
 * pawl_http_headers_add_private:
 * @self: headers
 * @options: an `a{sv}` with the caller's `headers`
 * @error: return location; #PAWL_ERROR_INVALID_ARGUMENT
 *
 * Adds what the caller has for the server that is asked first, and for no other one.
 *
 * Returns: %TRUE if they can be sent
 */
gboolean
pawl_http_headers_add_private (PawlHttpHeaders *self, GVariant *options, GError **error)
{
  g_autoptr (GVariant) headers =
    g_variant_lookup_value (options, "headers", G_VARIANT_TYPE ("a{ss}"));
  GVariantIter iter;
  const char *name, *value;

  if (headers == NULL)
    return TRUE;
  g_variant_iter_init (&iter, headers);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      if (!is_header (name, value))
        {
          g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT,
                       "http: the header \"%s\" cannot be sent", name);
          return FALSE;
        }
      add (self, name, value, TRUE);
    }
  return TRUE;
}

/* Puts them into a request; the last one of a name counts. */
void
pawl_http_headers_apply (PawlHttpHeaders *self, SoupMessage *message, gboolean with_private)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  for (guint i = 0; i < self->list->len; i++)
    {
      Header *header = self->list->pdata[i];

      if (with_private || !header->is_private)
        soup_message_headers_replace (headers, header->name, header->value);
    }
}
