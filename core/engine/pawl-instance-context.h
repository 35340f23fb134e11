/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-device.h"

G_BEGIN_DECLS

#define PAWL_TYPE_INSTANCE_CONTEXT (pawl_instance_context_get_type ())

/**
 * PawlInstanceContext:
 *
 * What one instance of a plugin gets from its device. A plugin may hold it for longer than the
 * device lives; then it offers nothing any more.
 */
G_DECLARE_FINAL_TYPE (PawlInstanceContext, pawl_instance_context, PAWL, INSTANCE_CONTEXT, GObject)

PawlContext *pawl_instance_context_new (PawlDevice *device,
                                        const char *name,
                                        GVariant *settings,
                                        const char *state_dir);

G_END_DECLS
