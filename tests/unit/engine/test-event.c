/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-event.h"

#include <string.h>

/* Administrators filter by the id, so that no two events may share one. */
static void
test_every_one_has_its_own_id (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (const PawlEventInfo *event = pawl_event_list (); event->name != NULL; event++)
    {
      g_assert_true (g_hash_table_add (seen, (gpointer) event->message_id));
      g_assert_true (g_hash_table_add (seen, (gpointer) event->name));
      g_assert_cmpuint (strspn (event->message_id, "0123456789abcdef"), ==, 32);
      g_assert_cmpuint (strlen (event->message_id), ==, 32);
    }
}

static void
test_texts_take_the_message (void)
{
  for (const PawlEventInfo *event = pawl_event_list (); event->name != NULL; event++)
    {
      const char *percent = strchr (event->text, '%');

      g_assert_nonnull (percent);
      g_assert_true (g_str_has_prefix (percent, "%s"));
      g_assert_null (strchr (percent + 1, '%'));
    }
}

static void
test_is_found_by_name (void)
{
  g_assert_cmpstr (pawl_event_lookup ("trial-passed")->name, ==, "trial-passed");
  g_assert_null (pawl_event_lookup ("trial"));
}

/* What an administrator finds behind a message has to be about that message. */
static void
test_the_catalog_explains_each (void)
{
  g_autofree char *path =
    g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "data", "catalog", "pawl.catalog", NULL);
  g_autofree char *catalog = NULL;

  g_assert_true (g_file_get_contents (path, &catalog, NULL, NULL));
  for (const PawlEventInfo *event = pawl_event_list (); event->name != NULL; event++)
    {
      g_autofree char *subject = g_strndup (event->text, strcspn (event->text, ":"));
      g_autofree char *entry =
        g_strdup_printf ("\n-- %s\nSubject: %s\n", event->message_id, subject);

      g_test_message ("%s", event->name);
      g_assert_nonnull (strstr (catalog, entry));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/event/every-one-has-its-own-id", test_every_one_has_its_own_id);
  g_test_add_func ("/engine/event/texts-take-the-message", test_texts_take_the_message);
  g_test_add_func ("/engine/event/is-found-by-name", test_is_found_by_name);
  g_test_add_func ("/engine/event/the-catalog-explains-each", test_the_catalog_explains_each);
  return g_test_run ();
}
