/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "sim-repo.h"

G_BEGIN_DECLS

/* A client of a repository in memory, with a store of its own: the fixture of most tests of the
 * workflow. */
typedef struct
{
  SimRepo *repo;
  char *folder; /* of the store */
  PawlTufStore *store;
  PawlTufClient *client;
} SimClient;

typedef struct
{
  const char *name;
  void (*test) (SimClient *self, gconstpointer data);
} SimClientTest;

/* What the tests below begin and end with, for those that need more than one. */
void sim_client_set_up (SimClient *self);
void sim_client_tear_down (SimClient *self);
void sim_client_add_tests (const char *prefix, const SimClientTest *tests, gsize n);
/* As after a restart: nothing but the store is left. */
void sim_client_restart (SimClient *self);
/* After a restart: everything is trusted. */
void sim_client_refresh (SimClient *self);
/* After a restart: it is refused, for that reason. */
void sim_client_refuse (SimClient *self, PawlTufError code);
/* What the store has of a role; 0: nothing. */
gint64 sim_client_get_version (SimClient *self, PawlTufType type, const char *role);
/* The role that lists @target, or "". */
const char *sim_client_find (SimClient *self, const char *target);
void sim_client_find_refused (SimClient *self, const char *target, PawlTufError code);

G_END_DECLS
