/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-cli.h"
#include "pawl-repo-delegate.h"
#include "pawl-repo-director.h"
#include "pawl-repo-envelope.h"
#include "pawl-repo-diff.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-ostree.h"
#include "pawl-repo-target.h"

static const char usage_add[] = "target add FILE | --ostree REPO COMMIT|REF [--name NAME]…";

static gboolean
add_any (PawlRepoWork *work,
         const char *role,
         PawlRepoTarget *target,
         const char *repository,
         const char *what,
         GError **error)
{
  g_autofree char *commit = NULL;
  g_autofree char *bin = NULL;

  if (repository == NULL)
    {
      if (target->name == NULL)
        target->name = g_path_get_basename (what);
      bin = pawl_repo_delegate_dup_bin (work, role, target->name);
      role = bin != NULL ? bin : role;
      return pawl_repo_target_add_file (work, role, target, what, error);
    }
  commit = pawl_repo_ostree_resolve (repository, what, error);
  if (commit == NULL)
    return FALSE;
  if (target->name == NULL)
    target->name = g_strdup_printf ("%s-%.12s", what, commit);
  bin = pawl_repo_delegate_dup_bin (work, role, target->name);
  role = bin != NULL ? bin : role;
  return pawl_repo_target_add_commit (work, role, target, commit, error);
}

/* What decides when which devices take it. */
#define ROLLOUT_ENTRIES(rollout)                                                                   \
  {"percentage",                                                                                   \
   0,                                                                                              \
   0,                                                                                              \
   G_OPTION_ARG_INT,                                                                               \
   &(rollout).percentage,                                                                          \
   "for so many of a hundred devices, always the same ones first",                                 \
   "NUMBER"},                                                                                      \
    {"not-before",                                                                                 \
     0,                                                                                            \
     0,                                                                                            \
     G_OPTION_ARG_STRING,                                                                          \
     &(rollout).not_before,                                                                        \
     "for none before: 2030-01-31T06:00:00Z",                                                      \
     "TIME"},                                                                                      \
    {"deadline",                                                                                   \
     0,                                                                                            \
     0,                                                                                            \
     G_OPTION_ARG_STRING,                                                                          \
     &(rollout).deadline,                                                                          \
     "for all from then on, whatever else is said",                                                \
     "TIME"},                                                                                      \
  {                                                                                                \
    "window", 0, 0, G_OPTION_ARG_STRING, &(rollout).window,                                        \
      "only then, each day, in UTC: 22:00-05:30", "WINDOW"                                         \
  }

static void
print_hints (PawlRepoTarget *target)
{
  if (target->hardware_ids == NULL)
    g_print ("It has no --hardware-id, so devices that choose for themselves never take it.\n");
  else if (target->version == NULL)
    g_print ("It has no --version, so devices that choose for themselves never take it.\n");
}

static gboolean
add (PawlRepoCli *cli, char **args, GError **error)
{
  g_auto (PawlRepoTarget) target = {.rollout = PAWL_REPO_ROLLOUT_NONE};
  g_autofree char *role = NULL;
  g_autofree char *repository = NULL;
  const GOptionEntry entries[] = {
    {"ostree",         0, 0, G_OPTION_ARG_FILENAME, &repository, "the argument is a commit or ref of REPO",
     "REPO"},
    {"name",               0, 0, G_OPTION_ARG_STRING, &target.name, "its name; the file's own by default",
     "NAME"},
    {"version",     0, 0, G_OPTION_ARG_STRING, &target.version, "its version", "VERSION"},
    {"hardware-id",           0, 0, G_OPTION_ARG_STRING_ARRAY, &target.hardware_ids,
     "hardware that it fits; may be repeated", "ID"},
    {"format",           0, 0, G_OPTION_ARG_STRING, &target.format, "what it is, as installers know it",
     "FORMAT"},
    {"uri",               0, 0, G_OPTION_ARG_STRING, &target.uri, "where its bytes are, if not here", "URI"},
    {"custom",    0, 0, G_OPTION_ARG_STRING, &target.custom, "more members, as a JSON object", "JSON"},
    {"channel",           0, 0, G_OPTION_ARG_STRING_ARRAY, &target.channels,
     "only for devices that follow it; may be repeated", "CHANNEL"},
    {"allow-downgrade",        0, 0, G_OPTION_ARG_NONE, &target.downgrade, "devices may go back to it",
     NULL},
    ROLLOUT_ENTRIES (target.rollout),
    {"karg-add",               0, 0, G_OPTION_ARG_STRING_ARRAY, &target.kargs_add,
     "a kernel argument to add; may be repeated", "ARG"},
    {"karg-remove", 0, 0, G_OPTION_ARG_STRING_ARRAY, &target.kargs_remove,
     "a kernel argument to remove; may be repeated", "ARG"},
    {"karg-keep",       0, 0, G_OPTION_ARG_STRING_ARRAY, &target.kargs_keep,
     "keep only these kernel arguments; may be repeated", "KEY"},
    {"role",    0, 0, G_OPTION_ARG_STRING, &role, "a delegated role that lists it", "ROLE"},
    {NULL              },
  };
  g_autoptr (PawlRepoWork) work = NULL;

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, usage_add, error))
    return FALSE;
  work = pawl_repo_cli_open_ready (cli, error);
  if (work == NULL ||
      !add_any (work, role != NULL ? role : "targets", &target, repository, args[1], error))
    return FALSE;
  g_print ("staged target %s. Next: pawl-repo sign\n", target.name);
  print_hints (&target);
  return TRUE;
}

