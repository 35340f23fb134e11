/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "test-isolate.h"

#include <sys/socket.h>

static void
on_served (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  pawl_serve_finish (source, result, &error);
  g_assert_no_error (error);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

GObject *
test_isolate (GObject *instance, GType interface, PawlContext *context)
{
  g_autoptr (GObject) owned = instance;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GObject *proxy;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  pawl_serve_async (owned, fds[0], NULL, on_served, NULL);
  pawl_proxy_new_async (interface, fds[1], context, 20000, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  proxy = pawl_proxy_new_finish (result, &error);
  g_assert_no_error (error);
  return proxy;
}
