/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "sim-repo.h"
#include "sim-web.h"

#include <glib/gstdio.h>
#include <string.h>

#define DIRECTOR_ENTRY "\"ecuIdentifiers\":{\"main\":{\"hardwareId\":\"board\"}}"
#define IMAGE_ENTRY    "\"hardwareIds\":[\"board\"]"

typedef struct
{
  char *folder;
  SimRepo *director;
  SimRepo *image;
  const char *fixture; /* (nullable): answer from the files of aktualizr instead */
  GHashTable *targets; /* plain name to GBytes */
  guint status;        /* of what is not there */
  SimWeb *web;
  gboolean ats;
  gboolean started; /* the roots were given */
} Fixture;

static GBytes *
answer_file (Fixture *self, const char *path)
{
  g_autofree char *file =
    g_test_build_filename (G_TEST_DIST, "fixtures", "ats", self->fixture, path, NULL);
  char *data = NULL;
  gsize size = 0;

  return g_file_get_contents (file, &data, &size, NULL) ? g_bytes_new_take (data, size) : NULL;
}

/* Below `director/`, `image/` and `image/targets/`. */
static GBytes *
answer (const char *path, guint *out_status, gpointer data)
{
  Fixture *self = data;
  GBytes *bytes = NULL;
  gboolean missing;

  if (self->fixture != NULL)
    bytes = answer_file (self, path);
  else if (g_str_has_prefix (path, "image/targets/"))
    {
      /* Behind the hash, where there is one. */
      const char *name = strchr (path, self->ats ? '/' : '.');

      name = self->ats ? strchr (name + 1, '/') : name;
      bytes = name != NULL ? g_hash_table_lookup (self->targets, name + 1) : NULL;
      if (bytes != NULL)
        g_bytes_ref (bytes);
    }
  else
    bytes =
      sim_repo_fetch (strchr (path, '/') + 1, G_MAXSIZE, &missing,
                      g_str_has_prefix (path, "director/") ? self->director : self->image, NULL);
  if (bytes == NULL)
    *out_status = self->status;
  return bytes;
}

static void
add (SimRole *role, const char *name, const char *content, const char *custom)
{
  g_autofree char *hash = sim_hash (content);

  g_string_append_printf (
    role->targets, "%s\"%s\":{\"length\":%zu,\"hashes\":{\"sha256\":\"%s\"},\"custom\":{%s}}",
    role->targets->len > 0 ? "," : "", name, strlen (content), hash, custom);
}

static void
publish_again (SimRepo *repo)
{
  repo->targets->version++;
  repo->snapshot->version++;
  repo->timestamp->version++;
  sim_repo_publish (repo);
}

