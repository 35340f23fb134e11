/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The events from the engine's own table, a line for each: name, message id, level, subject. */

#include "pawl-event.h"

#include <string.h>

static const char *
level_word (GLogLevelFlags level)
{
  if (level == G_LOG_LEVEL_WARNING)
    return "warning";
  return level == G_LOG_LEVEL_MESSAGE ? "notice" : "info";
}

int
main (void)
{
  for (const PawlEventInfo *event = pawl_event_list (); event->name != NULL; event++)
    g_print ("%s\t%s\t%s\t%.*s\n", event->name, event->message_id, level_word (event->level),
             (int) (strstr (event->text, ": %s") - event->text), event->text);
  return 0;
}
