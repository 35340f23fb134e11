/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PawlAgent:
 *
 * Asks for the password that polkit wants, on this terminal. It lives as long as the call that may
 * need it.
 */
typedef struct _PawlAgent PawlAgent;

PawlAgent *pawl_agent_new_if_needed (void);
PawlAgent *pawl_agent_new (const char *program);
void pawl_agent_free (PawlAgent *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlAgent, pawl_agent_free)

G_END_DECLS
