/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "sim-repo.h"

#include <glib/gstdio.h>
#include <string.h>

#define DIRECTOR_ENTRY "\"ecuIdentifiers\":{\"main\":{\"hardwareId\":\"board\"}}"
#define IMAGE_ENTRY    "\"hardwareIds\":[\"board\"]"

typedef struct
{
  char *folder;
  SimRepo *director;
  SimRepo *image;
  PawlTufUptane *uptane;
} Fixture;

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

static PawlTufClient *
make_client (Fixture *self, const char *name, SimRepo *repo, PawlTufClientFlags flags)
{
  g_autofree char *folder = g_build_filename (self->folder, name, NULL);
  g_autoptr (PawlTufStore) store = pawl_tuf_store_new (folder);
  PawlTufClient *client = pawl_tuf_client_new (name, store, flags);
  g_autoptr (GError) error = NULL;

  pawl_tuf_client_set_fetch (client, sim_repo_fetch, repo);
  pawl_tuf_client_init_root (client, g_hash_table_lookup (repo->files, "1.root.json"), &error);
  g_assert_no_error (error);
  return client;
}

/* As after a restart: only the stores remember. */
static void
restart (Fixture *self)
{
  g_autoptr (PawlTufClient) director =
    make_client (self, "director", self->director, PAWL_TUF_CLIENT_FLAGS_DIRECTOR);
  g_autoptr (PawlTufClient) image =
    make_client (self, "image", self->image, PAWL_TUF_CLIENT_FLAGS_NONE);

  g_clear_object (&self->uptane);
  self->uptane = pawl_tuf_uptane_new (director, image);
  pawl_tuf_uptane_add_ecu (self->uptane, "main", "board");
  pawl_tuf_uptane_add_ecu (self->uptane, "radio", "radio-board");
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("pawl-uptane-XXXXXX", NULL);
  self->director = sim_repo_new ();
  self->image = sim_repo_new ();
  sim_repo_publish (self->director);
  sim_repo_publish (self->image);
  restart (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->uptane);
  sim_repo_free (self->director);
  sim_repo_free (self->image);
  sim_remove_folder (self->folder);
  g_free (self->folder);
}

/* One image in both repositories. */
static void
assign (Fixture *self, const char *director_custom, const char *image_custom)
{
  g_string_truncate (self->director->targets->targets, 0);
  g_string_truncate (self->image->targets->targets, 0);
  add (self->director->targets, "fw", "one", director_custom);
  if (image_custom != NULL)
    add (self->image->targets, "fw", "one", image_custom);
  publish_again (self->director);
  publish_again (self->image);
}

static void
assert_refused (Fixture *self, PawlTufError code, const char *repository)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = pawl_tuf_uptane_check (self->uptane, SIM_NOW, &error);

  g_assert_null (found);
  g_test_message ("%s", error->message);
  g_assert_error (error, PAWL_TUF_ERROR, (int) code);
  g_assert_true (g_str_has_prefix (error->message, repository));
  g_assert_cmpstr (pawl_tuf_uptane_get_repository (self->uptane), ==, repository);
}

static void
assert_assigned (Fixture *self, const char *name, const char *serials)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = pawl_tuf_uptane_check (self->uptane, SIM_NOW, &error);
  PawlTufAssignment *assignment;
  g_autofree char *joined = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, name != NULL ? 1 : 0);
  if (name == NULL)
    return;
  assignment = found->pdata[0];
  joined = g_strjoinv (",", assignment->serials);
  g_assert_cmpstr (assignment->name, ==, name);
  g_assert_cmpstr (joined, ==, serials);
}

static void
test_full (Fixture *self, gconstpointer data)
{
  assign (self,
          "\"ecuIdentifiers\":{\"main\":{\"hardwareId\":\"board\"},"
          "\"radio\":{\"hardwareId\":\"radio-board\"}}",
          "\"hardwareIds\":[\"radio-board\",\"board\"]");
  assert_assigned (self, "fw", "main,radio");
  restart (self);
  assert_assigned (self, "fw", "main,radio");
}

