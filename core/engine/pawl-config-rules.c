/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a type alone does not say of the daemon's own keys: words with a grammar, and keys that only
 * make sense together. Checked when all files are read, because one of them may be in another
 * file. */
#include "pawl-config-private.h"
#include "pawl-window.h"

static gboolean
check_windows (PawlConfig *self, GError **error)
{
  g_auto (GStrv) windows = pawl_config_dup_strings (self, "policy", "window");

  for (guint i = 0; windows[i] != NULL; i++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (PawlWindow) window = pawl_window_new (windows[i], &local_error);

      if (window == NULL)
        return pawl_config_refuse (error, pawl_config_get_origin (self, "policy", "window"),
                                   "policy", "window", local_error->message);
    }
  return TRUE;
}

static gboolean
check_timezone (PawlConfig *self, GError **error)
{
  const char *name = pawl_config_get_string (self, "policy", "window-timezone");
  g_autoptr (GTimeZone) timezone = *name != '\0' ? g_time_zone_new_identifier (name) : NULL;

  if (*name == '\0' || timezone != NULL)
    return TRUE;
  return pawl_config_refuse (error, pawl_config_get_origin (self, "policy", "window-timezone"),
                             "policy", "window-timezone",
                             "this device knows no such timezone: look at its name, and whether "
                             "tzdata is installed");
}

static gboolean
check_backoff (PawlConfig *self, GError **error)
{
  if (pawl_config_get_int (self, "policy", "backoff-min-s") <=
      pawl_config_get_int (self, "policy", "backoff-max-s"))
    return TRUE;
  return pawl_config_refuse (error, pawl_config_get_origin (self, "policy", "backoff-min-s"),
                             "policy", "backoff-min-s", "it is more than backoff-max-s");
}

/*< private >
 * pawl_config_check_rules:
 * @self: a configuration of which every value has its type
 * @error: return location; #PAWL_ERROR_INVALID_CONFIG naming file, group and key
 *
 * Returns: %TRUE if the daemon's own keys make sense together
 */
gboolean
pawl_config_check_rules (PawlConfig *self, GError **error)
{
  return check_windows (self, error) && check_timezone (self, error) && check_backoff (self, error);
}
