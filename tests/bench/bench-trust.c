/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* One process of the trust benchmark: makes a repository, checks it as a device does, or does the
 * least that anybody has to do with the same bytes. bench_trust.py runs it and compares. */
#include "sim-repo.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <string.h>
#include <time.h>

#define BIN_BITS 10
#define TARGET   "app/firmware-%06u.bin"
/* Brings a target to the 290 bytes of a usual one. */
#define CUSTOM                                                                                     \
  "\"createdAt\":\"2026-11-01T10:00:00Z\",\"hardwareIds\":[\"board-a\",\"board-b\"],\"name\":"     \
  "\"firmware\",\"targetFormat\":\"BINARY\",\"version\":\"%u\""

/* ---- make FOLDER COUNT one|bins|foreign ---- */

static SimRole *
bin_of (GPtrArray *bins, const char *target)
{
  g_autofree char *hash = sim_hash (target);

  hash[8] = '\0';
  return bins->pdata[g_ascii_strtoull (hash, NULL, 16) >> (32 - BIN_BITS)];
}

static void
delegate (SimRepo *repo, gboolean bins)
{
  if (!bins)
    {
      sim_role_delegate (repo->targets, "apps", "\"paths\":[\"app/*\"]");
      return;
    }
  repo->targets->bins = "\"bit_length\":10,\"name_prefix\":\"bin\"";
  for (guint i = 0; i < 1 << BIN_BITS; i++)
    {
      g_autofree char *name = g_strdup_printf ("bin-%03x", i);
      SimRole *role = sim_role_delegate (repo->targets, name, NULL);

      sim_role_set_key (role, ((SimRole *) repo->targets->delegated->pdata[0])->keys->pdata[0]);
    }
}

static void
add_targets (SimRepo *repo, guint count)
{
  GPtrArray *roles = repo->targets->delegated;

  for (guint i = 0; i < count; i++)
    {
      g_autofree char *name = g_strdup_printf (TARGET, i);
      g_autofree char *custom = g_strdup_printf (CUSTOM, i);

      sim_role_add_custom_target (roles->len > 1 ? bin_of (roles, name) : roles->pdata[0], name,
                                  name, custom);
    }
}

static void
write_files (SimRepo *repo, const char *folder)
{
  GHashTableIter iter;
  gpointer path, bytes;

  g_hash_table_iter_init (&iter, repo->files);
  while (g_hash_table_iter_next (&iter, &path, &bytes))
    {
      g_autofree char *file = g_build_filename (folder, path, NULL);
      g_autoptr (GError) error = NULL;

      g_file_set_contents (file, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
                           &error);
      g_assert_no_error (error);
    }
}

static void
make (const char *folder, guint count, const char *kind)
{
  g_autoptr (SimRepo) repo = sim_repo_new ();

  repo->canonical = !g_str_equal (kind, "foreign");
  delegate (repo, g_str_equal (kind, "bins"));
  add_targets (repo, count);
  sim_repo_publish (repo);
  write_files (repo, folder);
}

/* ---- measuring ---- */

static gint64
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* The kernel's own mark of this process, in KiB. */
static guint64
get_peak_kib (void)
{
  g_autofree char *text = NULL;
  const char *line;

  g_file_get_contents ("/proc/self/status", &text, NULL, NULL);
  line = strstr (text, "VmHWM:");
  return g_ascii_strtoull (line + strlen ("VmHWM:"), NULL, 10);
}

static GBytes *
read_file (const char *folder, const char *path)
{
  g_autofree char *file = g_build_filename (folder, path, NULL);
  char *data = NULL;
  gsize size = 0;

  return g_file_get_contents (file, &data, &size, NULL) ? g_bytes_new_take (data, size) : NULL;
}

/* ---- check FOLDER STORE TARGET: the whole workflow, and the search for one target ---- */

typedef struct
{
  const char *folder;
  GString *paths; /* (owned): what was fetched */
} Source;

