/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-sample.h"

#include "pawl-config.h"

static const char head[] =
  "# The configuration of pawld, see pawld.conf(5). What is commented out is the default.\n"
  "# Groups [plugin:ID] hold the keys of a plugin; `pawlctl config` lists them all.\n";

/* `ecu:` stands for every group that begins so. */
static void
add_group (GString *text, const char *group)
{
  gboolean is_ecu = g_str_has_suffix (group, ":");

  g_string_append_printf (text, "\n%s[%s%s]\n", is_ecu ? "# " : "", group, is_ecu ? "main" : "");
}

static void
add_key (GString *text, const PawlKey *key)
{
  g_string_append_printf (text, "# %s.", key->description);
  if (key->choices != NULL)
    {
      g_auto (GStrv) words = g_strsplit (key->choices, "|", -1);
      g_autofree char *list = g_strjoinv (" or ", words);

      g_string_append_printf (text, " One of %s.", list);
    }
  else if (key->maximum != 0)
    g_string_append_printf (text, " %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT "%s%s.",
                            key->minimum, key->maximum, key->unit != NULL ? " " : "",
                            key->unit != NULL ? key->unit : "");
  g_string_append_printf (text, "\n# %s=%s\n", key->name,
                          key->default_value != NULL ? key->default_value : "");
}

char *
pawl_sample_make (void)
{
  GString *text = g_string_new (head);
  const char *group = "";

  for (const PawlKey *key = pawl_config_get_daemon_keys (); key->group != NULL; key++)
    {
      if (!g_str_equal (group, key->group))
        add_group (text, key->group);
      group = key->group;
      add_key (text, key);
    }
  return g_string_free (text, FALSE);
}