static void
serve (Fixture *self, const char *name, const char *content)
{
  g_hash_table_replace (self->targets, g_strdup (name), g_bytes_new (content, strlen (content)));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("pawl-uptane-check-XXXXXX", NULL);
  self->status = 404;
  self->targets =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  self->director = sim_repo_new ();
  self->image = sim_repo_new ();
  add (self->director->targets, "fw", "one", DIRECTOR_ENTRY);
  add (self->image->targets, "fw", "one", IMAGE_ENTRY);
  serve (self, "fw", "one");
  sim_repo_publish (self->director);
  sim_repo_publish (self->image);
  self->web = sim_web_new (answer, self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sim_web_free (self->web);
  sim_repo_free (self->director);
  sim_repo_free (self->image);
  g_hash_table_unref (self->targets);
  sim_remove_folder (self->folder);
  g_free (self->folder);
}

static char *
write_root (Fixture *self, const char *repository)
{
  g_autofree char *path = g_strdup_printf ("%s/1.root.json", repository);
  char *file = g_build_filename (self->folder, repository, NULL);
  guint status = 200;
  g_autoptr (GBytes) bytes = answer (path, &status, self);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (file, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
                       &error);
  g_assert_no_error (error);
  return file;
}

/* The roots go along the first time only. */
static int
check (Fixture *self, char **out_line)
{
  g_autofree char *state = g_build_filename (self->folder, "state", NULL);
  g_autofree char *download = g_build_filename (self->folder, "download", NULL);
  g_autofree char *director = g_strconcat (sim_web_get_uri (self->web), "/director", NULL);
  g_autofree char *image = g_strconcat (sim_web_get_uri (self->web), "/image", NULL);
  g_autofree char *director_root = write_root (self, "director");
  g_autofree char *image_root = write_root (self, "image");
  const char *argv[] = {g_getenv ("PAWL_UPTANE_CHECK"),
                        "--state-dir",
                        state,
                        "--download-dir",
                        download,
                        "--director",
                        director,
                        "--image-repo",
                        image,
                        "--primary-ecu",
                        self->ats ? "ECU1=qemux86-64" : "main=board",
                        "--secondary-ecu",
                        self->ats ? "ECU2=qemux86-64" : "radio=radio-board",
                        "--time",
                        "2027-01-15T08:00:00Z",
                        "--profile",
                        self->ats ? "ats" : "standard",
                        "uptane-check",
                        "--director-root",
                        director_root,
                        "--image-root",
                        image_root,
                        NULL};

  if (self->started)
    argv[18] = NULL;
  self->started = TRUE;
  return sim_web_run (self->web, argv, out_line);
}

static void
assert_ok (Fixture *self, const char *part)
{
  g_autofree char *line = NULL;

  g_assert_cmpint (check (self, &line), ==, 0);
  g_test_message ("%s", line);
  g_assert_true (g_str_has_prefix (line, "{\"status\":\"ok\",\"targets\":["));
  g_assert_nonnull (strstr (line, part));
}

static void
assert_refused (Fixture *self, const char *class, const char *repository, const char *role)
{
  g_autofree char *line = NULL;
  g_autofree char *class_part = g_strdup_printf ("\"class\":\"%s\"", class);
  g_autofree char *repo_part = g_strdup_printf ("\"repo\":\"%s\"", repository);
  g_autofree char *role_part = g_strdup_printf ("\"role\":\"%s\"", role);

  g_assert_cmpint (check (self, &line), ==, 1);
  g_test_message ("%s", line);
  g_assert_nonnull (strstr (line, "\"status\":\"error\""));
  g_assert_nonnull (strstr (line, class_part));
  g_assert_nonnull (strstr (line, repo_part));
  g_assert_nonnull (strstr (line, role_part));
}

static gboolean
is_downloaded (Fixture *self)
{
  g_autofree char *path = g_build_filename (self->folder, "download", "fw", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_cycle (Fixture *self, gconstpointer data)
{
  assert_ok (self, "\"ecus\":[\"main\"],\"length\":3,\"name\":\"fw\",\"path\":\"");
  g_assert_true (is_downloaded (self));
  assert_ok (self, "\"name\":\"fw\"");
}

static void
test_nothing (Fixture *self, gconstpointer data)
{
  g_string_truncate (self->director->targets->targets, 0);
  publish_again (self->director);
  assert_ok (self, "\"targets\":[]");
}

static void
test_refusals (Fixture *self, gconstpointer data)
{
  self->director->timestamp->expires = SIM_EARLIER;
  sim_repo_publish_timestamp (self->director);
  assert_refused (self, "ExpiredMetadata", "director", "timestamp");
  self->director->timestamp->expires = SIM_LATER;
  sim_repo_publish_timestamp (self->director);
  assert_ok (self, "\"name\":\"fw\"");
  add (self->director->targets, "more", "more", "\"ecuIdentifiers\":{\"x\":{}}");
  publish_again (self->director);
  assert_refused (self, "BadEcuId", "director", "targets");
}

static void
test_bad_images (Fixture *self, gconstpointer data)
{
  g_hash_table_remove (self->targets, "fw");
  assert_refused (self, "TargetFetchFailure", "image", "targets");
  serve (self, "fw", "owt");
  assert_refused (self, "TargetHashMismatch", "image", "targets");
  serve (self, "fw", "ones");
  assert_refused (self, "OversizedTarget", "image", "targets");
  serve (self, "fw", "on");
  assert_refused (self, "TargetHashMismatch", "image", "targets");
  g_assert_false (is_downloaded (self));
  serve (self, "fw", "one");
  assert_ok (self, "\"name\":\"fw\"");
}

static void
test_bad_root (Fixture *self, gconstpointer data)
{
  GPtrArray *signers = self->image->root->signers;

  g_ptr_array_index (signers, 0) = sim_key_new ();
  sim_repo_publish_root (self->image);
  assert_refused (self, "UnmetThreshold", "image", "root");
  g_assert_cmpuint (self->director->asked->len, ==, 1);
}

/* There is no trust on first use. */
static void
test_no_root (Fixture *self, gconstpointer data)
{
  self->started = TRUE;
  assert_refused (self, "InvalidMetadata", "director", "root");
}

static void
test_server_error (Fixture *self, gconstpointer data)
{
  self->status = 500;
  assert_refused (self, "MetadataFetchFailure", "director", "root");
  self->status = 400;
  assert_refused (self, "MetadataFetchFailure", "director", "root");
}

/* The repositories of aktualizr's tools, whose OSTree image has no bytes to download. */
static void
test_ats (Fixture *self, gconstpointer data)
{
  self->ats = TRUE;
  self->fixture = "ed25519";
  self->status = 400;
  assert_ok (self, "\"name\":\"fw-1.0.bin\"");
}

/* ---- delegations, as the vectors of the ATS dialect have them ---- */

#define ATS_DIRECTOR "\"ecuIdentifiers\":{\"ECU1\":{\"hardwareId\":\"qemux86-64\"}}"
#define ATS_IMAGE    "\"hardwareIds\":[\"qemux86-64\"]"

typedef enum
{
  CHANGE_NOTHING,
  CHANGE_PATH,
  CHANGE_EMPTY,
  CHANGE_CONTENT,
  CHANGE_END,
  CHANGE_UNSIGNED,
  CHANGE_SIGNED_TWICE,
  CHANGE_TWO_OF_ONE,
  CHANGE_NO_THRESHOLD,
  CHANGE_UNLISTED,
  CHANGE_VERSION,
  CHANGE_AWAY,
} Change;

static const struct
{
  const char *name;
  Change change;
  const char *class; /* NULL: accepted */
  const char *role;
} delegations[] = {
  {"simple",              CHANGE_NOTHING,      NULL,                  NULL     },
  {"path-mismatch",       CHANGE_PATH,         "TargetMismatch",      "targets"},
  {"empty",               CHANGE_EMPTY,        "TargetMismatch",      "dlg"    },
  {"hash-mismatch",       CHANGE_CONTENT,      "TargetMismatch",      "dlg"    },
  {"expired",             CHANGE_END,          "TargetMismatch",      "dlg"    },
  {"unsigned",            CHANGE_UNSIGNED,     "UnmetThreshold",      "dlg"    },
  {"signed-twice",        CHANGE_SIGNED_TWICE, "NonUniqueSignatures", "dlg"    },
  {"unmet-threshold",     CHANGE_TWO_OF_ONE,   "UnmetThreshold",      "dlg"    },
  {"zero-threshold",      CHANGE_NO_THRESHOLD, "IllegalThreshold",    "targets"},
  {"not-in-the-snapshot", CHANGE_UNLISTED,     "VersionMismatch",     "targets"},
  {"version-mismatch",    CHANGE_VERSION,      "VersionMismatch",     "dlg"    },
  {"missing",             CHANGE_AWAY,         "DelegationMissing",   "dlg"    },
};

static void
change_role (SimRole *role, Change change)
{
  if (change == CHANGE_PATH)
    role->paths = "\"paths\":[\"does-not-match\"]";
  else if (change == CHANGE_EMPTY)
    g_string_truncate (role->targets, 0);
  else if (change == CHANGE_CONTENT)
    {
      g_string_truncate (role->targets, 0);
      add (role, "fw", "two", ATS_IMAGE);
    }
  else if (change == CHANGE_END)
    role->expires = SIM_EARLIER;
  else if (change == CHANGE_UNSIGNED)
    g_ptr_array_set_size (role->signers, 0);
  else if (change == CHANGE_SIGNED_TWICE)
    g_ptr_array_add (role->signers, role->signers->pdata[0]);
  else if (change == CHANGE_TWO_OF_ONE)
    role->threshold = 2;
  else if (change == CHANGE_NO_THRESHOLD)
    role->threshold = 0;
}

/* What the snapshot says is not what there is. */
static void
change_snapshot (SimRepo *repo, SimRole *role, Change change)
{
  if (change == CHANGE_UNLISTED)
    role->alias = TRUE;
  else if (change == CHANGE_VERSION)
    role->version = 2;
  sim_repo_publish_snapshot (repo);
  sim_repo_publish_timestamp (repo);
  if (change == CHANGE_AWAY)
    g_hash_table_remove (repo->files, "delegations/dlg.json");
}

static void
test_delegation (Fixture *self, gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  SimRole *role;

  self->ats = self->director->ats = self->image->ats = TRUE;
  g_string_truncate (self->director->targets->targets, 0);
  g_string_truncate (self->image->targets->targets, 0);
  add (self->director->targets, "fw", "one", ATS_DIRECTOR);
  role = sim_role_delegate (self->image->targets, "dlg", "\"paths\":[\"fw\"]");
  add (role, "fw", "one", ATS_IMAGE);
  change_role (role, delegations[i].change);
  sim_repo_publish (self->director);
  sim_repo_publish (self->image);
  change_snapshot (self->image, role, delegations[i].change);
  if (delegations[i].class == NULL)
    assert_ok (self, "\"name\":\"fw\"");
  else
    assert_refused (self, delegations[i].class, "image", delegations[i].role);
}

/* D2: servers of the ATS dialect sign a version again. */
static void
test_signed_again (Fixture *self, gconstpointer data)
{
  self->ats = self->director->ats = self->image->ats = TRUE;
  g_string_truncate (self->director->targets->targets, 0);
  g_string_truncate (self->image->targets->targets, 0);
  add (self->director->targets, "fw", "one", ATS_DIRECTOR);
  add (self->image->targets, "fw", "one", ATS_IMAGE);
  sim_repo_publish (self->director);
  sim_repo_publish (self->image);
  assert_ok (self, "\"name\":\"fw\"");
  add (self->image->targets, "other", "other", ATS_IMAGE);
  g_string_truncate (self->director->targets->targets, 0);
  add (self->director->targets, "other", "other", ATS_DIRECTOR);
  serve (self, "other", "other");
  self->director->targets->version++;
  self->director->snapshot->version++;
  self->director->timestamp->version++;
  sim_repo_publish (self->director);
  sim_repo_publish (self->image);
  assert_ok (self, "\"name\":\"other\"");
}

static void
test_wrong_profile (Fixture *self, gconstpointer data)
{
  self->ats = TRUE;
  assert_refused (self, "SecurityException", "director", "root");
}

static const struct
{
  const char *name;
  void (*test) (Fixture *self, gconstpointer data);
} tests[] = {
  {"cycle",           test_cycle        },
  {"nothing",         test_nothing      },
  {"refusals",        test_refusals     },
  {"bad-images",      test_bad_images   },
  {"bad-root",        test_bad_root     },
  {"no-root",         test_no_root      },
  {"server-error",    test_server_error },
  {"ats",             test_ats          },
  {"d2-signed-again", test_signed_again },
  {"wrong-profile",   test_wrong_profile},
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/conformance/uptane-check/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (delegations); i++)
    {
      g_autofree char *path =
        g_strconcat ("/conformance/uptane-check/delegation-", delegations[i].name, NULL);

      g_test_add (path, Fixture, GSIZE_TO_POINTER (i), set_up, test_delegation, tear_down);
    }
  return g_test_run ();
}
