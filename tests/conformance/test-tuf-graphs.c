/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What the official suite asks of delegations: which roles are asked for, in which order, and under
 * which names. */
#include "client-fixture.h"

#include <string.h>

#define TOP_LEVEL "2.root.json timestamp.json 1.snapshot.json 1.targets.json"

/* ---- graphs ---- */

/* `DELEGATOR ROLE PATTERN`, with a `!` behind the pattern of a terminating one. */
typedef struct
{
  const char *name;
  const char *edges[6];
  const char *visited;
} Graph;

static const Graph graphs[] = {
  {"basic",                 {"targets A *"},                                           "A"      },
  {"one-level",             {"targets A *", "targets B *"},                            "A B"    },
  {"two-levels",            {"targets A *", "targets B *", "B C *"},                   "A B C"  },
  {"depth-first",           {"targets A *", "targets B *", "A C *", "A D *"},          "A C D B"},
  {"three-levels",          {"targets A *", "targets B *", "A C *", "C D *"},          "A C D B"},
  {"terminating",           {"targets A *", "targets B *", "A C *!", "A D *"},         "A C"    },
  {"behind-terminating",    {"targets A *", "targets B *", "A C *!", "C D *"},         "A C D"  },
  {"other-paths",           {"targets A *.py", "targets B *", "A C *"},                "B"      },
  {"other-paths-below",     {"targets A *", "targets B *", "A C *.py", "C D *"},       "A B"    },
  {"cycle",                 {"targets A *", "targets B *", "B C *", "C D *", "D B *"}, "A B C D"},
  {"shared",                {"targets A *", "targets B *", "B C *", "A C *"},          "A C B"  },
  {"shared-by-other-paths", {"targets A *", "targets B *", "B C *", "A C *.py"},       "A B C"  },
};

static char *
make_paths (const char *pattern)
{
  g_autofree char *plain = g_strdup (pattern);

  g_strdelimit (plain, "!", '\0');
  return g_strdup_printf ("\"paths\":[\"%s\"]", plain);
}

/* A role that is delegated to again is the same one, with the same key. */
static void
add_edge (SimRepo *repo, GHashTable *roles, GPtrArray *strings, const char *edge)
{
  g_auto (GStrv) words = g_strsplit (edge, " ", 3);
  SimRole *delegator = g_hash_table_lookup (roles, words[0]);
  SimRole *known = g_hash_table_lookup (roles, words[1]);
  char *paths = make_paths (words[2]);
  SimRole *role = sim_role_delegate (delegator, words[1], paths);

  g_ptr_array_add (strings, paths);
  role->expires = CLIENT_FOREVER;
  role->terminating = strchr (words[2], '!') != NULL;
  role->alias = known != NULL;
  if (known != NULL)
    sim_role_set_key (role, known->keys->pdata[0]);
  else
    g_hash_table_insert (roles, g_strdup (words[1]), role);
}

static void
test_graphs (ClientFixture *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (graphs); i++)
    {
      g_autoptr (GHashTable) roles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GString) wanted = g_string_new (NULL);
      g_auto (GStrv) visited = g_strsplit (graphs[i].visited, " ", -1);

      g_test_message ("%s", graphs[i].name);
      /* Every graph begins with nothing but the root. */
      sim_remove_folder (self->metadata_dir);
      sim_role_drop_delegated (self->repo->targets);
      g_hash_table_insert (roles, g_strdup ("targets"), self->repo->targets);
      for (gsize j = 0; graphs[i].edges[j] != NULL; j++)
        add_edge (self->repo, roles, strings, graphs[i].edges[j]);
      sim_repo_publish (self->repo);
      g_assert_cmpint (client_init (self), ==, 0);
      g_assert_cmpint (client_download (self, "missingpath", NULL), ==, 1);
      g_string_append (wanted, TOP_LEVEL);
      for (gsize j = 0; visited[j] != NULL; j++)
        g_string_append_printf (wanted, " 1.%s.json", visited[j]);
      client_assert_asked (self, wanted->str);
    }
}

/* ---- a tree with targets in it ---- */

static void
test_tree (ClientFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *target;
    const char *content; /* NULL: not found */
    const char *visited;
  } cases[] = {
    {"targetfile",          "by targets", ""                  },
    {"README.md",           "by A",       " 1.A.json"         },
    {"releases/x/x_v1",     "by C",       " 1.B.json 1.C.json"},
    {"releases/y/y_v1.zip", "by D",       " 1.B.json 1.D.json"},
    {"releases/z/z_v1.zip", NULL,         " 1.B.json"         },
  };
  SimRole *targets = self->repo->targets;
  SimRole *a = sim_role_delegate (targets, "A", "\"paths\":[\"*.doc\",\"*.md\"]");
  SimRole *b = sim_role_delegate (targets, "B", "\"paths\":[\"releases/*/*\"]");
  SimRole *c = sim_role_delegate (b, "C", "\"paths\":[\"releases/x/*\"]");
  SimRole *d = sim_role_delegate (b, "D", "\"paths\":[\"releases/y/*.zip\"]");

  a->expires = b->expires = c->expires = d->expires = CLIENT_FOREVER;
  client_add_file (self, targets, "targetfile", "by targets");
  client_add_file (self, a, "README.md", "by A");
  client_add_file (self, c, "releases/x/x_v1", "by C");
  client_add_file (self, d, "releases/y/y_v1.zip", "by D");
  client_add_file (self, d, "releases/z/z_v1.zip", "by D");
  sim_repo_publish (self->repo);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *metadata = g_strconcat (TOP_LEVEL, cases[i].visited, NULL);
      g_autofree char *asked = NULL;

      sim_remove_folder (self->metadata_dir);
      g_assert_cmpint (client_init (self), ==, 0);
      g_assert_cmpint (client_download (self, cases[i].target, NULL), ==,
                       cases[i].content != NULL ? 0 : 1);
      client_assert_file (self, cases[i].target, cases[i].content);
      g_ptr_array_add (self->repo->asked, NULL);
      asked = g_strjoinv (" ", (GStrv) self->repo->asked->pdata);
      g_ptr_array_set_size (self->repo->asked, 0);
      g_assert_true (g_str_has_prefix (asked, metadata));
      if (cases[i].content == NULL)
        g_assert_cmpstr (asked, ==, metadata);
    }
}

