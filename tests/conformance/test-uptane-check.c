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
      /* Behind the hash. */
      const char *name = strchr (path, '.');

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
  {"cycle",         test_cycle        },
  {"nothing",       test_nothing      },
  {"refusals",      test_refusals     },
  {"bad-images",    test_bad_images   },
  {"bad-root",      test_bad_root     },
  {"no-root",       test_no_root      },
  {"server-error",  test_server_error },
  {"ats",           test_ats          },
  {"wrong-profile", test_wrong_profile},
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
  return g_test_run ();
}
