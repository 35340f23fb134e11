/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-rollout.h"

#include "pawl-repo-error.h"

#include <string.h>

void
pawl_repo_rollout_clear (PawlRepoRollout *self)
{
  g_clear_pointer (&self->not_before, g_free);
  g_clear_pointer (&self->deadline, g_free);
  g_clear_pointer (&self->window, g_free);
}

gboolean
pawl_repo_rollout_is_set (PawlRepoRollout *self)
{
  return self->percentage != -1 || self->not_before != NULL || self->deadline != NULL ||
         self->window != NULL;
}

static gboolean
set_time (JsonObject *rollout, const char *name, const char *text, GError **error)
{
  gint64 time_us;

  if (text == NULL)
    return TRUE;
  if (!pawl_tuf_parse_time (text, &time_us))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "“%s”: wanted a time like 2030-01-31T06:00:00Z, in UTC", text);
  json_object_set_string_member (rollout, name, text);
  return TRUE;
}

static gboolean
is_clock (const char *text)
{
  for (gsize i = 0; i < 5; i++)
    if (i == 2 ? text[i] != ':' : !g_ascii_isdigit (text[i]))
      return FALSE;
  return (text[0] - '0') * 10 + text[1] - '0' < 24 && text[3] < '6';
}

static gboolean
set_window (JsonObject *rollout, const char *text, GError **error)
{
  if (text == NULL)
    return TRUE;
  if (strlen (text) != strlen ("HH:MM-HH:MM") || text[5] != '-' || !is_clock (text) ||
      !is_clock (text + 6))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "“%s”: wanted a window like 22:00-05:30, in UTC", text);
  json_object_set_string_member (rollout, "window", text);
  return TRUE;
}

/*< private >
 * pawl_repo_rollout_apply:
 * @self: a policy
 * @custom: a target's custom members
 * @error: return location
 *
 * Returns: %TRUE if @custom has what @self says, and otherwise what it had
 */
gboolean
pawl_repo_rollout_apply (PawlRepoRollout *self, JsonObject *custom, GError **error)
{
  JsonObject *rollout;

  if (!pawl_repo_rollout_is_set (self))
    return TRUE;
  if (self->percentage < -1 || self->percentage > 100)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "%d percent: wanted 0 to 100",
                           self->percentage);
  rollout = pawl_repo_json_ensure_object (custom, "rollout");
  if (self->percentage >= 0)
    json_object_set_int_member (rollout, "percentage", self->percentage);
  return set_time (rollout, "notBefore", self->not_before, error) &&
         set_time (rollout, "deadline", self->deadline, error) &&
         set_window (rollout, self->window, error);
}
