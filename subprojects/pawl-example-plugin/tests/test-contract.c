/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "example-confirmer.h"

#include <glib/gstdio.h>
#include <pawl-testing/pawl-testing.h>

/* A context with one setting, which is all that this plugin asks for. */
#define TEST_TYPE_HOST (test_host_get_type ())
G_DECLARE_FINAL_TYPE (TestHost, test_host, TEST, HOST, GObject)

struct _TestHost
{
  GObject parent_instance;

  char *path;
  GVariant *settings;
};

static const char *
get_name (PawlContext *context)
{
  return "example";
}

static GVariant *
get_settings (PawlContext *context)
{
  return TEST_HOST (context)->settings;
}

static void
host_iface_init (PawlContextInterface *iface)
{
  iface->get_name = get_name;
  iface->get_settings = get_settings;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestHost,
                               test_host,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_CONTEXT, host_iface_init))

static void
test_host_finalize (GObject *object)
{
  TestHost *self = TEST_HOST (object);

  g_remove (self->path);
  g_free (self->path);
  g_variant_unref (self->settings);
  G_OBJECT_CLASS (test_host_parent_class)->finalize (object);
}

static void
test_host_class_init (TestHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_host_finalize;
}

static void
test_host_init (TestHost *self)
{
  int fd = g_file_open_tmp ("pawl-example-XXXXXX", &self->path, NULL);

  g_close (fd, NULL);
  g_remove (self->path);
  self->settings = g_variant_ref_sink (g_variant_new_parsed ("{'file': <%s>}", self->path));
}

static gpointer
set_up (void)
{
  return g_object_new (TEST_TYPE_HOST, NULL);
}

static GObject *
make (gpointer host)
{
  GObject *confirmer = g_object_new (EXAMPLE_TYPE_CONFIRMER, NULL);

  g_assert_true (pawl_confirmer_set_up (PAWL_CONFIRMER (confirmer), PAWL_CONTEXT (host), NULL));
  return confirmer;
}

static GVariant *
make_good (gpointer host)
{
  g_assert_true (g_file_set_contents (TEST_HOST (host)->path, "good\n", -1, NULL));
  return NULL;
}

static GVariant *
make_bad (gpointer host)
{
  g_assert_true (g_file_set_contents (TEST_HOST (host)->path, "bad\n", -1, NULL));
  return NULL;
}

static const PawlTestingConfirmer confirmer = {
  .base = {"/example/contract", set_up, g_object_unref, make},
  .make_good = make_good,
  .make_bad = make_bad,
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pawl_testing_add_confirmer (&confirmer);
  return g_test_run ();
}