static gboolean
take_out (PawlRepoWork *work, const char *role, const char *name, char **out_sha256, GError **error)
{
  if (!pawl_repo_target_remove (work, role, name, out_sha256, error))
    return FALSE;
  g_print ("staged %s without target %s. Next: pawl-repo sign\n", role, name);
  return TRUE;
}

/* Whether another target has the same bytes. */
static gboolean
is_needed (PawlRepoWork *work, const char *role, const char *sha256)
{
  g_autoptr (PawlTufMetadata) metadata = pawl_repo_work_load_newest (work, role, NULL);
  GBytes *bytes = metadata != NULL
                    ? pawl_tuf_document_get_bytes (pawl_tuf_metadata_get_document (metadata))
                    : NULL;
  gsize size = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  return data != NULL && g_strstr_len (data, (gssize) size, sha256) != NULL;
}

/* A bad image must not come back by accident. */
static gboolean
remove_content (PawlRepoWork *work, const char *sha256, GError **error)
{
  g_autoptr (GPtrArray) roles = pawl_repo_work_list_delegated (work, error);
  g_autofree char *content = pawl_repo_work_dup_content_path (work, sha256);
  gboolean needed = is_needed (work, "targets", sha256);

  if (roles == NULL)
    return FALSE;
  for (guint i = 0; i < roles->len; i++)
    needed = needed || is_needed (work, roles->pdata[i], sha256);
  return needed || pawl_repo_file_remove (content, error);
}

static gboolean
unassign (PawlRepoCli *cli, const char *name, GError **error)
{
  g_autofree char *folder = g_build_filename (cli->folder, "director", NULL);
  g_autoptr (PawlRepoDirector) director = NULL;
  guint ecus = 0;

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    return TRUE;
  director = pawl_repo_director_open (cli->folder, error);
  if (director == NULL || !pawl_repo_director_unassign_target (director, name, &ecus, error))
    return FALSE;
  g_print ("%u ECUs were to run it, and are told nothing now. Next: pawl-repo director sign\n",
           ecus);
  return TRUE;
}

static gboolean
remove_target (PawlRepoCli *cli, char **args, GError **error)
{
  g_autofree char *role = NULL;
  const GOptionEntry entries[] = {
    {"role", 0, 0, G_OPTION_ARG_STRING, &role, "the delegated role that lists it", "ROLE"},
    {NULL    },
  };
  g_autoptr (PawlRepoWork) work = NULL;

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, "target remove NAME [--role ROLE]", error))
    return FALSE;
  work = pawl_repo_cli_open_ready (cli, error);
  return work != NULL && pawl_repo_work_log (work, error, "target remove", "%s", args[1]) &&
         take_out (work, role != NULL ? role : "targets", args[1], NULL, error);
}

static gboolean
yank (PawlRepoCli *cli, char **args, GError **error)
{
  g_autofree char *role = NULL;
  g_autofree char *why = NULL;
  const GOptionEntry entries[] = {
    {"role", 0, 0, G_OPTION_ARG_STRING, &role, "the delegated role that lists it", "ROLE"},
    {"reason",     0, 0, G_OPTION_ARG_STRING, &why, "for the audit log", "TEXT"},
    {NULL},
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_autofree char *sha256 = NULL;

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, "target yank NAME [--reason TEXT]", error))
    return FALSE;
  work = pawl_repo_cli_open_ready (cli, error);
  if (work == NULL ||
      !pawl_repo_work_log (work, error, "target yank", "%s: %s", args[1], why != NULL ? why : "") ||
      !take_out (work, role != NULL ? role : "targets", args[1], &sha256, error) ||
      (sha256 != NULL && !remove_content (work, sha256, error)))
    return FALSE;
  /* The Director opens the work folder itself. */
  g_clear_pointer (&work, pawl_repo_work_free);
  return unassign (cli, args[1], error);
}

