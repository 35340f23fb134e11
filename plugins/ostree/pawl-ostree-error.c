/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-ostree-error.h"

#include <pawl/pawl.h>
#include <string.h>

/* libostree puts what went wrong into words, and little of it into codes; these words are the same
 * in every release from 2022.7 to 2025.2. The first row that fits wins. */
static const struct
{
  const char *words;
  PawlError code;
} by_words[] = {
  {"min-free-space",        PAWL_ERROR_NO_SPACE     },
  {"No space left",         PAWL_ERROR_NO_SPACE     },
  {"Corrupted",             PAWL_ERROR_NOT_TRUSTED  },
  {"checksum expected",     PAWL_ERROR_NOT_TRUSTED  },
  {"HTTP 400",              PAWL_ERROR_ACCESS_DENIED},
  {"HTTP 401",              PAWL_ERROR_ACCESS_DENIED},
  {"HTTP 403",              PAWL_ERROR_ACCESS_DENIED},
  {"HTTP 404",              PAWL_ERROR_NOT_FOUND    },
  {"HTTP 410",              PAWL_ERROR_NOT_FOUND    },
 /* Every other status is a server in trouble: some releases call it busy. */
  {"returned HTTP",         PAWL_ERROR_NETWORK      },
  {"While fetching",        PAWL_ERROR_NETWORK      },
  {"while fetching",        PAWL_ERROR_NETWORK      },
  {"Read-only file system", PAWL_ERROR_STORAGE      },
  {"Input/output error",    PAWL_ERROR_STORAGE      },
  {"Locking sysroot",       PAWL_ERROR_BUSY         },
};

static PawlError
code_from_io (int code)
{
  switch (code)
    {
    case G_IO_ERROR_NO_SPACE:
      return PAWL_ERROR_NO_SPACE;
    case G_IO_ERROR_NOT_FOUND:
      return PAWL_ERROR_NOT_FOUND;
    case G_IO_ERROR_READ_ONLY:
    case G_IO_ERROR_PERMISSION_DENIED:
      return PAWL_ERROR_STORAGE;
    case G_IO_ERROR_BUSY:
    case G_IO_ERROR_WOULD_BLOCK:
      return PAWL_ERROR_BUSY;
    case G_IO_ERROR_TIMED_OUT:
    case G_IO_ERROR_HOST_NOT_FOUND:
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
    case G_IO_ERROR_CONNECTION_REFUSED:
    case G_IO_ERROR_CONNECTION_CLOSED:
    case G_IO_ERROR_PARTIAL_INPUT:
      return PAWL_ERROR_NETWORK;
    default:
      return PAWL_ERROR_INSTALL;
    }
}

static PawlError
code_from (const GError *error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (by_words); i++)
    if (strstr (error->message, by_words[i].words) != NULL)
      return by_words[i].code;
  if (error->domain == G_IO_ERROR)
    return code_from_io (error->code);
  return PAWL_ERROR_INSTALL;
}

/*< private >
 * pawl_ostree_error_from:
 * @error: what libostree or this room said
 * @what: what was being done, for example the system root's path
 *
 * Says in Pawl's words what can be done about @error. A cancellation stays one, and what is in
 * Pawl's words already keeps them.
 *
 * Returns: (transfer full): the error
 */
GError *
pawl_ostree_error_from (const GError *error, const char *what)
{
  if (error->domain == PAWL_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  return g_error_new (PAWL_ERROR, code_from (error), "%s: %s", what, error->message);
}