/* U63, U65, U66: the order of the requests. */
static void
test_order (Fixture *self, gconstpointer data)
{
  assign (self, DIRECTOR_ENTRY, IMAGE_ENTRY);
  assert_assigned (self, "fw", "main");
  g_assert_cmpstr (self->director->asked->pdata[0], ==, "2.root.json");
  g_assert_cmpstr (self->director->asked->pdata[1], ==, "timestamp.json");
  g_assert_cmpstr (self->director->asked->pdata[2], ==, "2.snapshot.json");
  g_assert_cmpstr (self->director->asked->pdata[3], ==, "2.targets.json");
  g_assert_cmpuint (self->director->asked->len, ==, 4);
  g_assert_cmpuint (self->image->asked->len, ==, 4);
}

/* U65: nothing new, so the Image repository is left alone. */
static void
test_nothing_new (Fixture *self, gconstpointer data)
{
  g_autofree char *hash = sim_hash ("one");
  g_autofree char *other = sim_hash ("two");

  assert_assigned (self, NULL, NULL);
  assign (self, DIRECTOR_ENTRY, IMAGE_ENTRY);
  pawl_tuf_uptane_set_installed (self->uptane, "main", "fw", hash, 0);
  assert_assigned (self, NULL, NULL);
  g_assert_cmpuint (self->image->asked->len, ==, 0);
  pawl_tuf_uptane_set_installed (self->uptane, "main", "fw", other, 0);
  assert_assigned (self, "fw", "main");
}

static const struct
{
  const char *name;
  const char *director;
  const char *image;
  PawlTufError code;
  const char *repository;
} refusals[] = {
  {"u6-no-ecu",                 "\"x\":1",                                                   IMAGE_ENTRY,                         PAWL_TUF_ERROR_BAD_ECU,          "director"},
  {"u6-no-ecus",                "\"ecuIdentifiers\":{}",                                     IMAGE_ENTRY,                         PAWL_TUF_ERROR_BAD_ECU,          "director"},
  {"u6-no-object",              "\"ecuIdentifiers\":[\"main\"]",                             IMAGE_ENTRY,                         PAWL_TUF_ERROR_BAD_ECU,
   "director"                                                                                                                                                                },
  {"u76-unknown-ecu",           "\"ecuIdentifiers\":{\"other\":{\"hardwareId\":\"board\"}}", IMAGE_ENTRY,
   PAWL_TUF_ERROR_BAD_ECU,                                                                                                                                         "director"},
  {"u43-wrong-hardware",        "\"ecuIdentifiers\":{\"main\":{\"hardwareId\":\"x\"}}",      IMAGE_ENTRY,
   PAWL_TUF_ERROR_BAD_HARDWARE,                                                                                                                                    "director"},
  {"u43-no-hardware",           "\"ecuIdentifiers\":{\"main\":{}}",                          IMAGE_ENTRY,                         PAWL_TUF_ERROR_BAD_HARDWARE,
   "director"                                                                                                                                                                },
  {"u67-not-in-image",          DIRECTOR_ENTRY,                                              NULL,                                PAWL_TUF_ERROR_TARGET_NOT_FOUND, "image"   },
  {"u7-u68-no-hardware",        DIRECTOR_ENTRY,                                              "\"x\":1",                           PAWL_TUF_ERROR_TARGET_MISMATCH,  "image"   },
  {"u7-u44-u68-other-hardware", DIRECTOR_ENTRY,                                              "\"hardwareIds\":[\"x\"]",
   PAWL_TUF_ERROR_TARGET_MISMATCH,                                                                                                                                 "image"   },
  {"u7-u68-counter",            DIRECTOR_ENTRY ",\"releaseCounter\":2",                      IMAGE_ENTRY ",\"releaseCounter\":3",
   PAWL_TUF_ERROR_TARGET_MISMATCH,                                                                                                                                 "image"   },
};

static void
test_refusal (Fixture *self, gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);

  assign (self, refusals[i].director, refusals[i].image);
  assert_refused (self, refusals[i].code, refusals[i].repository);
}

