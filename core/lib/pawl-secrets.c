/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Secrets inside of what is no secret as a whole: the passwords of addresses and the PINs of
 * pkcs11: URIs. In any text, since addresses stand in the midst of messages. */

#include "pawl-secrets-private.h"

#include <string.h>

#define MARK "***"

typedef struct
{
  const char *end;     /* of the line */
  const char *last_at; /* (nullable): its last '@' */
} Line;

/* Once for each line, so that a hostile text costs no more than its length. */
static void
look_at_line (Line *line, const char *text)
{
  if (line->end != NULL && text < line->end)
    return;
  line->end = text + strcspn (text, "\n");
  line->last_at = g_strrstr_len (text, line->end - text, "@");
}

/* A port, and whatever a sentence puts behind an address. */
static gboolean
is_port (const char *text, const char *end)
{
  text += strspn (text, "0123456789");
  text += strspn (text, ",;:.)]}>'\"”’");
  return text >= end;
}

/* Where the password that begins at @password ends, or %NULL when it is none. A '/', '?', '#' or a
 * space in it should have been written in percents (RFC 3986, 3.2.1), but who got that wrong wants
 * it hidden as well: what begins like no port goes on to the last '@' of the line. */
static const char *
find_password_end (const char *password, const char *authority_end, const Line *line)
{
  const char *at = g_strrstr_len (password, authority_end - password, "@");

  if (at != NULL)
    return at;
  if (is_port (password, authority_end) || line->last_at == NULL || line->last_at < password)
    return NULL;
  return line->last_at;
}

static const char *
find_colon (const char *authority, const char *end)
{
  const char *bracket =
    *authority == '[' ? memchr (authority, ']', (gsize) (end - authority)) : NULL;
  const char *from = bracket != NULL ? bracket : authority;

  return memchr (from, ':', (gsize) (end - from));
}

static char *
hide_passwords (const char *text)
{
  GString *shown = g_string_new (NULL);
  const char *text_end = text + strlen (text);
  Line line = {NULL, NULL};
  const char *found;

  while ((found = g_strstr_len (text, text_end - text, "://")) != NULL)
    {
      const char *authority = found + strlen ("://");
      const char *end = authority + strcspn (authority, "/?# \t\r\n");
      const char *colon = find_colon (authority, end);
      const char *at;

      look_at_line (&line, authority);
      at = colon != NULL ? find_password_end (colon + 1, end, &line) : NULL;
      g_string_append_len (shown, text, (at != NULL ? colon + 1 : end) - text);
      if (at != NULL)
        g_string_append (shown, MARK);
      text = at != NULL ? at : end;
    }
  g_string_append (shown, text);
  return g_string_free (shown, FALSE);
}

/* RFC 7512, 2.3: the values of a query end with an '&'. A pin-source is a place, not a PIN. */
static char *
hide_pins (const char *text)
{
  static const char name[] = "pin-value=";
  GString *shown = g_string_new (NULL);

  while (*text != '\0')
    if (g_ascii_strncasecmp (text, name, strlen (name)) != 0)
      g_string_append_c (shown, *text++);
    else
      {
        g_string_append_len (shown, text, (gssize) strlen (name));
        g_string_append (shown, MARK);
        text += strlen (name);
        text += strcspn (text, "& \t\r\n");
      }
  return g_string_free (shown, FALSE);
}

/*< private >
 * pawl_secrets_hide:
 * @text: a message, an address or the value of a key
 *
 * What stands there for people: every password of an address (`scheme://user:password@host`) and
 * every `pin-value=` of a `pkcs11:` URI is three asterisks. The name of a user stays.
 *
 * Returns: (transfer full): @text without its secrets
 */
char *
pawl_secrets_hide (const char *text)
{
  g_autofree char *without_passwords = hide_passwords (text);

  return hide_pins (without_passwords);
}
