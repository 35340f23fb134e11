/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "plugin-subject.h"

#include <pawl-testing/pawl-testing.h>

G_BEGIN_DECLS

/* A world of the contract suites (pawl-testing.h) whose actions are those of the author's program:
 * pawl-plugin(1) has them all. */

/* What every world of this process is made of; @subject has to stay. */
void plugin_world_begin (const PluginSubject *subject);

/* Adds the suite of the subject's interface. */
void plugin_world_add_suite (void);

G_END_DECLS
