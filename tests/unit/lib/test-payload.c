/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl.h>

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char *
temporary_folder (void)
{
  /* Beside the build, not in /tmp: a memory file system may have no extended attributes. */
  return g_strdup_printf ("%s/payload-XXXXXX", g_get_tmp_dir ());
}

static void
assert_bytes (GBytes *bytes, const char *wanted)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  g_assert_cmpmem (data, size, wanted, strlen (wanted));
}

static void
test_memory (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("abcdef", 6);
  g_autoptr (PawlPayload) payload = pawl_payload_new_for_bytes (bytes, NULL);
  g_autoptr (GInputStream) one = pawl_payload_open (payload);
  g_autoptr (GInputStream) two = pawl_payload_open (payload);
  g_autoptr (GError) error = NULL;
  char buffer[4] = "";

  g_assert_cmpuint (pawl_payload_get_length (payload), ==, 6);
  g_assert_cmpint (g_input_stream_read (one, buffer, 3, NULL, NULL), ==, 3);
  g_assert_cmpstr (buffer, ==, "abc");
  /* Another reader begins at the beginning. */
  g_assert_cmpint (g_input_stream_read (two, buffer, 3, NULL, NULL), ==, 3);
  g_assert_cmpstr (buffer, ==, "abc");
  g_assert_false (pawl_payload_append (payload, bytes, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT);
}

static void
test_file (void)
{
  g_autofree char *folder = temporary_folder ();
  g_autofree char *path = NULL;
  g_autoptr (GBytes) abc = g_bytes_new_static ("abc", 3);
  g_autoptr (GBytes) def = g_bytes_new_static ("def", 3);
  g_autoptr (GBytes) part = NULL;
  g_autoptr (PawlPayload) payload = NULL;
  g_autoptr (PawlPayload) again = NULL;
  GStatBuf status;

  g_assert_nonnull (g_mkdtemp (folder));
  path = g_build_filename (folder, "part", NULL);
  payload = pawl_payload_new_for_path (path, TRUE, NULL);
  g_assert_true (pawl_payload_append (payload, abc, NULL));
  g_assert_true (pawl_payload_append (payload, def, NULL));
  g_assert_true (pawl_payload_sync (payload, NULL));
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  again = pawl_payload_new_for_path (path, FALSE, NULL);
  part = pawl_payload_read (again, 2, 100, NULL);
  assert_bytes (part, "cdef");
  g_assert_true (pawl_payload_truncate (payload, 2, NULL));
  g_assert_cmpuint (pawl_payload_get_length (again), ==, 2);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_validator (void)
{
  g_autofree char *folder = temporary_folder ();
  g_autofree char *path = NULL;
  g_autofree char *kept = NULL;
  g_autoptr (PawlPayload) payload = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (g_mkdtemp (folder));
  path = g_build_filename (folder, "part", NULL);
  payload = pawl_payload_new_for_path (path, TRUE, NULL);
  if (pawl_payload_set_validator (payload, "\"v1\"", &error))
    {
      g_autoptr (PawlPayload) again = pawl_payload_new_for_path (path, FALSE, NULL);

      kept = pawl_payload_dup_validator (again);
      g_assert_cmpstr (kept, ==, "\"v1\"");
      g_assert_true (pawl_payload_set_validator (payload, NULL, NULL));
      g_assert_null (pawl_payload_dup_validator (again));
    }
  else
    g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_refuses (void)
{
  g_autofree char *folder = temporary_folder ();
  g_autofree char *fifo = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (g_mkdtemp (folder));
  fifo = g_build_filename (folder, "fifo", NULL);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_null (pawl_payload_new_for_path (fifo, FALSE, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE);
  g_clear_error (&error);
  g_assert_null (pawl_payload_new_for_path ("/nonexistent/file", FALSE, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, "/nonexistent/file"));
  g_unlink (fifo);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/payload/memory", test_memory);
  g_test_add_func ("/payload/file", test_file);
  g_test_add_func ("/payload/validator", test_validator);
  g_test_add_func ("/payload/refuses", test_refuses);
  return g_test_run ();
}
