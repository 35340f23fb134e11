/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "sim-transport.h"
#include "test-context.h"

G_BEGIN_DECLS

/* What the tests of the verifier plugins share: an instance in a world of simulated repositories,
 * with a folder of its own. */
typedef struct
{
  char *folder;    /* (owned) */
  char *state_dir; /* (owned): below it; not there yet */
  SimTransport *transport;
  TestContext *context;
  PawlVerifier *verifier; /* (owned) (nullable) */
} SimWorld;

/* The ECU is `main`, of the hardware `board`; @installed (nullable) is the version it runs. */
void sim_world_set_up (SimWorld *self, const char *keyfile, const char *installed);
void sim_world_tear_down (SimWorld *self);
/* The first root of @repo, for the configuration key @key. */
void sim_world_set_root (SimWorld *self, const char *key, SimRepo *repo);
PawlVerifier *sim_world_make_verifier (SimWorld *self, GType type);

/* Calls that wait for their answer. */
PawlUpdate *sim_world_check (SimWorld *self, GError **error);
PawlUpdate *sim_world_check_with (SimWorld *self, GVariant *options, GError **error);
/* The target of `main`; NULL when there is nothing to do. */
PawlTarget *sim_world_check_target (SimWorld *self);
/* @content (nullable): of the payload. */
gboolean sim_world_verify (SimWorld *self, PawlTarget *target, const char *content, GError **error);
GVariant *sim_world_report (SimWorld *self, PawlReport *report, GError **error);

PawlPayload *sim_payload_new (const char *content);

G_END_DECLS
