/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The daemon's keys from its own table, as a part of pawld.conf(5). */

#include "pawl-config.h"
#include "pawl-key.h"

static char *
describe (const PawlKey *key)
{
  GString *text = g_string_new (pawl_key_type_to_word (key->type));

  if (key->choices != NULL)
    {
      g_auto (GStrv) choices = g_strsplit (key->choices, "|", -1);
      g_autofree char *list = g_strjoinv (", ", choices);

      g_string_append_printf (text, ", one of %s", list);
    }
  if (key->minimum != 0 || key->maximum != 0)
    g_string_append_printf (text, ", %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, key->minimum,
                            key->maximum);
  if (key->unit != NULL)
    g_string_append_printf (text, " %s", key->unit);
  if (key->default_value == NULL)
    g_string_append (text, "; has to be set");
  else if (*key->default_value == '\0')
    g_string_append (text, "; empty by default");
  else
    g_string_append_printf (text, "; default *%s*", key->default_value);
  return g_string_free (text, FALSE);
}

static char *
group_title (const char *group)
{
  return g_str_has_suffix (group, ":") ? g_strdup_printf ("[%sNAME]", group)
                                       : g_strdup_printf ("[%s]", group);
}

static void
print_man (const PawlKey *key, gboolean new_group)
{
  g_autofree char *title = group_title (key->group);
  g_autofree char *what = describe (key);

  if (new_group)
    g_print ("## %s\n\n", title);
  g_print ("*%s*\n\t%s.\n\n\t%s.\n\n", key->name, key->description, what);
}

int
main (void)
{
  const char *group = "";

  for (const PawlKey *key = pawl_config_get_daemon_keys (); key->group != NULL; key++)
    {
      print_man (key, !g_str_equal (group, key->group));
      group = key->group;
    }
  return 0;
}
