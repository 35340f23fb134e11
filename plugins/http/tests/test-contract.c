/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-http-transport.h"

#include "test-context.h"
#include "test-isolate.h"
#include "test-web.h"

#include <pawl-testing/pawl-testing.h>

static gpointer
make_world (void)
{
  return test_web_new (NULL, NULL);
}

static void
free_world (gpointer world)
{
  test_web_free (world);
}

static TestContext *
make_context (void)
{
  TestContext *context = test_context_new (g_getenv ("PAWL_HTTP_KEYFILE"));

  test_context_set (context, "retry-delay-ms", g_variant_new_int64 (1));
  return context;
}

static GObject *
make_instance (gpointer world)
{
  g_autoptr (TestContext) context = make_context ();
  GObject *transport = g_object_new (PAWL_TYPE_HTTP_TRANSPORT, NULL);
  g_autoptr (GError) error = NULL;

  pawl_transport_set_up (PAWL_TRANSPORT (transport), PAWL_CONTEXT (context), &error);
  g_assert_no_error (error);
  return transport;
}

/* The far side is set up through the connection, as for an isolated plugin. */
static GObject *
make_remote (gpointer world)
{
  g_autoptr (TestContext) context = make_context ();

  return test_isolate (g_object_new (PAWL_TYPE_HTTP_TRANSPORT, NULL), PAWL_TYPE_TRANSPORT,
                       PAWL_CONTEXT (context));
}

static char *
publish (gpointer world, const char *name, GBytes *content)
{
  g_autofree char *path = g_strconcat ("/", name, NULL);
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);
  g_autofree char *etag = g_strdup_printf ("\"%s\"", hash);

  test_web_put (world, path, g_bytes_get_data (content, NULL), g_bytes_get_size (content), etag);
  return test_web_make_uri (world, path);
}

static char *
dup_missing (gpointer world)
{
  return test_web_make_uri (world, "/missing");
}

static const PawlTestingTransport contract = {
  {"/http/contract", make_world, free_world, make_instance},
  publish,
  dup_missing,
  NULL,
};
static const PawlTestingTransport remote_contract = {
  {"/http/remote-contract", make_world, free_world, make_remote},
  publish,
  dup_missing,
  NULL,
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pawl_testing_add_transport (&contract);
  pawl_testing_add_transport (&remote_contract);
  return g_test_run ();
}
