/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "test-context.h"
#include "test-server.h"

#include <ostree.h>

G_BEGIN_DECLS

/* A publisher's repository with versions of a small tree, a web server for it, and a device's
 * system root in which version 1 is deployed. */
typedef struct
{
  char *folder;
  char *repo;    /* of the publisher */
  char *sysroot; /* of the device */
  TestServer *server;
  TestContext *context;
  PawlTransport *transport;
  PawlInstaller *installer;
} TestDevice;

void test_device_set_up (TestDevice *self, gconstpointer data);
void test_device_tear_down (TestDevice *self, gconstpointer data);
void test_run (const char *format, ...) G_GNUC_PRINTF (1, 2);
char *test_output (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Publishes version @n and says its commit. */
char *test_device_publish (TestDevice *self, guint n);
void test_device_publish_delta (TestDevice *self, const char *from, const char *to);
PawlTarget *test_target_new (const char *commit, const char *name, GVariant *custom);

/* Makes the instances, with what the context's settings are now. */
void test_device_start (TestDevice *self);

GVariant *test_fetch (TestDevice *self, PawlTarget *target, const char *uri, GError **error);
GVariant *test_fetch_from (TestDevice *self,
                           PawlTarget *target,
                           const char *const *uris,
                           GVariant *options,
                           PawlMonitor *monitor,
                           GCancellable *cancellable,
                           GError **error);
GVariant *test_estimate (TestDevice *self, PawlTarget *target, GError **error);
gboolean test_can_install (TestDevice *self, PawlTarget *target, GError **error);
gboolean test_install (TestDevice *self, PawlTarget *target, GError **error);
gboolean test_activate (TestDevice *self, PawlTarget *target, gboolean *out_reboot, GError **error);
gboolean test_revert (TestDevice *self, PawlTarget *target, gboolean *out_reboot, GError **error);
gboolean test_commit (TestDevice *self, PawlTarget *target, GError **error);
gboolean test_clean_up (TestDevice *self, guint64 need_bytes, guint64 *out_freed, GError **error);
PawlTarget *test_describe (TestDevice *self);

/* The commits that have boot entries, the next boot first, separated by spaces. */
char *test_device_list (TestDevice *self);

G_END_DECLS
