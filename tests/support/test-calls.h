/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/* Calls of boot controls and confirmers that wait for their answer. They run the main context, so
 * whatever a test serves there goes on meanwhile. */
gboolean test_boot_arm (PawlBootControl *control, guint tries, GError **error);
gboolean test_boot_mark_good (PawlBootControl *control, GError **error);
gboolean test_boot_mark_bad (PawlBootControl *control, GError **error);
PawlBootStatus
test_boot_get_status (PawlBootControl *control, GVariant **out_details, GError **error);
/* Fails the test unless the status and the tries left are these. */
void test_boot_expect (PawlBootControl *control, PawlBootStatus status, guint tries_left);

gboolean test_confirmer_begin (PawlConfirmer *confirmer, GVariant *options, GError **error);
PawlVerdict test_confirmer_check (PawlConfirmer *confirmer,
                                  GVariant *options,
                                  GVariant **out_details,
                                  GError **error);
gboolean test_confirmer_end (PawlConfirmer *confirmer, PawlVerdict verdict, GError **error);
/* An update to put on trial. */
PawlUpdate *test_update_new (void);

G_END_DECLS
