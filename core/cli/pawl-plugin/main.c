/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-plugin-tool.h"
#include "plugin-promises.h"

#include <locale.h>

static const struct
{
  const char *name;
  int (*run) (int argc, char **argv);
  const char *summary;
} commands[] = {
  {"new",   pawl_plugin_tool_new,   "stamp the room of a new plugin"     },
  {"check", pawl_plugin_tool_check, "run a plugin isolated, and judge it"},
  {"list",  pawl_plugin_tool_list,  "the plugins that are installed"     },
  {"info",  pawl_plugin_tool_info,  "what a plugin says about itself"    },
};

static int
help (int status)
{
  g_print ("Usage: pawl-plugin COMMAND …\n\nFor authors of plugins.\n\n");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-8s%s\n", commands[i].name, commands[i].summary);
  g_print ("\npawl-plugin COMMAND --help says more.\n");
  return status;
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  if (argc > 1 && g_str_equal (argv[1], "--version"))
    {
      g_print ("pawl-plugin %s\n", PAWL_VERSION);
      return 0;
    }
  /* For itself: each promise of a contract has a process of its own. */
  if (argc > 1 && g_str_equal (argv[1], "promise"))
    return plugin_promises_main (argc - 1, argv + 1);
  if (argc < 2 || g_str_equal (argv[1], "--help"))
    return help (argc < 2 ? 2 : 0);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[1], commands[i].name))
      return commands[i].run (argc - 1, argv + 1);
  g_printerr ("pawl-plugin: there is no command %s\n", argv[1]);
  return help (2);
}
