/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Looking at JSON with suspicion: what is missing, and what nobody asked for, is an error. */
#include "ats-json.h"

#include <string.h>

G_DEFINE_QUARK (ats - error - quark, ats_error)

gboolean
ats_fail (GError **error, guint status, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL && *error == NULL)
    *error = g_error_new_valist (ATS_ERROR, (int) status, format, args);
  va_end (args);
  return FALSE;
}

/* The wire has one form only: keys sorted, no white space, ASCII. */
PawlTufDocument *
ats_parse (GBytes *body, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PawlTufDocument) document = pawl_tuf_document_new (body, &local_error);
  g_autoptr (GBytes) canonical = NULL;

  if (document == NULL)
    {
      ats_fail (error, 400, "no JSON: %s", local_error->message);
      return NULL;
    }
  canonical = pawl_tuf_document_canonicalize (document, pawl_tuf_document_get_root (document),
                                              PAWL_TUF_FORM_ATS);
  if (!g_bytes_equal (canonical, body))
    {
      ats_fail (error, 400, "the body is not canonical");
      return NULL;
    }
  return g_steal_pointer (&document);
}

/* The scanner knows metadata, which is always an object. */
PawlTufDocument *
ats_parse_array (GBytes *body, PawlTufValue *out_array, GError **error)
{
  g_autofree char *text = g_strdup_printf ("{\"a\":%.*s}", (int) g_bytes_get_size (body),
                                           (const char *) g_bytes_get_data (body, NULL));
  g_autoptr (GBytes) wrapped = g_bytes_new (text, strlen (text));
  PawlTufDocument *document = ats_parse (wrapped, error);

  if (document == NULL)
    return NULL;
  *out_array = pawl_tuf_document_get_member (document, pawl_tuf_document_get_root (document), "a");
  if (pawl_tuf_document_get_kind (document, *out_array) == '[')
    return document;
  ats_fail (error, 400, "no array");
  g_object_unref (document);
  return NULL;
}

static gboolean
is_listed (const char *list, const char *name)
{
  g_auto (GStrv) names = g_strsplit (list, " ", -1);

  return g_strv_contains ((const char *const *) names, name);
}

static gboolean
check_unknown (PawlTufDocument *document,
               PawlTufValue object,
               const char *where,
               const char *required,
               const char *optional,
               GError **error)
{
  PawlTufValue name;
  PawlTufValue value;
  PawlTufIter iter;

  pawl_tuf_iter_init (&iter, document, object);
  while (pawl_tuf_iter_next (&iter, &name, &value))
    {
      g_autofree char *text = pawl_tuf_document_dup_string (document, name);

      if (!is_listed (required, text) && !is_listed (optional, text))
        return ats_fail (error, 400, "%s: nobody knows the member %s", where, text);
    }
  return TRUE;
}

gboolean
ats_check_members (PawlTufDocument *document,
                   PawlTufValue object,
                   const char *where,
                   const char *required,
                   const char *optional,
                   GError **error)
{
  g_auto (GStrv) names = g_strsplit (required, " ", -1);

  if (pawl_tuf_document_get_kind (document, object) != '{')
    return ats_fail (error, 400, "%s is no object", where);
  for (guint i = 0; names[i] != NULL; i++)
    if (*names[i] != '\0' &&
        !pawl_tuf_value_exists (pawl_tuf_document_get_member (document, object, names[i])))
      return ats_fail (error, 400, "%s has no member %s", where, names[i]);
  return check_unknown (document, object, where, required, optional, error);
}

char *
ats_dup_text (PawlTufDocument *document,
              PawlTufValue object,
              const char *name,
              gsize minimum,
              gsize maximum,
              GError **error)
{
  g_autofree char *text =
    pawl_tuf_document_dup_string (document, pawl_tuf_document_get_member (document, object, name));

  if (text == NULL)
    ats_fail (error, 400, "%s is no string", name);
  else if (strlen (text) < minimum || strlen (text) > maximum)
    ats_fail (error, 400, "%s has %zu characters, wanted %zu to %zu", name, strlen (text), minimum,
              maximum);
  else
    return g_steal_pointer (&text);
  return NULL;
}

gboolean
ats_check_pattern (const char *text, const char *pattern, const char *what, GError **error)
{
  if (text != NULL && g_regex_match_simple (pattern, text, G_REGEX_DOLLAR_ENDONLY, 0))
    return TRUE;
  return ats_fail (error, 400, "%s: “%s” does not look like %s", what,
                   text != NULL ? text : "(none)", pattern);
}

guint
ats_count (PawlTufDocument *document, PawlTufValue container)
{
  PawlTufValue value;
  PawlTufIter iter;
  guint n = 0;

  pawl_tuf_iter_init (&iter, document, container);
  while (pawl_tuf_iter_next (&iter, NULL, &value))
    n++;
  return n;
}
