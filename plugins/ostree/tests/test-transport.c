/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "test-device.h"

#include <string.h>

typedef struct
{
  TestDevice device;
  char *v1;
  char *v2;
  PawlTarget *target;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_device_set_up (&fixture->device, NULL);
  fixture->v1 = test_device_list (&fixture->device);
  fixture->v2 = test_device_publish (&fixture->device, 2);
  fixture->target = test_target_new (fixture->v2, "test-2", NULL);
  test_device_start (&fixture->device);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->target);
  g_free (fixture->v1);
  g_free (fixture->v2);
  test_device_tear_down (&fixture->device, NULL);
}

static void
set_int (Fixture *fixture, const char *key, gint64 value)
{
  test_context_set (fixture->device.context, key, g_variant_new_int64 (value));
  test_device_start (&fixture->device);
}

static void
set_string (Fixture *fixture, const char *key, const char *value)
{
  test_context_set (fixture->device.context, key, g_variant_new_string (value));
  test_device_start (&fixture->device);
}

/* The device has all of version 2, and it is sound. */
static void
assert_whole (Fixture *fixture)
{
  test_run ("ostree --repo='%s/ostree/repo' fsck >/dev/null && ostree --repo='%s/ostree/repo' ls "
            "-R %s >/dev/null",
            fixture->device.sysroot, fixture->device.sysroot, fixture->v2);
}

static void
assert_not_there (Fixture *fixture)
{
  g_autofree char *whole = test_output ("ostree --repo='%s/ostree/repo' ls -R %s >/dev/null 2>&1"
                                        " && echo whole || echo no",
                                        fixture->device.sysroot, fixture->v2);

  g_assert_cmpstr (whole, ==, "no");
}

static void
test_pulls_the_commit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) first = test_fetch (&fixture->device, fixture->target, NULL, &error);
  g_autoptr (GVariant) second = NULL;
  guint64 bytes = 0;
  const char *uri = NULL;
  guint requests = test_server_get_requests (fixture->device.server);

  g_assert_no_error (error);
  assert_whole (fixture);
  g_assert_true (g_variant_lookup (first, "bytes-transferred", "t", &bytes));
  g_assert_cmpuint (bytes, >, 0);
  g_assert_cmpuint (bytes, <=, test_server_get_bytes (fixture->device.server));
  g_assert_true (g_variant_lookup (first, "uri", "&s", &uri));
  g_assert_cmpstr (uri, ==, test_server_get_uri (fixture->device.server));
  /* What is here already costs no request. */
  second = test_fetch (&fixture->device, fixture->target, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (test_server_get_requests (fixture->device.server), ==, requests);
}

