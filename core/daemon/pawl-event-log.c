/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-event-log.h"

#include "pawl-event.h"

#include <string.h>

static void
add (GArray *fields, const char *key, const char *value)
{
  GLogField field = {key, value, -1};

  g_array_append_val (fields, field);
}

/* journald wants upper case and underscores; the message itself is in the text already. */
static void
add_members (GArray *fields, GVariant *members, GStringChunk *strings)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_iter_init (&iter, members);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    {
      g_autofree char *upper = g_ascii_strup (name, -1);
      g_autofree char *key = g_strconcat ("PAWL_", upper, NULL);

      if (g_str_equal (name, "message") || !g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        continue;
      g_strdelimit (key, "-", '_');
      add (fields, g_string_chunk_insert (strings, key),
           g_string_chunk_insert (strings, g_variant_get_string (value, NULL)));
    }
}

static char *
make_text (const PawlEventInfo *info, const char *message)
{
  const char *place = strstr (info->text, "%s");

  return g_strdup_printf ("%.*s%s%s", (int) (place - info->text), info->text, message, place + 2);
}

/* The priorities of syslog(3). */
static const char *
get_priority (GLogLevelFlags level)
{
  if (level == G_LOG_LEVEL_WARNING)
    return "4";
  return level == G_LOG_LEVEL_MESSAGE ? "5" : "6";
}

void
pawl_event_log_write (const char *name, GVariant *fields)
{
  const PawlEventInfo *info = pawl_event_lookup (name);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (GLogField));
  g_autoptr (GStringChunk) strings = g_string_chunk_new (256);
  const char *message = "";
  g_autofree char *text = NULL;

  if (info == NULL)
    return;
  g_variant_lookup (fields, "message", "&s", &message);
  text = make_text (info, message);
  add (all, "MESSAGE", text);
  add (all, "MESSAGE_ID", info->message_id);
  add (all, "PRIORITY", get_priority (info->level));
  add (all, "GLIB_DOMAIN", "pawld");
  add (all, "SYSLOG_IDENTIFIER", "pawld");
  add (all, "PAWL_EVENT", name);
  add_members (all, fields, strings);
  /* The priority tells the journal how bad it is. For GLib it is a message: a warning is a mistake
   * of the program, and fatal with G_DEBUG=fatal-warnings. */
  g_log_writer_default (G_LOG_LEVEL_MESSAGE, (const GLogField *) (gpointer) all->data, all->len,
                        NULL);
}
