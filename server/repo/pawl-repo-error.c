/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-error.h"

G_DEFINE_QUARK (pawl - repo - error, pawl_repo_error)

/*< private >
 * pawl_repo_fail:
 * @error: return location
 * @code: whose turn it is
 * @format: what, where, and what to do
 *
 * Returns: %FALSE, so that a refusal is one statement
 */
gboolean
pawl_repo_fail (GError **error, PawlRepoError code, const char *format, ...)
{
  va_list args;
  g_autofree char *message = NULL;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, PAWL_REPO_ERROR, (int) code, message);
  return FALSE;
}
