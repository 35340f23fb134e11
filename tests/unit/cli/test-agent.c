/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-agent.h"

#include <glib/gstdio.h>

/* An agent that is known after it wrote down how it was called, and that waits to be ended. */
static char *
make_agent (const char *folder, const char *body)
{
  char *path = g_build_filename (folder, "agent", NULL);
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\n%s", body);

  g_assert_true (g_file_set_contents_full (path, script, -1, 0, 0755, NULL));
  return path;
}

static void
test_lives_with_the_call (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pawl-agent-XXXXXX", NULL);
  g_autofree char *told = g_build_filename (folder, "told", NULL);
  g_autofree char *body = g_strdup_printf (
    "trap 'echo ended >> %s; exit 0' TERM\necho \"$@\" > %s\nexec 3>&-\nwhile :; do sleep 0.05; "
    "done\n",
    told, told);
  g_autofree char *path = make_agent (folder, body);
  g_autofree char *text = NULL;
  PawlAgent *agent = pawl_agent_new (path);

  g_assert_nonnull (agent);
  g_assert_true (g_file_get_contents (told, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "--notify-fd 3 --fallback\n");
  pawl_agent_free (agent);
  g_clear_pointer (&text, g_free);
  g_assert_true (g_file_get_contents (told, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "--notify-fd 3 --fallback\nended\n");
  g_unlink (told);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_ends_at_once (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pawl-agent-XXXXXX", NULL);
  g_autofree char *path = make_agent (folder, "exit 1\n");
  g_autoptr (PawlAgent) agent = pawl_agent_new (path);

  g_assert_nonnull (agent);
  g_assert_null (pawl_agent_new ("/nonexistent/agent"));
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/agent/lives-with-the-call", test_lives_with_the_call);
  g_test_add_func ("/cli/agent/one-that-ends-keeps-nobody", test_ends_at_once);
  return g_test_run ();
}
