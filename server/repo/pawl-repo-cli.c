/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-cli.h"

#include "pawl-repo-error.h"
#include "pawl-repo-tx.h"

#include <string.h>

static void
print_commands (const char *program, const PawlRepoCommand *commands, gsize n)
{
  g_print ("Usage: %s COMMAND…\n\n", program);
  for (gsize i = 0; i < n; i++)
    g_print ("  %-14s %s\n", commands[i].name, commands[i].summary);
  g_print ("\n“%s COMMAND --help” says more; so does pawl-repo(1).\n", program);
}

/*< private >
 * pawl_repo_cli_dispatch:
 * @cli: what holds for all commands
 * @program: what came before, for messages
 * @commands: (array length=n): what there is
 * @n: how many
 * @args: the command's name, and what follows it
 * @error: return location
 *
 * Returns: whether the command did what it was asked for
 */
gboolean
pawl_repo_cli_dispatch (PawlRepoCli *cli,
                        const char *program,
                        const PawlRepoCommand *commands,
                        gsize n,
                        char **args,
                        GError **error)
{
  if (args[0] == NULL || g_str_equal (args[0], "--help") || g_str_equal (args[0], "help"))
    {
      print_commands (program, commands, n);
      return args[0] != NULL ||
             pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "%s: wanted a command", program);
    }
  for (gsize i = 0; i < n; i++)
    if (g_str_equal (commands[i].name, args[0]))
      return commands[i].run (cli, args, error);
  return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                         "%s: there is no command “%s”: see “%s --help”", program, args[0],
                         program);
}

static void
print_help (GOptionContext *context, const char *name)
{
  g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);
  const char *options = strstr (help, "\n\n");

  g_print ("Usage: %s\n%s", name, options != NULL ? options + 1 : "");
}

/*< private >
 * pawl_repo_cli_parse:
 * @entries: (nullable): options
 * @args: (inout): the command's name and arguments; options are taken out
 * @min: how many arguments there have to be
 * @max: how many there may be
 * @usage: what follows `pawl-repo` on a good command line
 * @error: return location
 *
 * Returns: %TRUE if the command line is good
 */
gboolean
pawl_repo_cli_parse (const GOptionEntry *entries,
                     char ***args,
                     guint min,
                     guint max,
                     const char *usage,
                     GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *name = g_strdup_printf ("pawl-repo %s", usage);
  g_autoptr (GError) local_error = NULL;
  guint n;

  /* GOptionContext writes the program's name and then what it is given, which is all of it here. */
  g_option_context_set_help_enabled (context, FALSE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  if (g_strv_contains ((const char *const *) *args, "--help"))
    {
      print_help (context, name);
      return pawl_repo_fail (error, PAWL_REPO_ERROR_HELP, "help was asked for");
    }
  if (!g_option_context_parse_strv (context, args, &local_error))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "%s: usage: %s", local_error->message,
                           name);
  n = g_strv_length (*args) - 1;
  if (n >= min && n <= max)
    return TRUE;
  return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "found %u arguments: usage: %s", n, name);
}

PawlRepoWork *
pawl_repo_cli_open (PawlRepoCli *cli, GError **error)
{
  return pawl_repo_work_open (cli->folder, error);
}

static gboolean
is_complete (PawlRepoWork *work)
{
  g_autoptr (GPtrArray) all =
    pawl_repo_tx_advance (work, NULL) ? pawl_repo_tx_measure_all (work, NULL) : NULL;

  for (guint i = 0; all != NULL && i < all->len; i++)
    if (!((PawlRepoProgress *) all->pdata[i])->complete)
      return FALSE;
  return all != NULL && all->len > 0;
}

/*< private >
 * pawl_repo_cli_open_ready:
 * @cli: what holds for all commands
 * @error: return location
 *
 * What is signed by all makes room for the next change by itself.
 *
 * Returns: (transfer full): a work folder that can be changed
 */
PawlRepoWork *
pawl_repo_cli_open_ready (PawlRepoCli *cli, GError **error)
{
  g_autoptr (PawlRepoWork) work = pawl_repo_cli_open (cli, error);

  if (work == NULL || (is_complete (work) && !pawl_repo_tx_apply (work, NULL, NULL, error)))
    return NULL;
  return g_steal_pointer (&work);
}

