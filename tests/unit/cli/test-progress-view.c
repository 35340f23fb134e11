/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-progress-view.h"

static void
assert_line (const char *progress, gsize columns, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value =
    g_variant_parse (G_VARIANT_TYPE_VARDICT, progress, NULL, NULL, &error);
  g_autofree char *line = NULL;

  g_assert_no_error (error);
  line = pawl_progress_view_format (value, columns);
  g_assert_cmpstr (line, ==, wanted);
}

static void
test_bar (void)
{
  assert_line ("{'phase': <'download'>, 'percent': <0.0>}", 80,
               "[--------------------] download 0 %");
  assert_line ("{'phase': <'download'>, 'percent': <99.99>}", 80,
               "[###################-] download 99 %");
  assert_line ("{'phase': <'download'>, 'percent': <100.0>}", 80,
               "[####################] download 100 %");
  assert_line ("{'phase': <'download'>, 'percent': <1e300>}", 80,
               "[####################] download 100 %");
}

static void
test_unknown (void)
{
  assert_line ("{'phase': <'metadata'>, 'percent': <-1.0>}", 80, "metadata");
  assert_line ("{'phase': <'download'>, 'bytes-done': <uint64 2048>, 'rate': <uint64 1024>, "
               "'time-left-s': <int64 -1>}",
               80, "download, 2.0 KiB, 1.0 KiB/s");
  assert_line ("@a{sv} {}", 80, "");
}

static void
test_narrow (void)
{
  assert_line ("{'phase': <'install'>, 'target': <'日本日本'>, 'percent': <50.0>}", 18,
               "install 日本日本 ");
  assert_line ("{'phase': <'install'>, 'percent': <50.0>}", 0, "i");
}

#define DOWNLOAD                                                                                   \
  "{'phase': <'download'>, 'target': <'app-2'>, 'percent': <50.0>, 'bytes-done': <uint64 "         \
  "1048576>, 'bytes-total': <uint64 2097152>, 'rate': <uint64 1048576>, 'time-left-s': <int64 1>}"
#define NUMBERS "download app-2 50 %, 1.0 MiB of 2.0 MiB, 1.0 MiB/s, 1 s left"

static void
test_room (void)
{
  assert_line (DOWNLOAD, 100, "[##########----------] " NUMBERS);
  assert_line (DOWNLOAD, 80, "[########--------] " NUMBERS);
  assert_line (DOWNLOAD, 68, "[##--] " NUMBERS);
  assert_line (DOWNLOAD, 67, NUMBERS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/progress-view/full-only-at-the-end", test_bar);
  g_test_add_func ("/cli/progress-view/what-is-unknown-is-left-out", test_unknown);
  g_test_add_func ("/cli/progress-view/the-bar-leaves-room-for-the-numbers", test_room);
  g_test_add_func ("/cli/progress-view/never-wider-than-the-terminal", test_narrow);
  return g_test_run ();
}
