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
  char *folder;   /* (owned): of the drill */
  char *work;     /* (owned) */
  char *director; /* (owned): the work folder of its Director */
  char *public;   /* (owned) */
  guint failed;
} Drill;

static void
drill_clear (Drill *self)
{
  if (self->folder != NULL)
    pawl_repo_file_remove_tree (self->folder, NULL);
  g_free (self->folder);
  g_free (self->work);
  g_free (self->director);
  g_free (self->public);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Drill, drill_clear)

/* ---- running ourselves ---- */

/* @words: a command; with an @ in front it is for the Director's own work folder */
static char *
run (Drill *self, GError **error, const char *words)
{
  gboolean inside = *words == '@';
  gboolean director = inside || g_str_has_prefix (words, "director ");
  g_auto (GStrv) list = g_strsplit (inside ? words + 1 : words, " ", -1);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *keys =
    g_build_filename (self->folder, director ? "director-keys" : "keys", NULL);
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *out = NULL;

  g_ptr_array_add (argv, (gpointer) "/proc/self/exe");
  g_ptr_array_add (argv, (gpointer) "-C");
  g_ptr_array_add (argv, inside ? self->director : self->work);
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

/* @words: commands, one each line */
static gboolean
run_lines (Drill *self, const char *words, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (words, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (!runs (self, error, lines[i]))
      return FALSE;
  return TRUE;
}

/* Signs, publishes, and looks as the device that was made at the beginning. */
static gboolean
finish (Drill *self, GError **error)
{
  g_autofree char *words =
    g_strdup_printf ("sign\npublish %s\nverify %s --root %s/root/1.root.json", self->public,
                     self->public, self->work);

  return run_lines (self, words, error);
}

/* ---- the same holders ---- */

/* Every root has the first four. Those of an offline update are a Director's in the ATS format. */
static const char *const roles[] = {"root",      "targets",         "snapshot",
                                    "timestamp", "offline-updates", "offline-snapshot"};
#define COMMON_ROLES 4

/* @prefix: of each command, for run() */
static gboolean
make_key (Drill *self, const char *prefix, PawlTufMetadata *root, PawlRepoKey *key, GError **error)
{
  g_autoptr (GString) words = g_string_new (prefix);

  g_string_append_printf (words, "key generate %s --insecure", key->name);
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (pawl_repo_holders_may_sign (root, roles[i], key->id))
      g_string_append_printf (words, " --role %s", roles[i]);
  return runs (self, error, words->str);
}

static gboolean
make_holders (Drill *self,
              const char *prefix,
              PawlRepoWork *work,
              PawlTufMetadata *root,
              GError **error)
{
  g_autoptr (GPtrArray) keys = pawl_repo_work_list_keys (work, error);

  if (keys == NULL)
    return FALSE;
  for (guint i = 0; i < keys->len; i++)
    if (!make_key (self, prefix, root, keys->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      gint64 threshold = pawl_repo_holders_get_threshold (root, roles[i]);
      g_autofree char *words =
        g_strdup_printf ("%sroot set-threshold %s %" G_GINT64_FORMAT, prefix, roles[i], threshold);
      g_autoptr (GPtrArray) holders = pawl_repo_holders_list (root, roles[i]);

      if (holders->len > 0 && !runs (self, error, words))
        return FALSE;
    }
  return TRUE;
}

static gboolean
make_twin (Drill *self, PawlRepoWork *work, PawlTufMetadata *root, GError **error)
{
  g_autofree char *init =
    g_strdup_printf ("init --profile %s --format %s",
                     g_str_equal (pawl_repo_work_get_profile (work), "strict") ? "strict" : "team",
                     work->dialect == PAWL_TUF_DIALECT_ATS ? "ats" : "tuf");

  return runs (self, error, init) && make_holders (self, "", work, root, error) &&
         finish (self, error);
}

/* ---- the events ---- */

typedef gboolean (*Finish) (Drill *self, GError **error);

/* @words: commands, one each line */
static void
practise (Drill *self, const char *event, const char *words, Finish finish_event)
{
  g_autoptr (GError) error = NULL;
  gint64 before_us = g_get_monotonic_time ();
  gboolean good = run_lines (self, words, &error) && finish_event (self, &error);

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
  practise (self, "a new image", add, finish);
  practise (self, "a bad image is yanked", "target yank image", finish);
  practise (self, "the key of snapshot and timestamp is stolen",
            "key generate drill-online --insecure\nrecover online drill-online --above 1000",
            finish);
  practise (self, "a root key is stolen", root_key, finish);
  practise (self, "the root is expired", "recover expired-root", finish);
  practise (self, "the host was broken into", republish, finish);
  return TRUE;
}

/* ---- the Director ---- */

/* Signs for devices, publishes, and looks as one of them. */
static gboolean
finish_fleet (Drill *self, GError **error)
{
  g_autofree char *words =
    g_strdup_printf ("@sign\n"
                     "@tx apply\n"
                     "director sign\n"
                     "director publish %s/fleet\n"
                     "verify %s/fleet/drill --root %s/root/1.root.json --director --metadata-only",
                     self->folder, self->folder, self->director);

  return run_lines (self, words, error);
}

static gboolean
make_fleet (Drill *self, PawlRepoWork *director, PawlTufMetadata *root, GError **error)
{
  g_autofree char *add =
    g_strdup_printf ("target add %s/image --name fleet --hardware-id board", self->folder);

  return runs (self, error, add) && finish (self, error) && runs (self, error, "director init") &&
         make_holders (self, "@", director, root, error) &&
         run_lines (self,
                    "director ecu add drill ecu board\n"
                    "director assign drill ecu fleet",
                    error) &&
         finish_fleet (self, error);
}

/* As many new keys as the role that asks for most. */
static char *
dup_theft_words (PawlTufMetadata *root)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GString) names = g_string_new ("recover director");
  gint64 threshold = 1;

  for (guint i = 1; i < COMMON_ROLES; i++)
    threshold = MAX (threshold, pawl_repo_holders_get_threshold (root, roles[i]));
  for (gint64 i = 1; i <= threshold; i++)
    {
      g_string_append_printf (words, "@key generate drill-%" G_GINT64_FORMAT " --insecure\n", i);
      g_string_append_printf (names, " drill-%" G_GINT64_FORMAT, i);
    }
  return g_strdup_printf ("%s%s --above 1000", words->str, names->str);
}

static gboolean
practise_director (Drill *self, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "director", NULL);
  g_autofree char *theft = NULL;
  g_autoptr (PawlRepoWork) director = NULL;
  g_autoptr (PawlTufMetadata) root = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  director = pawl_repo_work_open (path, error);
  if (director == NULL)
    return FALSE;
  if (pawl_repo_work_get_root_version (director) == 0)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_INCOMPLETE,
                           "the Director has no signed root yet: who is needed is not decided");
  root = pawl_repo_work_load_current (director, "root", error);
  if (root == NULL || !make_fleet (self, director, root, error))
    return FALSE;
  theft = dup_theft_words (root);
  practise (self, "keys that sign for devices are stolen", theft, finish_fleet);
  return TRUE;
}

static void
print_needed (PawlTufMetadata *root)
{
  for (guint i = 0; i < COMMON_ROLES; i++)
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
  drill.director = g_build_filename (drill.work, "director", NULL);
  drill.public = g_build_filename (drill.folder, "public", NULL);
  print_needed (root);
  if (!make_twin (&drill, work, root, error) || !practise_all (&drill, work, root, error) ||
      !practise_director (&drill, cli->folder, error))
    return FALSE;
  return drill.failed == 0 || pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                                              "%u of the events went wrong", drill.failed);
}
