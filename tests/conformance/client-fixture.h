/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "sim-repo.h"
#include "sim-web.h"

G_BEGIN_DECLS

/* A repository in memory behind a web server, and the command line of the official conformance
 * suite for its client. */
typedef struct
{
  char *folder;
  char *metadata_dir;
  char *target_dir;
  char *root; /* of which the client is made */
  SimRepo *repo;
  SimWeb *web;
  guint missing;         /* the status of what is not there */
  const char *fake_time; /* (nullable): when the client runs, for faketime */
  guint kill_at;         /* which point of its writing the client does not survive; 0: none */
} ClientFixture;

typedef struct
{
  const char *name;
  void (*test) (ClientFixture *self, gconstpointer data);
} ClientTest;

/* So that the real clock does not matter. */
#define CLIENT_FOREVER "2099-01-01T00:00:00Z"

void client_fixture_add_tests (const char *prefix, const ClientTest *tests, gsize n);
/* The first root, as it is in the repository now. */
void client_write_root (ClientFixture *self);
/* Each says the exit status. */
int client_init (ClientFixture *self);
int client_refresh (ClientFixture *self);
/* @second may be NULL. */
int client_download (ClientFixture *self, const char *first, const char *second);
/* A target, and its bytes below `targets/`. */
void client_add_file (ClientFixture *self, SimRole *role, const char *name, const char *content);
/* The paths that were asked for since the last time. */
void client_assert_asked (ClientFixture *self, const char *wanted);
/* What is stored as @name is what the repository has at @path, byte for byte. */
void client_assert_stored (ClientFixture *self, const char *name, const char *path);
/* Roles and versions, sorted, for example `root 1, timestamp 2`. */
void client_assert_trusted (ClientFixture *self, const char *wanted);
/* The bytes that were downloaded as @name; NULL for none. */
void client_assert_file (ClientFixture *self, const char *name, const char *content);

G_END_DECLS
