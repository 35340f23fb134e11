/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-testing/pawl-testing.h>

G_BEGIN_DECLS

/* Long enough for any promise on a slow machine; reached only when a promise is broken. */
#define PAWL_TESTING_TIMEOUT_MS 60000

/* One promise at work: a world, and the instance in it. */
typedef struct
{
  const PawlTestingWorld *implementation; /* (unowned) */
  gpointer world;                         /* (owned) (nullable) */
  gpointer instance;                      /* (owned): of the interface */
  GAsyncResult *result;                   /* (owned) (nullable): of the running call */
  gboolean answered;
  guint64 done;
} PawlTestingCase;

typedef void (*PawlTestingPromise) (PawlTestingCase *self);

void pawl_testing_add (const PawlTestingWorld *implementation,
                       const char *name,
                       PawlTestingPromise promise);

/* A new instance in the same world, as after a restart of the daemon. */
void pawl_testing_restart (PawlTestingCase *self);

/* The callback of every call, and what waits for it. */
void pawl_testing_keep (GObject *source, GAsyncResult *result, gpointer test_case);
GAsyncResult *pawl_testing_wait (PawlTestingCase *self);
PawlMonitor *pawl_testing_monitor_new (PawlTestingCase *self);

/* Each pair of @members is a name and a type: what is there has that type. */
void pawl_testing_check_members (GVariant *answer, ...) G_GNUC_NULL_TERMINATED;

/* One method with everything it needs, for the promises that all methods make alike. */
typedef struct
{
  const char *name;
  void (*start) (PawlTestingCase *self,
                 guint timeout_ms,
                 PawlMonitor *monitor,
                 GCancellable *cancellable);
  gboolean (*finish) (PawlTestingCase *self, GError **error);
} PawlTestingMethod;

/* @methods has to stay and ends with a NULL name. */
void pawl_testing_add_methods (const PawlTestingWorld *implementation,
                               const PawlTestingMethod *methods);
gboolean pawl_testing_call (PawlTestingCase *self, const PawlTestingMethod *method, GError **error);

G_END_DECLS
