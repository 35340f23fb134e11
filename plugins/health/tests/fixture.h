/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-health-confirmer.h"
#include "test-calls.h"
#include "test-context.h"

G_BEGIN_DECLS

/* A confirmer that checks nothing yet, and a folder with required.d and wanted.d. */
typedef struct
{
  char *folder;
  TestContext *context;
  PawlConfirmer *confirmer;
  GVariant *answer; /* the last one */
} Fixture;

void fixture_set_up (Fixture *self, gconstpointer data);
void fixture_tear_down (Fixture *self, gconstpointer data);
void fixture_write (Fixture *self, const char *name, const char *body);
char *fixture_read (Fixture *self, const char *name);
void fixture_expect (Fixture *self, PawlVerdict verdict, const char *reason);
void
fixture_expect_result (Fixture *self, const char *name, const char *verdict, const char *words);

G_END_DECLS
