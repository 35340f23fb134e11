/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-engine.h"

/* The bus of the XML; the interface is called like the name. */
#define PAWL_BUS_NAME      "org.pawl.Update1"
#define PAWL_BUS_INTERFACE PAWL_BUS_NAME
#define PAWL_BUS_PATH      "/org/pawl/Update1"

G_BEGIN_DECLS

#define PAWL_TYPE_DAEMON (pawl_daemon_get_type ())

/**
 * PawlDaemon:
 *
 * An engine on a bus: `org.pawl.Update1`, as its XML describes it.
 *
 * Signals: `leave`: nothing has kept the daemon for `[daemon] idle-exit-s`.
 */
G_DECLARE_FINAL_TYPE (PawlDaemon, pawl_daemon, PAWL, DAEMON, GObject)

PawlDaemon *pawl_daemon_new (PawlEngine *engine);

/* Shows the object on @connection. Before the name is asked for, so that whoever sees the name
 * finds the object. */
gboolean pawl_daemon_export (PawlDaemon *self, GDBusConnection *connection, GError **error);
/* Looks whether the daemon may leave, after what the engine does not know of changed. */
void pawl_daemon_watch_idleness (PawlDaemon *self);

G_END_DECLS