static gboolean
rollout (PawlRepoCli *cli, char **args, GError **error)
{
  g_auto (PawlRepoRollout) policy = PAWL_REPO_ROLLOUT_NONE;
  g_autofree char *role = NULL;
  gboolean none = FALSE;
  const GOptionEntry entries[] = {
    ROLLOUT_ENTRIES (policy),
    {"none", 0, 0, G_OPTION_ARG_NONE, &none, "for all at once", NULL},
    {"role",     0, 0, G_OPTION_ARG_STRING, &role, "the delegated role that lists it", "ROLE"},
    {NULL},
  };
  g_autoptr (PawlRepoWork) work = NULL;

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, "target rollout NAME [--percentage N]…", error))
    return FALSE;
  if (none == pawl_repo_rollout_is_set (&policy))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "wanted a policy, or --none: see “pawl-repo target rollout --help”");
  work = pawl_repo_cli_open_ready (cli, error);
  if (work == NULL || !pawl_repo_target_set_rollout (work, role != NULL ? role : "targets", args[1],
                                                     &policy, error))
    return FALSE;
  g_print ("staged another rollout of target %s. Next: pawl-repo sign\n", args[1]);
  return TRUE;
}

static void
print_target (PawlTufDocument *document, const char *role, PawlTufValue name, PawlTufValue target)
{
  PawlTufValue hashes = pawl_tuf_document_get_member (document, target, "hashes");
  PawlTufValue custom = pawl_tuf_document_get_member (document, target, "custom");
  g_autofree char *name_text = pawl_tuf_document_dup_string (document, name);
  g_autofree char *hash =
    pawl_tuf_document_dup_string (document,
                                  pawl_tuf_document_get_member (document, hashes, "sha256"));
  g_autofree char *version =
    pawl_tuf_document_dup_string (document,
                                  pawl_tuf_document_get_member (document, custom, "version"));
  gint64 length = 0;

  pawl_tuf_document_get_int (document, pawl_tuf_document_get_member (document, target, "length"),
                             &length);
  g_print ("%s\t%s\t%s\t%" G_GINT64_FORMAT "\t%s\n", role, name_text,
           version != NULL ? version : "", length, hash != NULL ? hash : "");
}

static gboolean
print_role (PawlRepoWork *work, const char *role, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PawlTufMetadata) metadata = pawl_repo_work_load_newest (work, role, &local_error);
  PawlTufIter iter;
  PawlTufValue name, target;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (metadata == NULL)
    return TRUE;
  pawl_tuf_iter_init (&iter, pawl_tuf_metadata_get_document (metadata),
                      pawl_tuf_metadata_get_member (metadata, "targets"));
  while (pawl_tuf_iter_next (&iter, &name, &target))
    print_target (pawl_tuf_metadata_get_document (metadata), role, name, target);
  return TRUE;
}

static gboolean
list (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (GPtrArray) delegated = NULL;

  if (!pawl_repo_cli_parse (NULL, &args, 0, 0, "target list", error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  delegated = work != NULL ? pawl_repo_work_list_delegated (work, error) : NULL;
  if (delegated == NULL || !print_role (work, "targets", error))
    return FALSE;
  for (guint i = 0; i < delegated->len; i++)
    if (!print_role (work, delegated->pdata[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
diff_all (PawlRepoWork *work, PawlRepoWork *baseline, GString *out, GError **error)
{
  g_autoptr (GPtrArray) delegated = pawl_repo_work_list_delegated (work, error);

  if (delegated == NULL || !pawl_repo_diff_targets (work, baseline, "targets", out, error))
    return FALSE;
  for (guint i = 0; i < delegated->len; i++)
    if (!pawl_repo_diff_targets (work, baseline, delegated->pdata[i], out, error))
      return FALSE;
  return TRUE;
}

static gboolean
diff (PawlRepoCli *cli, char **args, GError **error)
{
  g_autofree char *folder = NULL;
  const GOptionEntry entries[] = {
    {"baseline", 0, 0, G_OPTION_ARG_FILENAME, &folder,
     "another work folder, or a backup; what is signed in this one without it", "FOLDER"},
    {NULL        },
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (PawlRepoWork) baseline = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  if (!pawl_repo_cli_parse (entries, &args, 0, 0, "target diff [--baseline FOLDER]", error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  if (work == NULL)
    return FALSE;
  if (folder != NULL)
    {
      baseline = pawl_repo_work_open (folder, error);
      if (baseline == NULL)
        return FALSE;
    }
  if (!diff_all (work, baseline, out, error))
    return FALSE;
  g_print ("%s", out->str);
  return TRUE;
}

static const PawlRepoCommand commands[] = {
  {"add",     "", "stage a file or a commit",                     add          },
  {"rollout", "", "when which devices take it",                   rollout      },
  {"remove",  "", "stage its end",                                remove_target},
  {"yank",    "", "the same for a bad one: its bytes go, too",    yank         },
  {"list",    "", "role, name, version, length and hash of each", list         },
  {"diff",    "", "what is staged, against what is signed",       diff         },
};

gboolean
pawl_repo_cmd_target (PawlRepoCli *cli, char **args, GError **error)
{
  return pawl_repo_cli_dispatch (cli, "pawl-repo target", commands, G_N_ELEMENTS (commands),
                                 args + 1, error);
}
