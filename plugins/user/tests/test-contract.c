/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-user-confirmer.h"
#include "test-context.h"
#include "test-isolate.h"

#include <pawl-testing/pawl-testing.h>

static GObject *
make (gpointer world)
{
  return g_object_new (PAWL_TYPE_USER_CONFIRMER, NULL);
}

static GVariant *
make_good (gpointer world)
{
  return g_variant_new_parsed ("{'person': <'pass'>}");
}

static GVariant *
make_bad (gpointer world)
{
  return g_variant_new_parsed ("{'person': <'fail'>}");
}

static const PawlTestingConfirmer confirmer = {
  .base = {.path = "/user/contract", .make = make},
  .make_good = make_good,
  .make_bad = make_bad,
};

static gpointer
set_up (void)
{
  return test_context_new (g_getenv ("PAWL_USER_KEYFILE"));
}

static GObject *
make_remote (gpointer context)
{
  return test_isolate (make (NULL), PAWL_TYPE_CONFIRMER, PAWL_CONTEXT (context));
}

static const PawlTestingConfirmer remote = {
  .base = {"/user/contract-remote", set_up, g_object_unref, make_remote},
  .make_good = make_good,
  .make_bad = make_bad,
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pawl_testing_add_confirmer (&confirmer);
  pawl_testing_add_confirmer (&remote);
  return g_test_run ();
}