static GBytes *
fetch (const char *path, gsize max_size, gboolean *out_missing, gpointer data, GError **error)
{
  Source *self = data;
  GBytes *bytes = read_file (self->folder, path);

  *out_missing = bytes == NULL;
  if (bytes != NULL)
    g_string_append_printf (self->paths, " %s", path);
  return bytes;
}

static void
check (const char *folder, const char *store_folder, const char *target)
{
  g_autoptr (PawlTufStore) store = pawl_tuf_store_new (store_folder);
  g_autoptr (PawlTufClient) client =
    pawl_tuf_client_new ("repository", store, PAWL_TUF_CLIENT_FLAGS_NONE);
  g_autoptr (GBytes) root = read_file (folder, "1.root.json");
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufFound) found = NULL;
  Source source = {folder, g_string_new (NULL)};
  gint64 start = get_cpu_us ();

  pawl_tuf_client_set_fetch (client, fetch, &source);
  if (pawl_tuf_client_init_root (client, root, &error) &&
      pawl_tuf_client_refresh (client, SIM_NOW, &error))
    found = pawl_tuf_client_find_target (client, target, NULL, &error);
  if (found == NULL)
    g_error ("%s", error->message);
  g_print ("%" G_GINT64_FORMAT " %" G_GUINT64_FORMAT "%s\n", get_cpu_us () - start, get_peak_kib (),
           source.paths->str);
  g_string_free (source.paths, TRUE);
}

/* ---- floor FOLDER PATH…: each is read, hashed, and goes through one Ed25519 verification ---- */

static void
verify_once (gnutls_pubkey_t key, GBytes *bytes)
{
  /* Whether it is good is not the question: the whole message has been hashed by then. */
  static guchar signature[64];
  gsize size;
  const gnutls_datum_t message = {(guchar *) g_bytes_get_data (bytes, &size),
                                  (guint) g_bytes_get_size (bytes)};
  const gnutls_datum_t words = {signature, sizeof signature};

  gnutls_pubkey_verify_data2 (key, GNUTLS_SIGN_EDDSA_ED25519, 0, &message, &words);
}

static void
work_on (gnutls_pubkey_t key, const char *folder, const char *path)
{
  g_autoptr (GBytes) bytes = read_file (folder, path);
  guchar digest[32];

  gnutls_hash_fast (GNUTLS_DIG_SHA256, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                    digest);
  verify_once (key, bytes);
}

static void
measure_floor (const char *folder, char **paths)
{
  gnutls_privkey_t private_key;
  gnutls_pubkey_t key;
  gint64 start;

  gnutls_privkey_init (&private_key);
  gnutls_pubkey_init (&key);
  gnutls_privkey_generate (private_key, GNUTLS_PK_EDDSA_ED25519, 256, 0);
  gnutls_pubkey_import_privkey (key, private_key, 0, 0);
  start = get_cpu_us ();
  for (; *paths != NULL; paths++)
    work_on (key, folder, *paths);
  g_print ("%" G_GINT64_FORMAT " %" G_GUINT64_FORMAT "\n", get_cpu_us () - start, get_peak_kib ());
  gnutls_pubkey_deinit (key);
  gnutls_privkey_deinit (private_key);
}

int
main (int argc, char **argv)
{
  if (argc == 5 && g_str_equal (argv[1], "make"))
    make (argv[2], (guint) g_ascii_strtoull (argv[3], NULL, 10), argv[4]);
  else if (argc == 5 && g_str_equal (argv[1], "check"))
    check (argv[2], argv[3], argv[4]);
  else if (argc > 3 && g_str_equal (argv[1], "floor"))
    measure_floor (argv[2], argv + 3);
  else
    g_error (
      "usage: make FOLDER COUNT one|bins|foreign, check FOLDER STORE TARGET, floor FOLDER PATH…");
  return 0;
}