/* U68: length and hashes. */
static void
test_other_bytes (Fixture *self, gconstpointer data)
{
  static const char *const others[] = {"two", "three"};

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      assign (self, DIRECTOR_ENTRY, NULL);
      add (self->image->targets, "fw", others[i], IMAGE_ENTRY);
      publish_again (self->image);
      assert_refused (self, PAWL_TUF_ERROR_TARGET_MISMATCH, "image");
    }
}

static void
test_conflicting_hash (Fixture *self, gconstpointer data)
{
  g_autofree char *hash = sim_hash ("one");

  assign (self, DIRECTOR_ENTRY, IMAGE_ENTRY);
  g_string_printf (self->director->targets->targets,
                   "\"fw\":{\"length\":3,\"hashes\":{\"sha256\":\"%s\",\"sha512\":\"00\"},"
                   "\"custom\":{" DIRECTOR_ENTRY "}}",
                   hash);
  g_string_printf (self->image->targets->targets,
                   "\"fw\":{\"length\":3,\"hashes\":{\"sha256\":\"%s\",\"sha512\":\"11\"},"
                   "\"custom\":{" IMAGE_ENTRY "}}",
                   hash);
  publish_again (self->director);
  publish_again (self->image);
  assert_refused (self, PAWL_TUF_ERROR_TARGET_MISMATCH, "image");
}

/* U75: in two entries, because a document with a member twice is refused before. */
static void
test_repeated_ecu (Fixture *self, gconstpointer data)
{
  assign (self, DIRECTOR_ENTRY, IMAGE_ENTRY);
  add (self->director->targets, "fw-2", "two", DIRECTOR_ENTRY);
  publish_again (self->director);
  assert_refused (self, PAWL_TUF_ERROR_REPEATED_ECU, "director");
}

/* U1: names are texts: one way to write a letter is as good as another. */
static void
test_names_are_texts (Fixture *self, gconstpointer data)
{
  pawl_tuf_uptane_add_ecu (self->uptane, "t\xc3\xbcr", "br\xc3\xbc");
  assign (self, "\"ecuIdentifiers\":{\"tu\xcc\x88r\":{\"hardwareId\":\"bru\xcc\x88\"}}",
          "\"hardwareIds\":[\"bru\xcc\x88\"]");
  assert_assigned (self, "fw", "t\xc3\xbcr");
  /* And once is once. */
  add (self->director->targets, "fw-2", "two",
       "\"ecuIdentifiers\":{\"t\xc3\xbcr\":{\"hardwareId\":\"br\xc3\xbc\"}}");
  publish_again (self->director);
  assert_refused (self, PAWL_TUF_ERROR_REPEATED_ECU, "director");
}

/* U4: an image has a name, a length and a hash, in both repositories. */
static void
test_measures (Fixture *self, gconstpointer data)
{
  SimRepo *const repos[] = {self->director, self->image};

  for (gsize i = 0; i < G_N_ELEMENTS (repos); i++)
    {
      assign (self, DIRECTOR_ENTRY, IMAGE_ENTRY);
      g_string_assign (repos[i]->targets->targets,
                       "\"fw\":{\"length\":3,\"hashes\":{},\"custom\":{" DIRECTOR_ENTRY "}}");
      publish_again (repos[i]);
      assert_refused (self, PAWL_TUF_ERROR_INVALID_METADATA, i == 0 ? "director" : "image");
    }
}

/* U8, U46: nobody here can decrypt, so nobody takes it for an image in the clear. */
static void
test_encrypted (Fixture *self, gconstpointer data)
{
  assign (self, DIRECTOR_ENTRY ",\"encryptedTarget\":{\"filename\":\"x\",\"length\":19}",
          IMAGE_ENTRY);
  assert_refused (self, PAWL_TUF_ERROR_INVALID_METADATA, "director");
  assign (self, DIRECTOR_ENTRY ",\"encryptedSymmetricKey\":{}", IMAGE_ENTRY);
  assert_refused (self, PAWL_TUF_ERROR_INVALID_METADATA, "director");
}

