/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl doctor: what would make an update fail, before it does. */

#include "pawl-command.h"
#include "pawl-doctor.h"
#include "pawl-format.h"
#include "pawl-show.h"

static char *folder;

static const GOptionEntry options[] = {
  {"path", 0, 0, G_OPTION_ARG_FILENAME, &folder, "Look at the system below a folder", "FOLDER"},
  G_OPTION_ENTRY_NULL,
};

static PawlTone
get_tone (const char *severity)
{
  if (g_str_equal (severity, "error"))
    return PAWL_TONE_BAD;
  if (g_str_equal (severity, "warning"))
    return PAWL_TONE_WARNING;
  return g_str_equal (severity, "ok") ? PAWL_TONE_GOOD : PAWL_TONE_PLAIN;
}

static void
show (PawlCli *cli, PawlDoctor *doctor)
{
  for (guint i = 0; i < doctor->findings->len; i++)
    {
      GVariant *finding = doctor->findings->pdata[i];
      const char *severity = pawl_show_string (finding, "severity");
      g_autofree char *message = pawl_format_clean (pawl_show_string (finding, "message"));
      g_autofree char *fix = pawl_format_clean (pawl_show_string (finding, "fix"));

      pawl_cli_print (cli, get_tone (severity), "%-7s", severity);
      pawl_cli_print (cli, PAWL_TONE_PLAIN, "  %s%s%s\n", pawl_show_string (finding, "check"),
                      *message != '\0' ? ": " : "", message);
      if (*fix != '\0')
        pawl_cli_print (cli, PAWL_TONE_QUIET, "         fix: %s\n", fix);
    }
  pawl_cli_print (cli, PAWL_TONE_TITLE, "%u errors, %u warnings\n", doctor->errors,
                  doctor->warnings);
}

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (PawlDoctor) doctor = NULL;

  if (folder != NULL && !g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, PAWL_EXIT_ERROR, PAWL_EXIT_USAGE, "--path: %s is not a folder", folder);
      return PAWL_EXIT_USAGE;
    }
  doctor = pawl_doctor_new (cli, folder);
  pawl_doctor_examine (doctor);
  if (cli->json)
    pawl_cli_print_json (cli, pawl_doctor_to_variant (doctor), PAWL_JSON_INDENTED);
  show (cli, doctor);
  return doctor->errors > 0 ? PAWL_EXIT_PROBLEMS : PAWL_EXIT_OK;
}

const PawlCommand pawl_cmd_doctor = {
  .name = "doctor",
  .arguments = "",
  .summary = "Find what would make an update fail, and how to mend it",
  .options = options,
  .run = run,
};
