/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-http-sources.h"

static void
fail (PawlHttpSources *sources, PawlError code, gboolean transient, guint64 retry_after_s)
{
  g_autoptr (GError) error = g_error_new_literal (PAWL_ERROR, (int) code, "it");

  pawl_http_sources_note_failure (sources, error, transient, retry_after_s);
}

static void
assert_error (PawlHttpSources *sources, PawlError code)
{
  g_autoptr (GError) error = pawl_http_sources_dup_error (sources);

  g_assert_error (error, PAWL_ERROR, (int) code);
}

static PawlHttpSources *
make (guint n, guint retries)
{
  static const char *const all[] = {"a", "b", "c"};
  const char *uris[4] = {NULL};
  g_autoptr (GError) error = NULL;
  PawlHttpSources *sources;

  for (guint i = 0; i < n; i++)
    uris[i] = all[i];
  sources = pawl_http_sources_new (uris, retries, 1000, &error);
  g_assert_no_error (error);
  return sources;
}

static void
test_order (void)
{
  g_autoptr (PawlHttpSources) sources = make (3, 1);
  guint64 wait_ms;

  g_assert_cmpstr (pawl_http_sources_get_uri (sources), ==, "a");
  fail (sources, PAWL_ERROR_NETWORK, TRUE, 0);
  g_assert_true (pawl_http_sources_advance (sources, &wait_ms));
  g_assert_cmpuint (wait_ms, ==, 0);
  g_assert_cmpstr (pawl_http_sources_get_uri (sources), ==, "b");
  fail (sources, PAWL_ERROR_NOT_FOUND, FALSE, 0);
  g_assert_true (pawl_http_sources_advance (sources, &wait_ms));
  g_assert_cmpstr (pawl_http_sources_get_uri (sources), ==, "c");
  fail (sources, PAWL_ERROR_NETWORK, TRUE, 7);
  g_assert_true (pawl_http_sources_advance (sources, &wait_ms));
  g_assert_cmpuint (wait_ms, ==, 7000);
  g_assert_cmpstr (pawl_http_sources_get_uri (sources), ==, "a");
  fail (sources, PAWL_ERROR_NETWORK, TRUE, 0);
  g_assert_true (pawl_http_sources_advance (sources, &wait_ms));
  g_assert_cmpstr (pawl_http_sources_get_uri (sources), ==, "c");
  fail (sources, PAWL_ERROR_NETWORK, TRUE, 0);
  g_assert_false (pawl_http_sources_advance (sources, &wait_ms));
  assert_error (sources, PAWL_ERROR_NETWORK);
}

/* The word of a source that could not be asked is never "not there", whoever spoke last. */
static void
test_silence_is_no_answer (void)
{
  static const struct
  {
    PawlError first;
    PawlError second;
    PawlError wanted;
  } cases[] = {
    {PAWL_ERROR_NOT_FOUND,     PAWL_ERROR_NOT_FOUND,     PAWL_ERROR_NOT_FOUND    },
    {PAWL_ERROR_NOT_FOUND,     PAWL_ERROR_ACCESS_DENIED, PAWL_ERROR_ACCESS_DENIED},
    {PAWL_ERROR_NETWORK,       PAWL_ERROR_NOT_FOUND,     PAWL_ERROR_NETWORK      },
    {PAWL_ERROR_NOT_FOUND,     PAWL_ERROR_NETWORK,       PAWL_ERROR_NETWORK      },
    {PAWL_ERROR_TOO_LARGE,     PAWL_ERROR_NOT_FOUND,     PAWL_ERROR_TOO_LARGE    },
    {PAWL_ERROR_ACCESS_DENIED, PAWL_ERROR_NOT_FOUND,     PAWL_ERROR_ACCESS_DENIED},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PawlHttpSources) sources = make (2, 0);
      guint64 wait_ms;

      fail (sources, cases[i].first, FALSE, 0);
      g_assert_true (pawl_http_sources_advance (sources, &wait_ms));
      fail (sources, cases[i].second, FALSE, 0);
      g_assert_false (pawl_http_sources_advance (sources, &wait_ms));
      assert_error (sources, cases[i].wanted);
    }
}

static void
test_backs_off (void)
{
  g_autoptr (PawlHttpSources) sources = make (1, 30);
  guint64 wait_ms;

  for (guint round = 0; round < 30; round++)
    {
      guint64 middle = MIN ((guint64) 1000 << MIN (round, 20), 300000);

      fail (sources, PAWL_ERROR_NETWORK, TRUE, 0);
      g_assert_true (pawl_http_sources_advance (sources, &wait_ms));
      g_assert_cmpuint (wait_ms, >=, middle * 8 / 10);
      g_assert_cmpuint (wait_ms, <=, middle * 12 / 10);
    }
  fail (sources, PAWL_ERROR_NETWORK, TRUE, 0);
  g_assert_false (pawl_http_sources_advance (sources, &wait_ms));
}

static void
test_wants_a_source (void)
{
  const char *const none[] = {NULL};
  g_autoptr (GError) error = NULL;

  g_assert_null (pawl_http_sources_new (none, 1, 1, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/sources/order", test_order);
  g_test_add_func ("/http/sources/silence-is-no-answer", test_silence_is_no_answer);
  g_test_add_func ("/http/sources/backs-off", test_backs_off);
  g_test_add_func ("/http/sources/wants-a-source", test_wants_a_source);
  return g_test_run ();
}