/* U10: the snapshot's hash stands in the timestamp, and every targets file in the snapshot. */
static void
test_describes (Fixture *self, gconstpointer data)
{
  SimRepo *image = self->image;
  SimRole *role;

  assign (self, DIRECTOR_ENTRY, NULL);
  image->snapshot->expires = "2029-01-01T00:00:00Z";
  sim_repo_publish_snapshot (image);
  assert_refused (self, PAWL_TUF_ERROR_HASH_MISMATCH, "image");
  role = sim_role_delegate (image->targets, "x", "\"paths\":[\"*\"]");
  add (role, "fw", "one", IMAGE_ENTRY);
  publish_again (image);
  /* Without the delegated role in it. */
  g_ptr_array_set_size (image->targets->delegated, 0);
  sim_repo_publish_snapshot (image);
  sim_repo_publish_timestamp (image);
  g_ptr_array_add (image->targets->delegated, role);
  assert_refused (self, PAWL_TUF_ERROR_DELEGATION_MISSING, "image");
}

/* U12: a version before the name of metadata, a hash before the name of an image, and no name that
 * leads anywhere else. */
static void
test_names_of_files (Fixture *self, gconstpointer data)
{
  g_autofree char *hash = sim_hash ("one");
  g_autofree char *wanted = g_strdup_printf ("../x/%s.fw", hash);
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (PawlTufClient) image = NULL;
  g_autofree char *path = NULL;
  PawlTufAssignment *assignment;

  g_string_truncate (self->director->targets->targets, 0);
  add (self->director->targets, "../x/fw", "one", DIRECTOR_ENTRY);
  add (self->image->targets, "../x/fw", "one", IMAGE_ENTRY);
  publish_again (self->director);
  publish_again (self->image);
  found = pawl_tuf_uptane_check (self->uptane, SIM_NOW, NULL);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpuint (sim_repo_count (self->director, "2.targets.json"), ==, 1);
  assignment = found->pdata[0];
  image = make_client (self, "image", self->image, PAWL_TUF_CLIENT_FLAGS_NONE);
  path = pawl_tuf_client_dup_target_path (image, assignment->name, assignment->found);
  g_assert_cmpstr (path, ==, wanted);
}

/* U64: of an unchanged snapshot nothing behind it is fetched; what it assigned before is still to
 * be done, if it was not. */
static void
test_unchanged_snapshot (Fixture *self, gconstpointer data)
{
  g_autofree char *hash = sim_hash ("one");
  guint asked;

  assign (self, DIRECTOR_ENTRY, IMAGE_ENTRY);
  assert_assigned (self, "fw", "main");
  restart (self);
  g_ptr_array_set_size (self->director->asked, 0);
  assert_assigned (self, "fw", "main");
  g_assert_cmpuint (self->director->asked->len, ==, 2);
  g_assert_cmpstr (self->director->asked->pdata[1], ==, "timestamp.json");
  restart (self);
  pawl_tuf_uptane_set_installed (self->uptane, "main", "fw", hash, 0);
  asked = self->image->asked->len;
  assert_assigned (self, NULL, NULL);
  g_assert_cmpuint (self->image->asked->len, ==, asked);
}

/* ---- U70 to U73: what each role of each repository is checked for ---- */

static SimRole *
get_role (SimRepo *repo, gsize i)
{
  SimRole *const roles[] = {repo->root, repo->timestamp, repo->snapshot, repo->targets};

  return roles[i];
}

static void
publish_all (SimRepo *repo)
{
  repo->root->version++;
  publish_again (repo);
}

/* Signatures of the right keys, and an end that is not over. */
static void
test_role_checks (Fixture *self, gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  SimRepo *const repos[] = {self->director, self->image};
  const char *const names[] = {"director", "image"};

  for (gsize j = 0; j < G_N_ELEMENTS (repos); j++)
    {
      SimRole *role = get_role (repos[j], i);
      SimKey *key = role->signers->pdata[0];

      assign (self, DIRECTOR_ENTRY, IMAGE_ENTRY);
      role->signers->pdata[0] = sim_key_new ();
      publish_all (repos[j]);
      assert_refused (self, PAWL_TUF_ERROR_UNMET_THRESHOLD, names[j]);
      role->signers->pdata[0] = key;
      publish_again (repos[j]);
      sim_repo_publish_root (repos[j]);
      assert_assigned (self, "fw", "main");
      role->expires = SIM_EARLIER;
      publish_all (repos[j]);
      assert_refused (self, PAWL_TUF_ERROR_EXPIRED, names[j]);
      role->expires = SIM_LATER;
      publish_all (repos[j]);
      assert_assigned (self, "fw", "main");
    }
}

