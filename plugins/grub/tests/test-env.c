/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The block's format, against the real grub-editenv. */
#include "pawl-grub-env.h"

#include <glib/gstdio.h>
#include <pawl/pawl.h>
#include <string.h>

static char *
editenv (const char *path, const char *command, const char *argument)
{
  const char *argv[] = {"grub-editenv", path, command, argument, NULL};
  g_autoptr (GError) error = NULL;
  char *text = NULL;
  int status = 0;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &text, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
  return text;
}

static char *
make_block (const char *lines)
{
  GString *block = g_string_new ("# GRUB Environment Block\n");

  g_string_append (block, lines);
  while (block->len < PAWL_GRUB_ENV_SIZE)
    g_string_append_c (block, '#');
  return g_string_free (block, FALSE);
}

static void
test_reads_what_grub_writes (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "pawl-grubenv-XXXXXX", NULL);
  g_autoptr (PawlGrubEnv) env = NULL;
  g_autofree char *block = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *strange = NULL;
  g_autofree char *written = NULL;
  g_autoptr (GError) error = NULL;

  close (g_mkstemp (path));
  g_free (editenv (path, "create", NULL));
  g_free (editenv (path, "set", "boot_counter=3"));
  g_free (editenv (path, "set", "strange=a\\b\nc=d"));
  g_free (editenv (path, "set", "last=1"));
  env = pawl_grub_env_load (path, &error);
  g_assert_no_error (error);
  plain = pawl_grub_env_dup (env, "boot_counter");
  strange = pawl_grub_env_dup (env, "strange");
  g_assert_cmpstr (plain, ==, "3");
  g_assert_cmpstr (strange, ==, "a\\b\nc=d");
  g_assert_null (pawl_grub_env_dup (env, "c"));
  g_assert_null (pawl_grub_env_dup (env, "boot"));
  /* Nothing changed: not one byte does. */
  block = pawl_grub_env_to_block (env, &error);
  g_assert_true (g_file_get_contents (path, &written, NULL, NULL));
  g_assert_cmpmem (block, PAWL_GRUB_ENV_SIZE, written, PAWL_GRUB_ENV_SIZE);
  g_unlink (path);
}

static void
test_grub_reads_what_it_writes (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "pawl-grubenv-XXXXXX", NULL);
  g_autofree char *listed = NULL;
  g_autoptr (PawlGrubEnv) env = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf before;
  GStatBuf after;

  close (g_mkstemp (path));
  g_free (editenv (path, "create", NULL));
  g_free (editenv (path, "set", "kept=1"));
  g_free (editenv (path, "set", "gone=1"));
  g_stat (path, &before);
  env = pawl_grub_env_load (path, &error);
  pawl_grub_env_set (env, "gone", NULL);
  pawl_grub_env_set (env, "new", "a\\b\nc");
  pawl_grub_env_set (env, "kept", "22");
  g_assert_true (pawl_grub_env_save (env, path, &error));
  g_assert_no_error (error);
  listed = editenv (path, "list", NULL);
  g_assert_cmpstr (listed, ==, "kept=22\nnew=a\\b\nc\n");
  /* GRUB knows the blocks of the file, so it has to stay where it is. */
  g_stat (path, &after);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
  g_assert_cmpint (after.st_size, ==, PAWL_GRUB_ENV_SIZE);
  g_unlink (path);
}

static void
test_the_last_one_counts (void)
{
  g_autofree char *block = make_block ("a=1\n# a=5\na=2\n");
  g_autoptr (PawlGrubEnv) env = pawl_grub_env_new (block, PAWL_GRUB_ENV_SIZE, NULL);
  g_autofree char *value = pawl_grub_env_dup (env, "a");
  g_autofree char *changed = NULL;

  g_assert_cmpstr (value, ==, "2");
  pawl_grub_env_set (env, "a", "3");
  changed = pawl_grub_env_to_block (env, NULL);
  g_assert_nonnull (strstr (changed, "Block\na=3\n# a=5\n####"));
}

static void
refuse (const char *block, gsize size, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pawl_grub_env_new (block, size, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BOOT);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_refuses (void)
{
  const char *const lines[] = {"a\n", "=1\n", "a=1\nb", "a=1\nb=2", "a=1\\\n", "\n"};
  g_autofree char *good = make_block ("a=1\n");
  g_autofree char *zeros = g_malloc0 (PAWL_GRUB_ENV_SIZE);

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *block = make_block (lines[i]);

      refuse (block, PAWL_GRUB_ENV_SIZE, "is no NAME=VALUE");
    }
  refuse (good, PAWL_GRUB_ENV_SIZE - 1, "it has 1023 bytes");
  refuse (good, 0, "it has 0 bytes");
  refuse (zeros, PAWL_GRUB_ENV_SIZE, "the signature is missing");
  memcpy (zeros, good, 40);
  refuse (zeros, PAWL_GRUB_ENV_SIZE, "is no NAME=VALUE");
}

static void
test_full_block (void)
{
  g_autofree char *value = g_strnfill (PAWL_GRUB_ENV_SIZE - 25 - 3, 'x');
  g_autofree char *empty = make_block ("");
  g_autoptr (PawlGrubEnv) env = pawl_grub_env_new (empty, PAWL_GRUB_ENV_SIZE, NULL);
  g_autofree char *full = NULL;
  g_autoptr (PawlGrubEnv) again = NULL;
  g_autoptr (GError) error = NULL;

  pawl_grub_env_set (env, "a", value);
  full = pawl_grub_env_to_block (env, &error);
  g_assert_no_error (error);
  again = pawl_grub_env_new (full, PAWL_GRUB_ENV_SIZE, &error);
  g_assert_no_error (error);
  pawl_grub_env_set (env, "b", "");
  g_assert_null (pawl_grub_env_to_block (env, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BOOT);
  g_assert_nonnull (strstr (error->message, "1027 bytes"));
}

/* Any bytes at all: read, or refused with a reason; what is read can be written and read again. */
static void
test_any_bytes (void)
{
  g_autofree char *good = make_block ("a=1\nlong=\\\\x\\\ny\n# comment\nb=\n");
  GRand *random = g_rand_new_with_seed (7);

  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *block = g_memdup2 (good, PAWL_GRUB_ENV_SIZE);
      g_autoptr (PawlGrubEnv) env = NULL;
      g_autoptr (GError) error = NULL;
      static const char alphabet[] = "#\\\n=a\0 ";

      for (gint changes = g_rand_int_range (random, 1, 8); changes > 0; changes--)
        block[g_rand_int_range (random, 25, 80)] =
          alphabet[g_rand_int_range (random, 0, (int) sizeof alphabet)];
      env = pawl_grub_env_new (block, PAWL_GRUB_ENV_SIZE, &error);
      g_assert_true ((env == NULL) == (error != NULL));
      if (env != NULL)
        {
          g_autofree char *again = pawl_grub_env_to_block (env, &error);

          g_assert_no_error (error);
          g_assert_cmpmem (again, PAWL_GRUB_ENV_SIZE, block, PAWL_GRUB_ENV_SIZE);
        }
    }
  g_rand_free (random);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/grub/env/reads-what-grub-writes", test_reads_what_grub_writes);
  g_test_add_func ("/grub/env/grub-reads-what-it-writes", test_grub_reads_what_it_writes);
  g_test_add_func ("/grub/env/the-last-one-counts", test_the_last_one_counts);
  g_test_add_func ("/grub/env/refuses", test_refuses);
  g_test_add_func ("/grub/env/full-block", test_full_block);
  g_test_add_func ("/grub/env/any-bytes", test_any_bytes);
  return g_test_run ();
}
