/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl why: the last answer of every rule, so that "why is nothing happening" has an answer. */

#include "pawl-command.h"
#include "pawl-show.h"

static gboolean only_held;

static const GOptionEntry options[] = {
  {"held", 0, 0, G_OPTION_ARG_NONE, &only_held, "Only the rules that hold something back", NULL},
  G_OPTION_ENTRY_NULL,
};

static void
show (PawlCli *cli, const char *state, GVariant *decisions)
{
  guint held = pawl_show_count_held (decisions);

  if (g_variant_n_children (decisions) == 0)
    pawl_cli_print (cli, PAWL_TONE_PLAIN, "The state is %s; no rule was asked yet.\n", state);
  else if (held == 0)
    pawl_cli_print (cli, PAWL_TONE_GOOD, "The state is %s; nothing is held back.\n", state);
  else
    pawl_cli_print (cli, PAWL_TONE_WARNING, "The state is %s; held back by %u rule%s.\n", state,
                    held, held == 1 ? "" : "s");
  pawl_show_decisions (cli, decisions, only_held);
}

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (GVariant) properties = pawl_cli_read (cli, error);
  g_autoptr (GVariant) given = NULL;
  g_autoptr (GVariant) decisions = NULL;
  const char *state;

  if (properties == NULL)
    return PAWL_EXIT_FAILED;
  given = g_variant_lookup_value (properties, "decisions", G_VARIANT_TYPE ("aa{sv}"));
  decisions = pawl_show_filter (given, only_held ? pawl_show_is_held : NULL);
  state = pawl_show_string (properties, "state");
  if (cli->json)
    pawl_cli_print_json (cli,
                         g_variant_new_parsed ("{'state': <%s>, 'decisions': <%@aa{sv}>}", state,
                                               decisions),
                         PAWL_JSON_INDENTED);
  show (cli, state, decisions);
  return PAWL_EXIT_OK;
}

const PawlCommand pawl_cmd_why = {
  .name = "why",
  .arguments = "",
  .summary = "Show why something is or is not happening",
  .options = options,
  .run = run,
};