/* U70: a root follows its predecessor; U71: a timestamp is not older; U72: no file that a snapshot
 * lists is older, or gone; U73: targets are those that the snapshot lists. */
static void
test_versions (Fixture *self, gconstpointer data)
{
  SimRepo *const repos[] = {self->director, self->image};
  const char *const names[] = {"director", "image"};

  for (gsize j = 0; j < G_N_ELEMENTS (repos); j++)
    {
      SimRepo *repo = repos[j];

      assign (self, DIRECTOR_ENTRY, IMAGE_ENTRY);
      repo->meta_extra = g_strdup ("\"other.json\":{\"version\":2}");
      publish_again (repo);
      assert_assigned (self, "fw", "main");
      repo->timestamp->version--;
      sim_repo_publish_timestamp (repo);
      assert_refused (self, PAWL_TUF_ERROR_ROLLBACK, names[j]);
      repo->timestamp->version++;
      g_clear_pointer (&repo->meta_extra, g_free);
      publish_again (repo);
      assert_refused (self, PAWL_TUF_ERROR_ROLLBACK, names[j]);
      repo->meta_extra = g_strdup ("\"other.json\":{\"version\":3}");
      publish_again (repo);
      assert_assigned (self, "fw", "main");
      repo->targets->version -= 2;
      repo->snapshot->version++;
      repo->timestamp->version++;
      sim_repo_publish (repo);
      assert_refused (self, PAWL_TUF_ERROR_ROLLBACK, names[j]);
      repo->targets->version += 2;
      publish_again (repo);
      assert_assigned (self, "fw", "main");
      repo->root->version += 2;
      sim_repo_publish_root (repo);
      g_hash_table_replace (repo->files, g_strdup ("2.root.json"),
                            g_bytes_ref (g_hash_table_lookup (repo->files, "3.root.json")));
      assert_refused (self, PAWL_TUF_ERROR_ROOT_ROTATION, names[j]);
      repo->root->version = 2;
      sim_repo_publish_root (repo);
      g_hash_table_remove (repo->files, "3.root.json");
    }
}

/* U77: what may have had precedence cannot be asked, so nothing is found. */
static void
test_lost_delegation (Fixture *self, gconstpointer data)
{
  SimRole *first, *second;

  assign (self, DIRECTOR_ENTRY, NULL);
  first = sim_role_delegate (self->image->targets, "first", "\"paths\":[\"*\"]");
  second = sim_role_delegate (self->image->targets, "second", "\"paths\":[\"*\"]");
  add (second, "fw", "one", IMAGE_ENTRY);
  publish_again (self->image);
  g_hash_table_remove (self->image->files, "1.first.json");
  assert_refused (self, PAWL_TUF_ERROR_DELEGATION_MISSING, "image");
  /* U78: and behind a terminating delegation nothing is searched. */
  first->terminating = TRUE;
  publish_again (self->image);
  assert_refused (self, PAWL_TUF_ERROR_TARGET_NOT_FOUND, "image");
  first->terminating = FALSE;
  publish_again (self->image);
  assert_assigned (self, "fw", "main");
}

/* U74. */
static void
test_delegating_director (Fixture *self, gconstpointer data)
{
  sim_role_delegate (self->director->targets, "x", "\"paths\":[\"*\"]");
  publish_again (self->director);
  assert_refused (self, PAWL_TUF_ERROR_DIRECTOR_DELEGATION, "director");
}

/* U45. */
static void
test_release_counter (Fixture *self, gconstpointer data)
{
  assign (self, DIRECTOR_ENTRY ",\"releaseCounter\":5", IMAGE_ENTRY ",\"releaseCounter\":5");
  pawl_tuf_uptane_set_installed (self->uptane, "main", NULL, NULL, 5);
  assert_assigned (self, "fw", "main");
  pawl_tuf_uptane_set_installed (self->uptane, "main", NULL, NULL, 6);
  assert_refused (self, PAWL_TUF_ERROR_ROLLBACK, "director");
  assign (self, DIRECTOR_ENTRY, IMAGE_ENTRY);
  assert_refused (self, PAWL_TUF_ERROR_ROLLBACK, "director");
}