/* ---- hash bins ---- */

/* So many bins, all with one key; @name is listed in the one that @bin is. */
static char *
add_bins (ClientFixture *self, guint bits, guint bin, const char *name)
{
  SimRole *targets = self->repo->targets;
  SimKey *key = sim_key_new ();
  char *path = NULL;

  sim_role_drop_delegated (targets);
  for (guint i = 0; i < 1u << bits; i++)
    {
      g_autofree char *role_name = g_strdup_printf ("bin-%0*x", bits > 4 ? 2 : 1, i);
      SimRole *role = sim_role_delegate (targets, role_name, "");

      role->expires = CLIENT_FOREVER;
      sim_role_set_key (role, key);
      if (i != bin)
        continue;
      client_add_file (self, role, name, "content");
      path = g_strdup_printf ("1.%s.json", role_name);
    }
  return path;
}

/* One bin is asked for: that of the first bits of the name's hash. */
static void
test_bins (ClientFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *bins;
    guint bits;
  } cases[] = {
    {"\"bit_length\":1,\"name_prefix\":\"bin\"", 1},
    {"\"bit_length\":4,\"name_prefix\":\"bin\"", 4},
    {"\"bit_length\":5,\"name_prefix\":\"bin\"", 5},
  };
  g_autofree char *hash = sim_hash ("file");
  guint first = (guint) (g_ascii_xdigit_value (hash[0]) << 4 | g_ascii_xdigit_value (hash[1]));

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = add_bins (self, cases[i].bits, first >> (8 - cases[i].bits), "file");

      self->repo->targets->bins = cases[i].bins;
      sim_repo_publish (self->repo);
      sim_remove_folder (self->metadata_dir);
      sim_remove_folder (self->target_dir);
      g_ptr_array_set_size (self->repo->asked, 0);
      g_assert_cmpint (client_init (self), ==, 0);
      g_assert_cmpint (client_download (self, "file", NULL), ==, 0);
      client_assert_file (self, "file", "content");
      g_assert_cmpuint (self->repo->asked->len, ==, 6);
      g_assert_cmpstr (self->repo->asked->pdata[4], ==, path);
    }
}

/* ---- names ---- */

static void
test_role_names (ClientFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *file;
  } cases[] = {
    {"?",                "%3F"               },
    {"#",                "%23"               },
    {"with space",       "with%20space"      },
    {"/delegatedrole",   "%2Fdelegatedrole"  },
    {"../delegatedrole", "..%2Fdelegatedrole"},
    {"100%",             "100%25"            },
    {"r\xc3\xb6le",      "r%C3%B6le"         },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *asked = g_strdup_printf (TOP_LEVEL " 1.%s.json", cases[i].file);
      g_autofree char *stored = g_strconcat (cases[i].file, ".json", NULL);
      g_autofree char *path = g_strconcat ("1.", cases[i].file, ".json", NULL);

      g_test_message ("%s", cases[i].name);
      sim_role_drop_delegated (self->repo->targets);
      sim_role_delegate (self->repo->targets, cases[i].name, "\"paths\":[\"*\"]")->expires =
        CLIENT_FOREVER;
      sim_repo_publish (self->repo);
      sim_remove_folder (self->metadata_dir);
      g_assert_cmpint (client_init (self), ==, 0);
      g_assert_cmpint (client_download (self, "nonexistent target", NULL), ==, 1);
      client_assert_asked (self, asked);
      client_assert_stored (self, stored, path);
    }
}

/* Whatever a target is called, its bytes stay in the folder. Servers take dots out of a path. */
static void
test_target_names (ClientFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *served; /* (nullable): where dots lead */
  } cases[] = {
    {"?",             NULL      },
    {"#",             NULL      },
    {"with space",    NULL      },
    {"/x",            NULL      },
    {"100%",          NULL      },
    {"a&b=c;d",       NULL      },
    {"z\xc3\xbcrich", NULL      },
    {"../x",          ""        },
    {"a/../b",        "targets/"},
  };
  g_autofree char *hash = sim_hash ("content");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *base = strrchr (cases[i].name, '/');

      g_test_message ("%s", cases[i].name);
      g_string_truncate (self->repo->targets->targets, 0);
      client_add_file (self, self->repo->targets, cases[i].name, "content");
      if (cases[i].served != NULL)
        g_hash_table_replace (self->repo->files,
                              g_strdup_printf ("%s%s.%s", cases[i].served, hash, base + 1),
                              g_bytes_new_static ("content", 7));
      sim_repo_publish (self->repo);
      sim_remove_folder (self->metadata_dir);
      g_assert_cmpint (client_init (self), ==, 0);
      g_assert_cmpint (client_download (self, cases[i].name, NULL), ==, 0);
      client_assert_file (self, cases[i].name, "content");
    }
}

static const ClientTest tests[] = {
  {"graphs",       test_graphs      },
  {"tree",         test_tree        },
  {"bins",         test_bins        },
  {"role-names",   test_role_names  },
  {"target-names", test_target_names},
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  client_fixture_add_tests ("/conformance/tuf-graphs/", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