/* ---- signers ---- */

static gboolean
add_signer (GPtrArray *signers, PawlRepoSecrets *secrets, const char *uri, GError **error)
{
  PawlTufSigner *signer = pawl_repo_secrets_open (secrets, uri, error);

  if (signer != NULL)
    g_ptr_array_add (signers, signer);
  return signer != NULL;
}

/* Without --signer: each key of the repository whose private half is in this person's folder. */
static gboolean
add_own (PawlRepoWork *work, GPtrArray *signers, PawlRepoSecrets *secrets, GError **error)
{
  g_autoptr (GPtrArray) keys = pawl_repo_work_list_keys (work, error);

  if (keys == NULL)
    return FALSE;
  for (guint i = 0; i < keys->len; i++)
    {
      PawlRepoKey *key = keys->pdata[i];
      g_autofree char *path = pawl_repo_secrets_dup_key_path (secrets, key->name);

      if (g_file_test (path, G_FILE_TEST_EXISTS) && !add_signer (signers, secrets, path, error))
        return FALSE;
    }
  return signers->len > 0 ||
         pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                         "%s: there is no private key of this repository: name one with --signer, "
                         "or its folder with --keys",
                         secrets->keys_folder);
}

/*< private >
 * pawl_repo_cli_open_signers:
 * @work: a work folder
 * @secrets: where private keys are; has to outlive them
 * @error: return location
 *
 * Returns: (transfer full) (element-type PawlTufSigner): at least one private key
 */
GPtrArray *
pawl_repo_cli_open_signers (PawlRepoWork *work, PawlRepoSecrets *secrets, GError **error)
{
  g_autoptr (GPtrArray) signers = g_ptr_array_new_with_free_func (g_object_unref);

  pawl_repo_secrets_use_defaults (secrets);
  if (secrets->uris == NULL)
    return add_own (work, signers, secrets, error) ? g_steal_pointer (&signers) : NULL;
  for (guint i = 0; secrets->uris[i] != NULL; i++)
    if (!add_signer (signers, secrets, secrets->uris[i], error))
      return NULL;
  return g_steal_pointer (&signers);
}

/* ---- for people ---- */

static const char *
find_name (GPtrArray *keys, const char *id)
{
  for (guint i = 0; keys != NULL && i < keys->len; i++)
    if (g_str_equal (((PawlRepoKey *) keys->pdata[i])->id, id))
      return ((PawlRepoKey *) keys->pdata[i])->name;
  return id;
}

/*< private >
 * pawl_repo_cli_dup_key_names:
 * @work: a work folder
 * @ids: (element-type utf8): key ids
 *
 * Returns: (transfer full): what people call them, separated by commas
 */
char *
pawl_repo_cli_dup_key_names (PawlRepoWork *work, GPtrArray *ids)
{
  g_autoptr (GPtrArray) keys = pawl_repo_work_list_keys (work, NULL);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < ids->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", find_name (keys, ids->pdata[i]));
  return g_string_free (text, FALSE);
}

/*< private >
 * pawl_repo_cli_print_next:
 * @work: a work folder
 *
 * Says whose turn it is.
 */
void
pawl_repo_cli_print_next (PawlRepoWork *work)
{
  g_autoptr (GPtrArray) all = pawl_repo_tx_measure_all (work, NULL);
  guint missing = 0;

  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      PawlRepoProgress *progress = all->pdata[i];
      g_autofree char *names = pawl_repo_cli_dup_key_names (work, progress->waiting);

      if (progress->complete)
        continue;
      missing++;
      g_print ("%s %" G_GINT64_FORMAT " has %u of %" G_GINT64_FORMAT " signatures; may sign: %s\n",
               progress->role, progress->version, progress->signers->len, progress->threshold,
               *names != '\0' ? names : "nobody yet: add a key");
    }
  if (all != NULL && all->len > 0 && missing == 0)
    g_print ("Everything is signed. Next: pawl-repo publish FOLDER\n");
}