/* U5: the empty file of another vehicle. */
static void
test_vehicle (Fixture *self, gconstpointer data)
{
  pawl_tuf_uptane_set_vehicle_id (self->uptane, "vin-1");
  assert_refused (self, PAWL_TUF_ERROR_TARGET_MISMATCH, "director");
  assign (self, DIRECTOR_ENTRY, IMAGE_ENTRY);
  assert_assigned (self, "fw", "main");
}

/* U79: a delegation for other hardware is not followed. */
static void
test_hardware_delegation (Fixture *self, gconstpointer data)
{
  SimRole *role;

  assign (self, DIRECTOR_ENTRY, NULL);
  role =
    sim_role_delegate (self->image->targets, "x", "\"paths\":[\"*\"],\"hardware_ids\":[\"other\"]");
  add (role, "fw", "one", IMAGE_ENTRY);
  publish_again (self->image);
  assert_refused (self, PAWL_TUF_ERROR_TARGET_NOT_FOUND, "image");
  role->paths = "\"paths\":[\"*\"],\"hardware_ids\":[\"board\"]";
  publish_again (self->image);
  assert_assigned (self, "fw", "main");
}

/* U61: after an attack the next honest cycle succeeds. */
static void
test_recovers (Fixture *self, gconstpointer data)
{
  SimKey *key = self->director->targets->signers->pdata[0];

  assign (self, DIRECTOR_ENTRY, IMAGE_ENTRY);
  g_ptr_array_index (self->director->targets->signers, 0) = sim_key_new ();
  publish_again (self->director);
  assert_refused (self, PAWL_TUF_ERROR_UNMET_THRESHOLD, "director");
  g_ptr_array_index (self->director->targets->signers, 0) = key;
  publish_again (self->director);
  assert_assigned (self, "fw", "main");
}

