/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-plugin-host.h"
#include "test-context.h"

G_BEGIN_DECLS

/* One plugin in a process of its own, as the daemon makes it, with a state folder. */
typedef struct
{
  PawlPluginHost *host;
  TestContext *context;
  char *state_dir;
  GObject *object;
  guint64 done;
} Fixture;

/* How it is started; NULL and 0 for what the daemon does. */
typedef struct
{
  const char *const *grants; /* (nullable) */
  const char *user;          /* (nullable) */
  guint idle_ms;
} FixtureOptions;

void fixture_set_up (Fixture *self, const char *id, const FixtureOptions *options);
void fixture_tear_down (Fixture *self);

/* The plugin does what @what says. */
GVariant *fixture_install (Fixture *self,
                           const char *what,
                           guint timeout_ms,
                           GCancellable *cancel,
                           GError **error);
/* The process that answered. */
guint fixture_expect_works (Fixture *self);
void
fixture_expect_fails (Fixture *self, const char *what, guint timeout_ms, GQuark domain, int code);
/* A member of what `ListPlugins` says about the plugin. */
GVariant *fixture_describe (Fixture *self, const char *id, const char *member);
/* Turns the main loop until @condition holds. */
void fixture_wait_until (Fixture *self, gboolean (*condition) (Fixture *self));

/* Whether this build has what plugins in scripts need. */
gboolean fixture_has_scripts (void);

G_END_DECLS
