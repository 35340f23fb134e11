/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What the bus itself can say no with, in our words. */

#include <pawl/pawl-error.h>

#include "pawl-client-private.h"

/* Which of our codes an error of the bus itself comes to. Everything else failed in a way that no
 * code describes. */
static const struct
{
  GDBusError bus;
  PawlError code;
  const char *advice;
} BUS_ERRORS[] = {
  {G_DBUS_ERROR_SERVICE_UNKNOWN,    PAWL_ERROR_NOT_FOUND,        "is pawld installed?"               },
  {G_DBUS_ERROR_NAME_HAS_NO_OWNER,  PAWL_ERROR_NOT_FOUND,        "is pawld installed?"               },
  {G_DBUS_ERROR_UNKNOWN_METHOD,     PAWL_ERROR_NOT_SUPPORTED,    "is pawld of another version?"      },
  {G_DBUS_ERROR_UNKNOWN_INTERFACE,  PAWL_ERROR_NOT_SUPPORTED,    "is pawld of another version?"      },
  {G_DBUS_ERROR_INVALID_ARGS,       PAWL_ERROR_INVALID_ARGUMENT, NULL                                },
  {G_DBUS_ERROR_ACCESS_DENIED,      PAWL_ERROR_ACCESS_DENIED,    "the policy of the bus says no"     },
  {G_DBUS_ERROR_AUTH_FAILED,        PAWL_ERROR_ACCESS_DENIED,    NULL                                },
  {G_DBUS_ERROR_NO_REPLY,           PAWL_ERROR_NETWORK,          "pawld went away before it answered"},
  {G_DBUS_ERROR_DISCONNECTED,       PAWL_ERROR_NETWORK,          NULL                                },
  {G_DBUS_ERROR_NO_SERVER,          PAWL_ERROR_NETWORK,          NULL                                },
  {G_DBUS_ERROR_FILE_NOT_FOUND,     PAWL_ERROR_NETWORK,          NULL                                },
  {G_DBUS_ERROR_TIMEOUT,            PAWL_ERROR_TIMED_OUT,        NULL                                },
  {G_DBUS_ERROR_TIMED_OUT,          PAWL_ERROR_TIMED_OUT,        NULL                                },
  {G_DBUS_ERROR_SPAWN_CHILD_EXITED, PAWL_ERROR_FAILED,           "pawld did not start: see its log"  },
  {G_DBUS_ERROR_SPAWN_FAILED,       PAWL_ERROR_FAILED,           "pawld did not start: see its log"  },
  {G_DBUS_ERROR_SPAWN_EXEC_FAILED,  PAWL_ERROR_FAILED,           "pawld did not start: see its log"  },
};

static void
set_code (GError *error, PawlError code, const char *advice)
{
  g_autofree char *message = error->message;

  error->message = advice == NULL ? g_strdup_printf ("%s: %s", PAWL_BUS_NAME, message)
                                  : g_strdup_printf ("%s: %s (%s)", PAWL_BUS_NAME, message, advice);
  error->domain = PAWL_ERROR;
  error->code = code;
}

static PawlError
code_for_io_error (int code)
{
  if (code == G_IO_ERROR_PERMISSION_DENIED)
    return PAWL_ERROR_ACCESS_DENIED;
  if (code == G_IO_ERROR_TIMED_OUT)
    return PAWL_ERROR_TIMED_OUT;
  /* The socket of the bus is not there, or it closed. */
  return PAWL_ERROR_NETWORK;
}

void
pawl_client_translate_error (GError *error)
{
  g_dbus_error_strip_remote_error (error);
  if (error->domain == PAWL_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error->domain == G_IO_ERROR)
    {
      set_code (error, code_for_io_error (error->code), NULL);
      return;
    }
  for (gsize i = 0; error->domain == G_DBUS_ERROR && i < G_N_ELEMENTS (BUS_ERRORS); i++)
    if (BUS_ERRORS[i].bus == (GDBusError) error->code)
      {
        set_code (error, BUS_ERRORS[i].code, BUS_ERRORS[i].advice);
        return;
      }
  set_code (error, PAWL_ERROR_FAILED, NULL);
}