static void
test_pulls_that_commit_only (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autofree char *v3 = test_device_publish (device, 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = test_fetch (device, fixture->target, NULL, &error);
  g_autofree char *ref = NULL;

  g_assert_no_error (error);
  ref = test_output ("ostree --repo='%s/ostree/repo' rev-parse pawl:pawl/update", device->sysroot);
  g_assert_cmpstr (ref, ==, fixture->v2);
  test_run ("! ostree --repo='%s/ostree/repo' show %s 2>/dev/null", device->sysroot, v3);
}

static void
test_unknown_commit (Fixture *fixture, gconstpointer data)
{
  g_autofree char *digits = g_strnfill (64, '7');
  g_autoptr (PawlTarget) target = test_target_new (digits, "absent", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (test_fetch (&fixture->device, target, NULL, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND);
}

/* A commit object of the right name with another's content. */
static void
test_wrong_commit (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autofree char *digits = g_strnfill (64, '7');
  g_autoptr (PawlTarget) target = test_target_new (digits, "forged", NULL);
  g_autoptr (GError) error = NULL;

  set_int (fixture, "retries", 1);
  test_run ("cd '%s/objects' && mkdir -p 77 && cp %.2s/%s.commit 77/%s.commit", device->repo,
            fixture->v2, fixture->v2 + 2, digits + 2);
  g_assert_null (test_fetch (device, target, NULL, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
}

static const struct
{
  TestFault fault;
  PawlError code; /* when it never ends */
} faults[] = {
  {TEST_FAULT_NOT_FOUND, PAWL_ERROR_NOT_FOUND    },
  {TEST_FAULT_FORBIDDEN, PAWL_ERROR_ACCESS_DENIED},
  {TEST_FAULT_BROKEN,    PAWL_ERROR_NETWORK      },
  {TEST_FAULT_DROP,      PAWL_ERROR_NETWORK      },
  {TEST_FAULT_TRUNCATE,  PAWL_ERROR_NETWORK      },
  {TEST_FAULT_CORRUPT,   PAWL_ERROR_NOT_TRUSTED  },
  {TEST_FAULT_STALL,     PAWL_ERROR_NETWORK      },
};
static const char *const kinds[] = {".commit", ".dirtree", ".dirmeta", ".filez"};

static gboolean
is_for_good (TestFault fault)
{
  return fault == TEST_FAULT_NOT_FOUND || fault == TEST_FAULT_FORBIDDEN;
}

static void
forget (Fixture *fixture)
{
  test_run ("cd '%s/ostree/repo' && ostree --repo=. refs --delete pawl:pawl >/dev/null"
            " && ostree --repo=. prune --refs-only >/dev/null && rm -rf tmp/staging-*",
            fixture->device.sysroot);
}

static void
test_survives_each_fault (Fixture *fixture, gconstpointer data)
{
  guint tried = 0;

  g_test_summary ("A fault that goes away costs a retry, at every kind of object");
  set_int (fixture, "stall-timeout-s", 1);
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (kinds); j++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (GVariant) result = NULL;

        if (is_for_good (faults[i].fault) || (faults[i].fault == TEST_FAULT_STALL && j % 2 == 1))
          continue;
        forget (fixture);
        test_server_order (fixture->device.server, kinds[j], faults[i].fault, 2);
        result = test_fetch (&fixture->device, fixture->target, NULL, &error);
        g_assert_no_error (error);
        assert_whole (fixture);
        tried++;
      }
  g_test_message ("%u faults tried", tried);
}

static void
test_fails_clearly_at_lasting_faults (Fixture *fixture, gconstpointer data)
{
  guint tried = 0;

  set_int (fixture, "stall-timeout-s", 1);
  set_int (fixture, "retries", 1);
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (kinds); j++)
      {
        g_autoptr (GError) error = NULL;

        if (faults[i].fault == TEST_FAULT_STALL && j > 0)
          continue;
        forget (fixture);
        test_server_order (fixture->device.server, kinds[j], faults[i].fault, G_MAXUINT);
        g_assert_null (test_fetch (&fixture->device, fixture->target, NULL, &error));
        g_assert_error (error, PAWL_ERROR, (int) faults[i].code);
        assert_not_there (fixture);
        tried++;
      }
  g_test_message ("%u faults tried", tried);
}

static void
test_next_mirror (Fixture *fixture, gconstpointer data)
{
  const char *uris[] = {"http://127.0.0.1:1/gone", NULL, NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = NULL;
  const char *uri = NULL;

  uris[1] = test_server_get_uri (fixture->device.server);
  set_string (fixture, "uri", "");
  set_int (fixture, "retries", 0);
  result = test_fetch_from (&fixture->device, fixture->target, uris, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_whole (fixture);
  g_assert_true (g_variant_lookup (result, "uri", "&s", &uri));
  g_assert_cmpstr (uri, ==, uris[1]);
}

static void
test_nowhere (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  set_string (fixture, "uri", "");
  g_assert_null (test_fetch (&fixture->device, fixture->target, NULL, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
}

static guint
fetch_and_count (Fixture *fixture)
{
  guint before = test_server_get_requests (fixture->device.server);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = test_fetch (&fixture->device, fixture->target, NULL, &error);

  g_assert_no_error (error);
  assert_whole (fixture);
  return test_server_get_requests (fixture->device.server) - before;
}

static void
test_goes_on_where_it_ended (Fixture *fixture, gconstpointer data)
{
  TestServer *server = fixture->device.server;
  g_autoptr (GError) error = NULL;
  guint rest;

  set_int (fixture, "retries", 0);
  test_server_order (server, ".filez", TEST_FAULT_DROP, G_MAXUINT);
  g_assert_null (test_fetch (&fixture->device, fixture->target, NULL, &error));
  test_server_order (server, ".filez", TEST_FAULT_NONE, 0);
  /* The folders lead to the files: some came the first time, and must not come again. */
  rest = fetch_and_count (fixture);
  forget (fixture);
  g_assert_cmpuint (rest, <, fetch_and_count (fixture));
}

/* libostree asks for objects while a delta's parts are on the way, so the number of requests does
 * not tell whether there was a delta. */
static void
assert_fetches_delta (Fixture *fixture)
{
  guint before = test_server_count (fixture->device.server, "/deltas/");

  fetch_and_count (fixture);
  g_assert_cmpuint (test_server_count (fixture->device.server, "/deltas/"), >=, before + 2);
}

static void
test_uses_deltas (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;

  test_device_publish_delta (device, fixture->v1, fixture->v2);
  /* Without a summary: from what runs. */
  assert_fetches_delta (fixture);
  forget (fixture);
  test_run ("ostree --repo='%s' summary -u", device->repo);
  assert_fetches_delta (fixture);
}

static void
test_uses_caches (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autofree char *cache = g_build_filename (device->folder, "cache", NULL);
  const char *caches[] = {"/nonexistent", cache, NULL};

  test_run ("ostree --repo='%s' init --mode=archive && ostree --repo='%s' pull-local '%s' %s "
            ">/dev/null",
            cache, cache, device->repo, fixture->v2);
  test_context_set (device->context, "localcache-repos", g_variant_new_strv (caches, -1));
  test_device_start (device);
  g_assert_cmpuint (fetch_and_count (fixture), <=, 10);
}

static void
test_folder_is_not_trusted (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autofree char *uri = g_strconcat ("file://", device->repo, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = NULL;

  set_string (fixture, "uri", "");
  set_int (fixture, "retries", 0);
  test_run ("cd '%s' && o=$(ostree --repo=. ls -C %s /usr/bin/program | awk '{print $5}') &&"
            " f=objects/$(echo $o | cut -c1-2)/$(echo $o | cut -c3-).filez && cp $f saved &&"
            " printf x | dd of=$f bs=1 seek=40 conv=notrunc 2>/dev/null",
            device->repo, fixture->v2);
  g_assert_null (test_fetch (device, fixture->target, uri, &error));
  assert_not_there (fixture);
  g_clear_error (&error);
  test_run ("cd '%s' && o=$(ostree --repo=. ls -C %s /usr/bin/program | awk '{print $5}') &&"
            " cp saved objects/$(echo $o | cut -c1-2)/$(echo $o | cut -c3-).filez",
            device->repo, fixture->v2);
  result = test_fetch (device, fixture->target, uri, &error);
  g_assert_no_error (error);
  assert_whole (fixture);
}

typedef struct
{
  guint64 done;
  guint64 total;
  guint calls;
  gboolean went_back;
  GCancellable *cancellable;
  gint64 cancelled_us;
} Seen;

static void
on_progress (PawlMonitor *monitor, guint64 done, guint64 total, gpointer data)
{
  Seen *seen = data;

  seen->went_back |= done < seen->done;
  seen->done = done;
  seen->total = MAX (seen->total, total);
  seen->calls++;
}

static void
test_tells_progress (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  const char *uris[] = {NULL};
  g_autoptr (PawlMonitor) monitor = pawl_monitor_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = NULL;
  guint64 bytes = 0;
  Seen seen = {0};

  set_int (fixture, "stall-timeout-s", 1);
  /* Makes it last long enough to be seen. */
  test_server_order (device->server, ".filez", TEST_FAULT_STALL, 1);
  g_signal_connect (monitor, "progress", G_CALLBACK (on_progress), &seen);
  result = test_fetch_from (device, fixture->target, uris, NULL, monitor, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (seen.calls, >, 1);
  g_assert_false (seen.went_back);
  g_assert_true (g_variant_lookup (result, "bytes-transferred", "t", &bytes));
  g_assert_cmpuint (seen.done, <=, bytes);
  g_assert_cmpuint (seen.total, >, 0);
}

static gboolean
cancel (gpointer data)
{
  Seen *seen = data;

  seen->cancelled_us = g_get_monotonic_time ();
  g_cancellable_cancel (seen->cancellable);
  return G_SOURCE_REMOVE;
}

static void
test_cancels_at_once (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  const char *uris[] = {NULL};
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Seen seen = {.cancellable = cancellable};
  gint64 took_us;

  test_server_order (device->server, ".filez", TEST_FAULT_STALL, G_MAXUINT);
  g_timeout_add (500, cancel, &seen);
  g_assert_null (test_fetch_from (device, fixture->target, uris, NULL, NULL, cancellable, &error));
  took_us = g_get_monotonic_time () - seen.cancelled_us;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_test_message ("%" G_GINT64_FORMAT " ms after the cancel", took_us / 1000);
  g_assert_cmpint (took_us, <, 100 * 1000);
}

static void
test_estimates (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) objects = test_estimate (device, fixture->target, &error);
  g_autoptr (GVariant) delta = NULL;
  g_autoptr (GVariant) nothing = NULL;
  guint64 download = 0, less = 0, disk = 0, none = 1;

  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (objects, "download-bytes", "t", &download));
  g_assert_true (g_variant_lookup (objects, "disk-bytes", "t", &disk));
  g_assert_cmpuint (download, >, 0);
  g_assert_cmpuint (disk, >, 0);
  assert_not_there (fixture);
  test_device_publish_delta (device, fixture->v1, fixture->v2);
  /* Before a pull only the summary tells what deltas there are. */
  test_run ("ostree --repo='%s' summary -u", device->repo);
  delta = test_estimate (device, fixture->target, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (delta, "download-bytes", "t", &less));
  g_assert_cmpuint (less, <, download);
  /* Having asked does not keep the delta from being used. */
  assert_fetches_delta (fixture);
  nothing = test_estimate (device, fixture->target, &error);
  g_assert_true (g_variant_lookup (nothing, "download-bytes", "t", &none));
  g_assert_cmpuint (none, ==, 0);
}

static void
test_estimate_of_the_unknown (Fixture *fixture, gconstpointer data)
{
  g_autofree char *digits = g_strnfill (64, '7');
  g_autoptr (PawlTarget) target = test_target_new (digits, "absent", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = test_estimate (&fixture->device, target, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_variant_n_children (result), ==, 0);
}

static void
test_reserve (Fixture *fixture, gconstpointer data)
{
  g_autofree char *there =
    g_strdup_printf (" KiB are free in %s/ostree/repo, wanted 1073741824 KiB; make room there",
                     fixture->device.sysroot);
  g_autoptr (GError) error = NULL;

  set_int (fixture, "reserve-mib", 1024 * 1024);
  g_assert_null (test_fetch (&fixture->device, fixture->target, NULL, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NO_SPACE);
  g_assert_nonnull (strstr (error->message, there));
}

static TestFolderTransport *
forward (Fixture *fixture)
{
  TestFolderTransport *folder = test_folder_transport_new ();
  g_autofree char *uri = g_strconcat ("test:", fixture->device.repo, NULL);

  test_context_set_transport (fixture->device.context, PAWL_TRANSPORT (folder));
  set_string (fixture, "uri", uri);
  return folder;
}

static void
test_forwards (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestFolderTransport) folder = forward (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = test_fetch (&fixture->device, fixture->target, NULL, &error);
  g_autofree char *config = NULL;

  g_assert_no_error (error);
  assert_whole (fixture);
  g_assert_cmpuint (test_folder_transport_get_count (folder), >=, 43);
}

static void
test_token_key_never_reaches_libostree (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestFolderTransport) folder = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = NULL;
  g_autofree char *config = NULL;

  test_context_set (fixture->device.context, "tls-client-cert-path",
                    g_variant_new_string ("pkcs11:token=device;object=client"));
  test_context_set (fixture->device.context, "tls-client-key-path",
                    g_variant_new_string ("pkcs11:token=device;object=client"));
  folder = forward (fixture);
  result = test_fetch (&fixture->device, fixture->target, NULL, &error);
  g_assert_no_error (error);
  config = test_output ("cat '%s/ostree/repo/config'", fixture->device.sysroot);
  g_assert_null (strstr (config, "pkcs11"));
  g_assert_cmpuint (test_folder_transport_get_count (folder), >, 0);
}

static void
test_forwarded_failure (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestFolderTransport) folder = forward (fixture);
  g_autoptr (GError) error = NULL;

  set_int (fixture, "retries", 0);
  test_folder_transport_refuse (folder, PAWL_ERROR_NETWORK);
  g_assert_null (test_fetch (&fixture->device, fixture->target, NULL, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK);
  g_assert_nonnull (strstr (error->message, "refused by the test"));
}

static void
test_limits_the_rate (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestFolderTransport) folder = forward (fixture);
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  const char *uris[] = {NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = NULL;
  gint64 began_us = g_get_monotonic_time ();
  guint64 bytes = 0;

  g_variant_dict_insert (&options, "max-rate", "t", (guint64) 20000);
  result = test_fetch_from (&fixture->device, fixture->target, uris, g_variant_dict_end (&options),
                            NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (result, "bytes-transferred", "t", &bytes));
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, bytes * G_USEC_PER_SEC / 20000 / 2);
}

static void
test_remote_follows_the_settings (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = NULL;
  g_autofree char *config = NULL;

  set_string (fixture, "tls-ca-path", "/etc/pawl/old.pem");
  result = test_fetch (device, fixture->target, NULL, &error);
  g_assert_no_error (error);
  forget (fixture);
  g_clear_pointer (&result, g_variant_unref);
  set_string (fixture, "tls-ca-path", "/etc/pawl/new.pem");
  result = test_fetch (device, fixture->target, NULL, &error);
  g_assert_no_error (error);
  config = test_output ("cat '%s/ostree/repo/config'", device->sysroot);
  g_assert_null (strstr (config, "old.pem"));
  g_assert_nonnull (strstr (config, "tls-ca-path=/etc/pawl/new.pem"));
  g_assert_nonnull (strstr (config, "gpg-verify=false"));
}

static const struct
{
  const char *name;
  void (*test) (Fixture *fixture, gconstpointer data);
} tests[] = {
  {"pulls-the-commit",                  test_pulls_the_commit                 },
  {"pulls-that-commit-only",            test_pulls_that_commit_only           },
  {"unknown-commit",                    test_unknown_commit                   },
  {"wrong-commit",                      test_wrong_commit                     },
  {"survives-each-fault",               test_survives_each_fault              },
  {"fails-clearly-at-lasting-faults",   test_fails_clearly_at_lasting_faults  },
  {"goes-on-where-it-ended",            test_goes_on_where_it_ended           },
  {"next-mirror",                       test_next_mirror                      },
  {"nowhere",                           test_nowhere                          },
  {"uses-deltas",                       test_uses_deltas                      },
  {"uses-caches",                       test_uses_caches                      },
  {"folder-is-not-trusted",             test_folder_is_not_trusted            },
  {"tells-progress",                    test_tells_progress                   },
  {"cancels-at-once",                   test_cancels_at_once                  },
  {"estimates",                         test_estimates                        },
  {"estimate-of-the-unknown",           test_estimate_of_the_unknown          },
  {"reserve",                           test_reserve                          },
  {"forwards",                          test_forwards                         },
  {"token-key-never-reaches-libostree", test_token_key_never_reaches_libostree},
  {"forwarded-failure",                 test_forwarded_failure                },
  {"limits-the-rate",                   test_limits_the_rate                  },
  {"remote-follows-the-settings",       test_remote_follows_the_settings      },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/ostree/transport/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
