/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/*< private >
 * PawlOstreeJobFunc:
 * @input: what the job was given
 * @op: for progress, and to complete
 * @error: return location
 *
 * Runs in a thread of its own, with a main context of its own as the thread's default.
 *
 * Returns: %TRUE after completing @op
 */
typedef gboolean (*PawlOstreeJobFunc) (gpointer input, PawlOperation *op, GError **error);

void pawl_ostree_job_start (const char *what,
                            PawlOstreeJobFunc func,
                            gpointer input,
                            GDestroyNotify input_free,
                            PawlOperation *op);

G_END_DECLS
