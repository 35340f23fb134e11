/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-daemon.h"

G_BEGIN_DECLS

struct _PawlDaemon
{
  GObject parent_instance;

  PawlEngine *engine;          /* (owned) */
  GDBusConnection *connection; /* (owned) (nullable): while the object is there */
  guint registration;
  GHashTable *changed; /* (owned): names of properties of the bus that have to be told */
  guint tell_source;   /* tells them in the next turn of the main loop */
  guint idle_source;   /* fires when the daemon may leave */
  guint calls;         /* that have no answer yet */
  gboolean rebooting;
};

/* ---- pawl-daemon-properties.c ---- */

/* (transfer full) */
GVariant *pawl_daemon_get_property (PawlDaemon *self, const char *name);
/* Tells now what changed; a signal must not overtake the properties that it changed. */
void pawl_daemon_tell_changes (PawlDaemon *self);
void pawl_daemon_follow_engine (PawlDaemon *self);

/* ---- pawl-daemon-methods.c ---- */

void pawl_daemon_call_method (PawlDaemon *self,
                              const char *method,
                              GVariant *arguments,
                              GDBusMethodInvocation *invocation);

G_END_DECLS
