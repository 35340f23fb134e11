/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The yearly drill: a repository with the same profile, format, key holders and thresholds, but
 * throw-away keys, goes through what may happen; after each event a device that has slept since
 * the beginning looks at what is public. Nothing of the real one is touched, and no key of it is
 * needed. */
#include "pawl-repo-cli.h"
#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-holders.h"

#include <string.h>

typedef struct
{
  char *folder; /* (owned): of the drill */
  char *work;   /* (owned) */
  char *public; /* (owned) */
  guint failed;
} Drill;

static void
drill_clear (Drill *self)
{
  if (self->folder != NULL)
    pawl_repo_file_remove_tree (self->folder, NULL);
  g_free (self->folder);
  g_free (self->work);
  g_free (self->public);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Drill, drill_clear)

/* ---- running ourselves ---- */

static char *
run (Drill *self, GError **error, const char *words)
{
  g_auto (GStrv) list = g_strsplit (words, " ", -1);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *keys = g_build_filename (self->folder, "keys", NULL);
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *out = NULL;

  g_ptr_array_add (argv, (gpointer) "/proc/self/exe");
  g_ptr_array_add (argv, (gpointer) "-C");
  g_ptr_array_add (argv, self->work);
  for (guint i = 0; list[i] != NULL; i++)
    g_ptr_array_add (argv, list[i]);
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_setenv (launcher, "PAWL_REPO_KEYS", keys, TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, error);
  if (process == NULL || !g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, error))
    return NULL;
  if (g_subprocess_get_successful (process))
    return g_steal_pointer (&out);
  pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s: %s", words, g_strchomp (out));
  return NULL;
}

static gboolean
runs (Drill *self, GError **error, const char *words)
{
  g_autofree char *out = run (self, error, words);

  return out != NULL;
}

/* Signs, publishes, and looks as the device that was made at the beginning. */
static gboolean
finish (Drill *self, GError **error)
{
  g_autofree char *publish = g_strdup_printf ("publish %s", self->public);
  g_autofree char *verify =
    g_strdup_printf ("verify %s --root %s/root/1.root.json", self->public, self->work);

  return runs (self, error, "sign") && runs (self, error, publish) && runs (self, error, verify);
}

/* ---- the same holders ---- */

static gboolean
make_key (Drill *self, PawlTufMetadata *root, PawlRepoKey *key, GError **error)
{
  static const char *const roles[] = {"root", "targets", "snapshot", "timestamp"};
  g_autoptr (GString) words = g_string_new ("key generate ");

  g_string_append_printf (words, "%s --insecure", key->name);
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (pawl_repo_holders_may_sign (root, roles[i], key->id))
      g_string_append_printf (words, " --role %s", roles[i]);
  return runs (self, error, words->str);
}

static gboolean
make_twin (Drill *self, PawlRepoWork *work, PawlTufMetadata *root, GError **error)
{
  static const char *const roles[] = {"root", "targets", "snapshot", "timestamp"};
  g_autoptr (GPtrArray) keys = pawl_repo_work_list_keys (work, error);
  g_autofree char *init =
    g_strdup_printf ("init --profile %s --format %s",
                     g_str_equal (pawl_repo_work_get_profile (work), "strict") ? "strict" : "team",
                     work->dialect == PAWL_TUF_DIALECT_ATS ? "ats" : "tuf");

  if (keys == NULL || !runs (self, error, init))
    return FALSE;
  for (guint i = 0; i < keys->len; i++)
    if (!make_key (self, root, keys->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      g_autofree char *words = g_strdup_printf ("root set-threshold %s %" G_GINT64_FORMAT, roles[i],
                                                pawl_repo_holders_get_threshold (root, roles[i]));

      if (!runs (self, error, words))
        return FALSE;
    }
  return finish (self, error);
}

/* ---- the events ---- */

/* @words: commands, one each line */
static void
practise (Drill *self, const char *event, const char *words)
{
  g_auto (GStrv) lines = g_strsplit (words, "\n", -1);
  g_autoptr (GError) error = NULL;
  gint64 before_us = g_get_monotonic_time ();
  gboolean good = TRUE;

  for (guint i = 0; lines[i] != NULL && good; i++)
    good = runs (self, &error, lines[i]);
  good = good && finish (self, &error);
  g_print ("%-44s %s after %.1f s\n", event, good ? "good" : "FAILED",
           (double) (g_get_monotonic_time () - before_us) / G_USEC_PER_SEC);
  if (good)
    return;
  self->failed++;
  g_print ("  %s\n", error->message);
}

static const char *
find_spare_root_key (PawlRepoWork *work, PawlTufMetadata *root, GPtrArray *keys)
{
  for (guint i = 0; i < keys->len; i++)
    {
      PawlRepoKey *key = keys->pdata[i];

      if (pawl_repo_holders_may_sign (root, "root", key->id))
        return key->name;
    }
  return "";
}

static gboolean
practise_all (Drill *self, PawlRepoWork *work, PawlTufMetadata *root, GError **error)
{
  g_autoptr (GPtrArray) keys = pawl_repo_work_list_keys (work, error);
  g_autofree char *target = g_build_filename (self->folder, "image", NULL);
  g_autofree char *add = g_strdup_printf ("target add %s", target);
  g_autofree char *root_key = NULL;
  g_autofree char *republish = NULL;

  if (keys == NULL || !g_file_set_contents (target, "an image", -1, error))
    return FALSE;
  root_key = g_strdup_printf ("key generate drill-root --insecure\n"
                              "recover root-key %s --replace drill-root",
                              find_spare_root_key (work, root, keys));
  republish = g_strdup_printf ("recover republish --to %s", self->public);
  practise (self, "a new image", add);
  practise (self, "a bad image is yanked", "target yank image");
  practise (self, "the key of snapshot and timestamp is stolen",
            "key generate drill-online --insecure\nrecover online drill-online --above 1000");
  practise (self, "a root key is stolen", root_key);
  practise (self, "the root is expired", "recover expired-root");
  practise (self, "the host was broken into", republish);
  return self->failed == 0 || pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                                              "%u of the events went wrong", self->failed);
}

static void
print_needed (PawlTufMetadata *root)
{
  static const char *const roles[] = {"root", "targets", "snapshot", "timestamp"};

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      g_autoptr (GPtrArray) ids = pawl_repo_holders_list (root, roles[i]);

      g_print ("%s needs %" G_GINT64_FORMAT " of %u holders\n", roles[i],
               pawl_repo_holders_get_threshold (root, roles[i]), ids->len);
    }
}

gboolean
pawl_repo_cmd_drill (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (PawlTufMetadata) root = NULL;
  g_auto (Drill) drill = {NULL};

  if (!pawl_repo_cli_parse (NULL, &args, 0, 0, "drill", error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  if (work == NULL)
    return FALSE;
  if (pawl_repo_work_get_root_version (work) == 0)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_INCOMPLETE,
                           "there is no signed root yet: who is needed is not decided");
  root = pawl_repo_work_load_current (work, "root", error);
  drill.folder = root != NULL ? g_dir_make_tmp ("pawl-repo-drill-XXXXXX", error) : NULL;
  if (drill.folder == NULL)
    return FALSE;
  drill.work = g_build_filename (drill.folder, "work", NULL);
  drill.public = g_build_filename (drill.folder, "public", NULL);
  print_needed (root);
  return make_twin (&drill, work, root, error) && practise_all (&drill, work, root, error);
}
