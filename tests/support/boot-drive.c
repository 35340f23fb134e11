/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* One call of a boot control, for tests in which it runs like a program:
 *
 *   drive-NAME KEYFILE KEY=VALUE… -- arm TRIES | good | bad | status
 *
 * A value with a semicolon is several; state-dir is the folder for the plugin's own files. `status`
 * prints the status and the tries that are left. */
#include DRIVE_HEADER
#include "test-calls.h"
#include "test-context.h"

#include <string.h>

static void
take_setting (TestContext *context, const char *key, const char *value)
{
  g_auto (GStrv) values = g_strsplit (value, ";", -1);

  if (g_str_equal (key, "state-dir"))
    test_context_set_state_dir (context, value);
  else if (g_strv_length (values) > 1)
    test_context_set (context, key, g_variant_new_strv ((const char *const *) values, -1));
  else
    test_context_set (context, key, g_variant_new_string (value));
}

static char **
take_settings (TestContext *context, char **argument)
{
  for (; *argument != NULL && !g_str_equal (*argument, "--"); argument++)
    {
      g_auto (GStrv) pair = g_strsplit (*argument, "=", 2);

      take_setting (context, pair[0], pair[1]);
    }
  return argument + 1;
}

static void
print_status (PawlBootControl *control, GError **error)
{
  g_autoptr (GVariant) details = NULL;
  PawlBootStatus status = test_boot_get_status (control, &details, error);
  guint left = 0;

  if (details == NULL)
    return;
  g_variant_lookup (details, "tries-left", "u", &left);
  g_print ("%s %u\n", pawl_enum_to_nick (PAWL_TYPE_BOOT_STATUS, (int) status), left);
}

int
main (int argc, char **argv)
{
  g_autoptr (TestContext) context = test_context_new (argv[1]);
  g_autoptr (PawlBootControl) control = g_object_new (DRIVE_TYPE, NULL);
  g_autoptr (GError) error = NULL;
  char **words = take_settings (context, argv + 2);

  if (pawl_boot_control_set_up (control, PAWL_CONTEXT (context), &error))
    {
      if (g_str_equal (words[0], "arm"))
        test_boot_arm (control, (guint) atoi (words[1]), &error);
      else if (g_str_equal (words[0], "good"))
        test_boot_mark_good (control, &error);
      else if (g_str_equal (words[0], "bad"))
        test_boot_mark_bad (control, &error);
      else
        print_status (control, &error);
    }
  if (error == NULL)
    return 0;
  g_printerr ("%s\n", error->message);
  return 1;
}
