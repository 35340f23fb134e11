/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Exit codes: each answers what a script can do about it. */

#include "pawl-exit.h"

#include <pawl/pawl-error.h>

G_DEFINE_QUARK (pawl - exit - error, pawl_exit_error)

static const PawlExitInfo exits[] = {
  {PAWL_EXIT_OK,             "ok",             "done"                                           },
  {PAWL_EXIT_FAILED,         "failed",         "it failed; the message says why"                },
  {PAWL_EXIT_USAGE,          "usage",          "the command line makes no sense"                },
  {PAWL_EXIT_NOTHING,        "nothing-to-do",  "there is no update, or nothing to show"         },
  {PAWL_EXIT_WRONG_STATE,    "wrong-state",    "not possible in the present state"              },
  {PAWL_EXIT_NOT_AUTHORIZED, "not-authorized", "this caller may not do that"                    },
  {PAWL_EXIT_UNREACHABLE,    "unreachable",    "the bus or pawld cannot be reached"             },
  {PAWL_EXIT_CANCELLED,      "cancelled",      "the step was cancelled"                         },
  {PAWL_EXIT_WAITING,        "waiting",        "a rule or somebody else says wait"              },
  {PAWL_EXIT_TRY_LATER,      "try-later",      "the network or a server failed; try again later"},
  {PAWL_EXIT_REFUSED,        "refused",        "not genuine, out of date or not for this device"},
  {PAWL_EXIT_STORAGE,        "storage",        "too little space, or the storage failed"        },
  {PAWL_EXIT_NOT_FOUND,      "not-found",      "what was asked for does not exist"              },
  {PAWL_EXIT_CONFIG,         "config",         "the configuration of pawld is wrong"            },
  {PAWL_EXIT_PROBLEMS,       "problems",       "the doctor found an error"                      },
  {PAWL_EXIT_CANNOT_RUN,     "cannot-run",     "inhibit: the command cannot be run"             },
  {PAWL_EXIT_NO_COMMAND,     "no-command",     "inhibit: there is no such command"              },
  {PAWL_EXIT_INTERRUPTED,    "interrupted",    "the wait was interrupted; the step goes on"     },
};

const PawlExitInfo *
pawl_exit_list (gsize *out_length)
{
  *out_length = G_N_ELEMENTS (exits);
  return exits;
}

const char *
pawl_exit_get_name (PawlExit code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (exits); i++)
    if (exits[i].code == code)
      return exits[i].name;
  return "failed";
}

static PawlExit
exit_for_pawl_error (PawlError code)
{
  switch (code)
    {
    case PAWL_ERROR_INVALID_ARGUMENT:
      return PAWL_EXIT_USAGE;
    case PAWL_ERROR_INVALID_CONFIG:
      return PAWL_EXIT_CONFIG;
    case PAWL_ERROR_WRONG_STATE:
      return PAWL_EXIT_WRONG_STATE;
    case PAWL_ERROR_BUSY:
      return PAWL_EXIT_WAITING;
    case PAWL_ERROR_NOT_FOUND:
      return PAWL_EXIT_NOT_FOUND;
    case PAWL_ERROR_NOT_AUTHORIZED:
    case PAWL_ERROR_ACCESS_DENIED:
      return PAWL_EXIT_NOT_AUTHORIZED;
    case PAWL_ERROR_TIMED_OUT:
    case PAWL_ERROR_NETWORK:
    case PAWL_ERROR_RETRY_LATER:
      return PAWL_EXIT_TRY_LATER;
    case PAWL_ERROR_TOO_LARGE:
    case PAWL_ERROR_NOT_TRUSTED:
    case PAWL_ERROR_EXPIRED:
    case PAWL_ERROR_DOWNGRADE:
    case PAWL_ERROR_INCOMPATIBLE:
      return PAWL_EXIT_REFUSED;
    case PAWL_ERROR_NO_SPACE:
    case PAWL_ERROR_STORAGE:
      return PAWL_EXIT_STORAGE;
    case PAWL_ERROR_FAILED:
    case PAWL_ERROR_NOT_SUPPORTED:
    case PAWL_ERROR_PLUGIN:
    case PAWL_ERROR_INSTALL:
    case PAWL_ERROR_BOOT:
    case PAWL_ERROR_REJECTED:
    default:
      return PAWL_EXIT_FAILED;
    }
}

/**
 * pawl_exit_for_error:
 * @error: why a command failed
 *
 * Returns: the exit code that says so; never %PAWL_EXIT_OK
 */
PawlExit
pawl_exit_for_error (const GError *error)
{
  if (error->domain == PAWL_EXIT_ERROR)
    return (PawlExit) error->code;
  if (error->domain == PAWL_ERROR)
    return exit_for_pawl_error ((PawlError) error->code);
  if (error->domain == G_OPTION_ERROR)
    return PAWL_EXIT_USAGE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return PAWL_EXIT_CANCELLED;
  return PAWL_EXIT_FAILED;
}
