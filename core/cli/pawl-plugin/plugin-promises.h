/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "plugin-subject.h"

G_BEGIN_DECLS

/* How a check went. */
typedef struct
{
  guint kept;
  guint broken;
  guint skipped;
  guint unwritten; /* methods that say themselves that they are not there */
} PluginVerdict;

/* Runs the contract suite of the subject's interface in its world, each promise in a process of its
 * own, because a broken one ends it. @only (nullable) is the path of one promise. */
gboolean plugin_promises_check (const PluginSubject *subject,
                                const char *only,
                                PluginVerdict *verdict,
                                GError **error);

/* The main function of such a process. */
int plugin_promises_main (int argc, char **argv);

/* Calls every method as it is, with made-up arguments: an error is as good as success; a wrong
 * answer, a crash and a silence are not. */
void
plugin_manners_check (const PluginSubject *subject, const char *folder, PluginVerdict *verdict);

G_END_DECLS
