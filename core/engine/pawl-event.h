/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PawlEventInfo:
 * @name: what happened, for example `update-available`; the name on the bus and in reports
 * @message_id: 32 hexadecimal digits, for journald's MESSAGE_ID and its catalog
 * @level: G_LOG_LEVEL_INFO, _MESSAGE or _WARNING
 * @text: the message for people; `%s` stands for the event's `message` field
 *
 * One word of the vocabulary of events.
 */
typedef struct
{
  const char *name;
  const char *message_id;
  GLogLevelFlags level;
  const char *text;
} PawlEventInfo;

/* Ends with a NULL name. */
const PawlEventInfo *pawl_event_list (void);
const PawlEventInfo *pawl_event_lookup (const char *name);

G_END_DECLS
