/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

#include "pawl-dbus.h"

G_BEGIN_DECLS

typedef struct _FakeDaemon FakeDaemon;

/* What a call does. Returns TRUE when it has answered, or will. */
typedef gboolean (*FakeDaemonFunc) (FakeDaemon *fake,
                                    GDBusMethodInvocation *invocation,
                                    const char *method);

/* org.pawl.Update1 on a private bus, in the test's own process: it remembers what it was asked and
 * answers what the test says. Also runs pawlctl against it. */
struct _FakeDaemon
{
  GTestDBus *bus;              /* (owned) */
  GDBusConnection *connection; /* (owned) */
  PawlDBusUpdate1 *object;     /* (owned) */
  guint name_id;
  GString *calls;         /* (owned): a line for each call: its method and arguments */
  GError *error;          /* (owned) (nullable): what each call fails with */
  FakeDaemonFunc on_call; /* (nullable) */
  GVariant *reply;        /* (owned) (nullable): what each call answers; an empty tuple otherwise */

  gboolean terminal; /* pawlctl runs on one */

  /* What the last run of pawlctl did. */
  int exit_code;
  char *out; /* (owned) */
  char *err; /* (owned) */
};

FakeDaemon *fake_daemon_new (void);
void fake_daemon_free (FakeDaemon *fake);
void fake_daemon_own (FakeDaemon *fake);
void fake_daemon_disown (FakeDaemon *fake);
void fake_daemon_set (FakeDaemon *fake, const char *property, const char *value);
void fake_daemon_reply (FakeDaemon *fake, const char *reply);
GSubprocess *fake_daemon_spawn (FakeDaemon *fake, const char *words);
void fake_daemon_finish (FakeDaemon *fake, GSubprocess *process);
void fake_daemon_run (FakeDaemon *fake, const char *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeDaemon, fake_daemon_free)

G_END_DECLS
