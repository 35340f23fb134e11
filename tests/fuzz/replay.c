/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Runs a fuzz target without a fuzzer, so that every test run does: over each file of the folders
 * that are given, over its beginnings, and over files made of it by a fixed generator. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#define MUTATIONS 400
#define CUTS      400

static guint tried;

static void
run (const guint8 *data, gsize size)
{
  /* A block of exactly that size, so that a byte too far is seen. */
  g_autofree guint8 *copy = g_malloc (MAX (size, 1));

  if (size > 0)
    memcpy (copy, data, size);
  LLVMFuzzerTestOneInput (copy, size);
  tried++;
}

static void
mutate (const guint8 *data, gsize size, GRand *rand)
{
  static const char *const words[] = {"{",       "}",   "[",   "\"", "\\u0000",
                                      "\\ud800", "-",   "1e9", ".",  "9223372036854775808",
                                      "\n[",     "]\n", "="};
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gsize at = size > 0 ? (gsize) g_rand_int_range (rand, 0, (gint32) size) : 0;

  g_byte_array_append (bytes, data, (guint) size);
  switch (g_rand_int_range (rand, 0, 4))
    {
    case 0:
      if (size > 0)
        bytes->data[at] = (guint8) g_rand_int_range (rand, 0, 256);
      break;
    case 1:
      if (size > 0)
        g_byte_array_remove_index (bytes, (guint) at);
      break;
    case 2:
      if (size > 0)
        g_byte_array_append (bytes, data + at, (guint) (size - at));
      break;
    default:
      {
        const char *word = words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))];

        g_byte_array_set_size (bytes, (guint) at);
        g_byte_array_append (bytes, (const guint8 *) word, (guint) strlen (word));
        g_byte_array_append (bytes, data + at, (guint) (size - at));
      }
    }
  run (bytes->data, bytes->len);
}

static void
replay (const char *path)
{
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240229);
  gsize size = 0;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  run ((const guint8 *) data, size);
  for (gsize i = 0; i < CUTS; i++)
    run ((const guint8 *) data, size * i / CUTS);
  for (guint i = 0; i < MUTATIONS; i++)
    mutate ((const guint8 *) data, size, rand);
}

static void
replay_folder (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        replay_folder (path);
      else
        replay (path);
    }
}

int
main (int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    replay_folder (argv[i]);
  g_print ("%u inputs\n", tried);
  return tried > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
