/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-ostree-compat.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* A staged deployment whose finalisation is locked stays what it is at shutdown. Releases since
 * 2023.8 can also keep the lock inside the staged deployment's own description, and have calls for
 * that; all releases from 2019 on look at this file, so it is the one way that works everywhere. */
#define LOCK_DIR  "/run/ostree"
#define LOCK_PATH LOCK_DIR "/staged-deployment-locked"

/*< private >
 * pawl_ostree_compat_add_pull_options:
 * @options: the options of a pull
 * @stall_timeout_s: a request that is slower than a byte a second for this long is given up
 *
 * Adds what only libostree 2025.2 and later know. Older ones ignore unknown options, and there our
 * own watchdog alone does the work.
 */
void
pawl_ostree_compat_add_pull_options (GVariantDict *options, guint stall_timeout_s)
{
  g_variant_dict_insert (options, "low-speed-limit-bytes", "u", 1);
  g_variant_dict_insert (options, "low-speed-time-seconds", "u", stall_timeout_s);
  g_variant_dict_insert (options, "retry-all-network-errors", "b", FALSE);
  g_variant_dict_insert (options, "max-outstanding-fetcher-requests", "u", 8);
}

static gboolean
fail_errno (const char *what, GError **error)
{
  int saved = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "%s %s: %s", what, LOCK_PATH,
               g_strerror (saved));
  return FALSE;
}

/*< private >
 * pawl_ostree_compat_lock_finalization:
 * @error: return location
 *
 * From here on a staged deployment is not made the default at shutdown. Call it before staging.
 *
 * Returns: %TRUE if it is locked
 */
gboolean
pawl_ostree_compat_lock_finalization (GError **error)
{
  int fd;

  if (g_mkdir_with_parents (LOCK_DIR, 0755) < 0)
    return fail_errno ("make the folder of", error);
  fd = open (LOCK_PATH, O_CREAT | O_WRONLY | O_NOCTTY | O_CLOEXEC, 0640);
  if (fd < 0)
    return fail_errno ("create", error);
  close (fd);
  return TRUE;
}

/*< private >
 * pawl_ostree_compat_unlock_finalization:
 * @out_was_locked: (nullable): whether it was locked
 * @error: return location
 *
 * From here on a staged deployment becomes the default at shutdown.
 *
 * Returns: %TRUE if it is not locked
 */
gboolean
pawl_ostree_compat_unlock_finalization (gboolean *out_was_locked, GError **error)
{
  gboolean was_locked = g_unlink (LOCK_PATH) == 0;

  if (!was_locked && errno != ENOENT)
    return fail_errno ("remove", error);
  if (out_was_locked != NULL)
    *out_was_locked = was_locked;
  return TRUE;
}