/* Offline, from the stores alone; and what runs already is part of the answer. */
static void
test_load_trusted (Fixture *self, gconstpointer data)
{
  g_autofree char *hash = sim_hash ("one");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;
  guint asked;

  assign (self, DIRECTOR_ENTRY, IMAGE_ENTRY);
  before = pawl_tuf_uptane_load_trusted (self->uptane, SIM_NOW, &error);
  g_assert_null (before);
  g_clear_error (&error);
  assert_assigned (self, "fw", "main");
  restart (self);
  pawl_tuf_uptane_set_installed (self->uptane, "main", "fw", hash, 0);
  asked = self->director->asked->len + self->image->asked->len;
  after = pawl_tuf_uptane_load_trusted (self->uptane, SIM_NOW, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (after->len, ==, 1);
  g_assert_cmpuint (self->director->asked->len + self->image->asked->len, ==, asked);
}

static void
test_role (Fixture *self, gconstpointer data)
{
  g_autofree char *role = NULL;

  self->image->snapshot->expires = SIM_EARLIER;
  assign (self, DIRECTOR_ENTRY, IMAGE_ENTRY);
  assert_refused (self, PAWL_TUF_ERROR_EXPIRED, "image");
  role = pawl_tuf_uptane_dup_role (self->uptane);
  g_assert_cmpstr (role, ==, "snapshot");
}

/* ---- U62: partial verification ---- */

static PawlTufMetadata *
read_metadata (Fixture *self, PawlTufType type, const char *path)
{
  g_autoptr (GError) error = NULL;
  PawlTufMetadata *metadata =
    pawl_tuf_metadata_new (type, g_hash_table_lookup (self->director->files, path), &error);

  g_assert_no_error (error);
  return metadata;
}

static gboolean
verify_partial (Fixture *self,
                const char *path,
                PawlTufMetadata *previous,
                gint64 counter,
                PawlTufAssignment **out_assignment,
                GError **error)
{
  g_autoptr (PawlTufMetadata) root = read_metadata (self, PAWL_TUF_TYPE_ROOT, "1.root.json");
  g_autoptr (PawlTufMetadata) targets = read_metadata (self, PAWL_TUF_TYPE_TARGETS, path);

  return pawl_tuf_uptane_verify_partial (root, targets, previous, "radio", "radio-board", counter,
                                         SIM_NOW, out_assignment, error);
}

static void
test_partial (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTufAssignment) none = NULL;
  g_autoptr (PawlTufAssignment) own = NULL;
  g_autoptr (PawlTufMetadata) previous = NULL;
  g_autoptr (GError) error = NULL;

  assign (self, DIRECTOR_ENTRY, NULL);
  g_assert_true (verify_partial (self, "2.targets.json", NULL, 0, &none, &error));
  g_assert_no_error (error);
  g_assert_null (none);
  previous = read_metadata (self, PAWL_TUF_TYPE_TARGETS, "2.targets.json");
  add (self->director->targets, "radio-fw", "r",
       "\"ecuIdentifiers\":{\"radio\":{\"hardwareId\":\"radio-board\"}},\"releaseCounter\":3");
  publish_again (self->director);
  g_assert_true (verify_partial (self, "3.targets.json", previous, 3, &own, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (own->name, ==, "radio-fw");
}

static void
assert_partial_refused (Fixture *self, PawlTufError code, const char *path, gint64 counter)
{
  g_autoptr (PawlTufAssignment) own = NULL;
  g_autoptr (PawlTufMetadata) previous = NULL;
  g_autoptr (GError) error = NULL;

  if (g_str_equal (path, "1.targets.json"))
    previous = read_metadata (self, PAWL_TUF_TYPE_TARGETS, "2.targets.json");
  g_assert_false (verify_partial (self, path, previous, counter, &own, &error));
  g_assert_error (error, PAWL_TUF_ERROR, (int) code);
  g_assert_null (own);
}

static void
test_partial_refuses (Fixture *self, gconstpointer data)
{
  SimRole *targets = self->director->targets;

  assign (self, "\"ecuIdentifiers\":{\"radio\":{\"hardwareId\":\"radio-board\"}}", NULL);
  assert_partial_refused (self, PAWL_TUF_ERROR_ROLLBACK, "1.targets.json", 0);
  assert_partial_refused (self, PAWL_TUF_ERROR_ROLLBACK, "2.targets.json", 1);
  targets->expires = SIM_EARLIER;
  publish_again (self->director);
  assert_partial_refused (self, PAWL_TUF_ERROR_EXPIRED, "3.targets.json", 0);
  targets->expires = SIM_LATER;
  add (targets, "again", "x", "\"ecuIdentifiers\":{\"radio\":{\"hardwareId\":\"radio-board\"}}");
  publish_again (self->director);
  assert_partial_refused (self, PAWL_TUF_ERROR_REPEATED_ECU, "4.targets.json", 0);
  assign (self, "\"ecuIdentifiers\":{\"radio\":{\"hardwareId\":\"x\"}}", NULL);
  assert_partial_refused (self, PAWL_TUF_ERROR_BAD_HARDWARE, "5.targets.json", 0);
  sim_role_delegate (targets, "x", "\"paths\":[\"*\"]");
  publish_again (self->director);
  assert_partial_refused (self, PAWL_TUF_ERROR_DIRECTOR_DELEGATION, "6.targets.json", 0);
  g_ptr_array_index (targets->signers, 0) = sim_key_new ();
  publish_again (self->director);
  assert_partial_refused (self, PAWL_TUF_ERROR_UNMET_THRESHOLD, "7.targets.json", 0);
}

/* ---- repositories that aktualizr's own tools wrote ---- */

static GBytes *
fetch_file (const char *path,
            gsize max_size,
            gboolean *out_missing,
            gpointer folder,
            GError **error)
{
  g_autofree char *file = g_build_filename (folder, path, NULL);
  char *data = NULL;
  gsize size = 0;

  *out_missing = !g_file_get_contents (file, &data, &size, NULL);
  return *out_missing ? NULL : g_bytes_new_take (data, size);
}

static PawlTufClient *
open_sample (const char *state, const char *folder, const char *name, PawlTufClientFlags flags)
{
  g_autofree char *store_folder = g_build_filename (state, name, NULL);
  g_autoptr (PawlTufStore) store = pawl_tuf_store_new (store_folder);
  PawlTufClient *client = pawl_tuf_client_new (name, store, flags);
  gboolean missing = FALSE;
  g_autoptr (GBytes) root = fetch_file ("1.root.json", 0, &missing, (gpointer) folder, NULL);
  g_autoptr (GError) error = NULL;

  pawl_tuf_client_set_fetch (client, fetch_file, (gpointer) folder);
  pawl_tuf_client_init_root (client, root, &error);
  g_assert_no_error (error);
  return client;
}

static void
test_sample (gconstpointer sample)
{
  g_autofree char *state = g_dir_make_tmp ("pawl-uptane-XXXXXX", NULL);
  g_autofree char *director_folder =
    g_test_build_filename (G_TEST_DIST, "fixtures", "ats", sample, "director", NULL);
  g_autofree char *image_folder =
    g_test_build_filename (G_TEST_DIST, "fixtures", "ats", sample, "image", NULL);
  g_autoptr (PawlTufClient) director =
    open_sample (state, director_folder, "director", PAWL_TUF_CLIENT_FLAGS_DIRECTOR);
  g_autoptr (PawlTufClient) image =
    open_sample (state, image_folder, "image", PAWL_TUF_CLIENT_FLAGS_NONE);
  g_autoptr (PawlTufUptane) uptane = pawl_tuf_uptane_new (director, image);
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;

  pawl_tuf_uptane_add_ecu (uptane, "ECU1", "qemux86-64");
  pawl_tuf_uptane_add_ecu (uptane, "ECU2", "qemux86-64");
  found = pawl_tuf_uptane_check (uptane, SIM_NOW, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, g_str_equal (sample, "ed25519") ? 2 : 0);
  sim_remove_folder (state);
}

static const struct
{
  const char *name;
  void (*test) (Fixture *self, gconstpointer data);
} tests[] = {
  {"u28-u60-full",               test_full               },
  {"u1-names-are-texts",         test_names_are_texts    },
  {"u4-measures",                test_measures           },
  {"u8-u46-encrypted",           test_encrypted          },
  {"u10-describes",              test_describes          },
  {"u12-names-of-files",         test_names_of_files     },
  {"u64-unchanged-snapshot",     test_unchanged_snapshot },
  {"u70-u71-u72-u73-versions",   test_versions           },
  {"u77-u78-lost-delegation",    test_lost_delegation    },
  {"u63-u66-order",              test_order              },
  {"u65-nothing-new",            test_nothing_new        },
  {"u68-other-bytes",            test_other_bytes        },
  {"u29-u68-conflicting-hash",   test_conflicting_hash   },
  {"u75-repeated-ecu",           test_repeated_ecu       },
  {"u9-u74-delegating-director", test_delegating_director},
  {"u45-release-counter",        test_release_counter    },
  {"u5-vehicle",                 test_vehicle            },
  {"u9-u79-hardware-delegation", test_hardware_delegation},
  {"u61-recovers",               test_recovers           },
  {"u47-load-trusted",           test_load_trusted       },
  {"u41-u62-partial",            test_partial            },
  {"u62-partial-refuses",        test_partial_refuses    },
  {"u69-names-repo-and-role",    test_role               },
};

/* In the order of get_role(). */
static const char *const role_checks[] = {"u70-root", "u71-timestamp", "u72-snapshot",
                                          "u73-targets"};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/tuf/uptane/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (role_checks); i++)
    {
      g_autofree char *path = g_strconcat ("/tuf/uptane/", role_checks[i], NULL);

      g_test_add (path, Fixture, GSIZE_TO_POINTER (i), set_up, test_role_checks, tear_down);
    }
  g_test_add_data_func ("/tuf/uptane/ats-ed25519", "ed25519", test_sample);
  g_test_add_data_func ("/tuf/uptane/ats-rsa-unicode", "rsa-unicode", test_sample);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strconcat ("/tuf/uptane/", refusals[i].name, NULL);

      g_test_add (path, Fixture, GSIZE_TO_POINTER (i), set_up, test_refusal, tear_down);
    }
  return g_test_run ();
}
