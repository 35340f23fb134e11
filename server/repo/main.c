/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-cli.h"
#include "pawl-repo-error.h"

#include <locale.h>

static const PawlRepoCommand commands[] = {
  {"delegate", "", "roles in other hands",                           pawl_repo_cmd_delegate},
  {"director", "", "what each device is to run",                     pawl_repo_cmd_director},
  {"drill",    "", "practise what may happen, with throw-away keys", pawl_repo_cmd_drill   },
  {"init",     "", "make a work folder",                             pawl_repo_cmd_init    },
  {"key",      "", "private and public keys",                        pawl_repo_cmd_key     },
  {"nginx",    "", "print a configuration for nginx",                pawl_repo_cmd_nginx   },
  {"ostree",   "", "whole systems as commits",                       pawl_repo_cmd_ostree  },
  {"publish",  "", "write what a web server gives out",              pawl_repo_cmd_publish },
  {"recover",  "", "something has happened to keys or hosts",        pawl_repo_cmd_recover },
  {"resign",   "", "keep what expires fresh",                        pawl_repo_cmd_resign  },
  {"root",     "", "who may sign what",                              pawl_repo_cmd_root    },
  {"sig",      "", "signatures from and for colleagues",             pawl_repo_cmd_sig     },
  {"sign",     "", "sign what is staged",                            pawl_repo_cmd_sign    },
  {"status",   "", "what expires, what waits, what may be lost",     pawl_repo_cmd_status  },
  {"target",   "", "what devices can get",                           pawl_repo_cmd_target  },
  {"tx",       "", "the transaction: what is staged",                pawl_repo_cmd_tx      },
  {"verify",   "", "look at it as a device does",                    pawl_repo_cmd_verify  },
};

static int
get_status (const GError *error)
{
  return error->domain == PAWL_REPO_ERROR ? error->code : PAWL_REPO_ERROR_FAILED;
}

int
main (int argc, char **argv)
{
  PawlRepoCli cli = {"."};
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) owned = NULL;
  char **args = argv + 1;

  setlocale (LC_ALL, "");
  if (args[0] != NULL && g_str_equal (args[0], "--version"))
    {
      g_print ("pawl-repo %s\n", PAWL_VERSION);
      return 0;
    }
  if (args[0] != NULL && args[1] != NULL && g_str_equal (args[0], "-C"))
    {
      cli.folder = args[1];
      args += 2;
    }
  owned = g_strdupv (args);
  if (pawl_repo_cli_dispatch (&cli, "pawl-repo", commands, G_N_ELEMENTS (commands), owned, &error))
    return 0;
  if (g_error_matches (error, PAWL_REPO_ERROR, PAWL_REPO_ERROR_HELP))
    return 0;
  g_printerr ("pawl-repo: %s\n", error->message);
  return get_status (error);
}
