/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-surroundings.h"

#define POWER_FOLDER "/sys/class/power_supply"

/* (nullable) (transfer full): one value of one supply, without its line end. */
static char *
read_value (const char *folder, const char *supply, const char *name)
{
  g_autofree char *path = g_build_filename (folder, supply, name, NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_strstrip (text) : NULL;
}

/* A supply of the scope "Device" feeds a mouse or a headset, not this machine. */
static gboolean
is_of_the_system (const char *folder, const char *supply)
{
  g_autofree char *scope = read_value (folder, supply, "scope");

  return g_strcmp0 (scope, "Device") != 0;
}

static void
look_at_battery (const char *folder, const char *supply, PawlSurroundings *found)
{
  g_autofree char *capacity = read_value (folder, supply, "capacity");
  guint64 percent;

  if (capacity != NULL && g_ascii_string_to_unsigned (capacity, 10, 0, 100, &percent, NULL) &&
      (found->battery_percent < 0 || (int) percent < found->battery_percent))
    found->battery_percent = (int) percent;
}

/* A device with a mains supply has power when one of them is online; one with none cannot tell. */
static void
look_at_power (const char *folder, PawlSurroundings *found)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  gboolean any_mains = FALSE;
  gboolean any_online = FALSE;
  const char *supply;

  while (dir != NULL && (supply = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *type = read_value (folder, supply, "type");
      g_autofree char *online = read_value (folder, supply, "online");

      if (type == NULL || !is_of_the_system (folder, supply))
        continue;
      if (g_str_equal (type, "Battery"))
        look_at_battery (folder, supply, found);
      else if (online != NULL)
        {
          any_mains = TRUE;
          any_online = any_online || !g_str_equal (online, "0");
        }
    }
  found->on_mains = any_online || !any_mains;
}

static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  PawlSurroundings *found = g_new0 (PawlSurroundings, 1);

  found->battery_percent = -1;
  found->metered = g_network_monitor_get_network_metered (g_network_monitor_get_default ());
  look_at_power (data, found);
  g_task_return_pointer (task, found, g_free);
}

void
pawl_surroundings_look_async (const char *power_folder,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, pawl_surroundings_look_async);
  g_task_set_task_data (task, g_strdup (power_folder != NULL ? power_folder : POWER_FOLDER),
                        g_free);
  g_task_run_in_thread (task, look_in_thread);
}

PawlSurroundings
pawl_surroundings_look_finish (GAsyncResult *result)
{
  g_autofree PawlSurroundings *found = g_task_propagate_pointer (G_TASK (result), NULL);

  return *found;
}
