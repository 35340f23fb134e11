/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-testing-private.h"

#include <glib/gstdio.h>

/* More than any sensible buffer, so that a transfer takes several steps. */
#define LENGTH 300000

static const PawlTestingTransport *
spec_of (PawlTestingCase *self)
{
  return (const PawlTestingTransport *) self->implementation;
}

static GBytes *
make_content (gsize length)
{
  char *data = g_malloc (length + 1);

  for (gsize i = 0; i < length; i++)
    data[i] = (char) (i * 7 + i / 251);
  return g_bytes_new_take (data, length);
}

static char *
publish (PawlTestingCase *self, gsize length)
{
  g_autoptr (GBytes) content = make_content (length);

  return spec_of (self)->publish (self->world, "content.bin", content);
}

static PawlTarget *
make_target (gsize length)
{
  return pawl_target_new_from_variant (
    g_variant_new_parsed ("{'name': <'content.bin'>, 'length': <%t>}", (guint64) length), NULL);
}

static PawlPayload *
make_destination (PawlTestingCase *self)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  PawlPayload *destination;
  int fd;

  if (spec_of (self)->dup_destination != NULL)
    return spec_of (self)->dup_destination (self->world);
  fd = g_file_open_tmp ("pawl-testing-XXXXXX", &path, &error);
  g_assert_no_error (error);
  g_unlink (path);
  destination = pawl_payload_new_for_fd (fd, TRUE, &error);
  g_assert_no_error (error);
  g_close (fd, NULL);
  return destination;
}

static GBytes *
fetch (PawlTestingCase *self, const char *first, const char *second, guint64 max, GError **error)
{
  const char *const uris[] = {first, second, NULL};
  g_autoptr (GVariant) info = NULL;
  GBytes *data;

  pawl_transport_fetch_async (self->instance, uris, max, NULL, PAWL_TESTING_TIMEOUT_MS, NULL,
                              pawl_testing_keep, self);
  pawl_testing_wait (self);
  data = pawl_transport_fetch_finish (self->instance, self->result, &info, error);
  g_clear_object (&self->result);
  if (data != NULL)
    pawl_testing_check_members (info, "etag", "s", "not-modified", "b", "uri", "s", NULL);
  return data;
}

static void
start_fetch (PawlTestingCase *self, guint timeout_ms, PawlMonitor *monitor, GCancellable *cancel)
{
  g_autofree char *uri = publish (self, LENGTH);
  const char *const uris[] = {uri, NULL};

  pawl_transport_fetch_async (self->instance, uris, LENGTH,
                              g_variant_new_parsed ("{'x-unknown': <'ignored'>}"), timeout_ms,
                              cancel, pawl_testing_keep, self);
}

static gboolean
finish_fetch (PawlTestingCase *self, GError **error)
{
  g_autoptr (GBytes) data = pawl_transport_fetch_finish (self->instance, self->result, NULL, error);

  if (data != NULL)
    g_assert_cmpuint (g_bytes_get_size (data), ==, LENGTH);
  return data != NULL;
}

static void
fetch_payload_into (PawlTestingCase *self,
                    gsize length,
                    PawlPayload *destination,
                    guint timeout_ms,
                    PawlMonitor *monitor,
                    GCancellable *cancel)
{
  g_autofree char *uri = publish (self, LENGTH);
  const char *const uris[] = {uri, NULL};
  g_autoptr (PawlTarget) target = make_target (length);

  pawl_transport_fetch_payload_async (self->instance, target, uris, destination, NULL, timeout_ms,
                                      monitor, cancel, pawl_testing_keep, self);
}

static void
start_fetch_payload (PawlTestingCase *self,
                     guint timeout_ms,
                     PawlMonitor *monitor,
                     GCancellable *cancel)
{
  g_autoptr (PawlPayload) destination = make_destination (self);

  fetch_payload_into (self, LENGTH, destination, timeout_ms, monitor, cancel);
}

static gboolean
finish_fetch_payload (PawlTestingCase *self, GError **error)
{
  g_autoptr (GVariant) answer =
    pawl_transport_fetch_payload_finish (self->instance, self->result, error);

  if (answer != NULL)
    pawl_testing_check_members (answer, "bytes-transferred", "t", "requests", "u", "uri", "s",
                                NULL);
  return answer != NULL;
}

static void
start_estimate (PawlTestingCase *self, guint timeout_ms, PawlMonitor *monitor, GCancellable *cancel)
{
  g_autofree char *uri = publish (self, LENGTH);
  const char *const uris[] = {uri, NULL};
  g_autoptr (PawlTarget) target = make_target (LENGTH);

  pawl_transport_estimate_async (self->instance, target, uris, NULL, timeout_ms, cancel,
                                 pawl_testing_keep, self);
}

static gboolean
finish_estimate (PawlTestingCase *self, GError **error)
{
  g_autoptr (GVariant) answer =
    pawl_transport_estimate_finish (self->instance, self->result, error);

  if (answer != NULL)
    pawl_testing_check_members (answer, "download-bytes", "t", "disk-bytes", "t", NULL);
  return answer != NULL;
}

static const PawlTestingMethod methods[] = {
  {"fetch",               start_fetch, finish_fetch},
  {"fetch-payload",         start_fetch_payload, finish_fetch_payload},
  {"estimate",       start_estimate, finish_estimate},
  {NULL},
};

static void
test_lists_schemes (PawlTestingCase *self)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) schemes = pawl_transport_list_schemes (self->instance, &error);
  g_auto (GStrv) formats = pawl_transport_list_formats (self->instance, NULL);

  g_assert_no_error (error);
  g_assert_nonnull (schemes[0]);
  g_assert_nonnull (formats);
  for (guint i = 0; schemes[i] != NULL; i++)
    {
      g_autofree char *lower = g_ascii_strdown (schemes[i], -1);

      g_assert_cmpstr (schemes[i], ==, lower);
    }
}

static void
test_fetches_exactly (PawlTestingCase *self)
{
  static const gsize lengths[] = {0, 1, LENGTH};

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *uri = publish (self, lengths[i]);
      g_autoptr (GBytes) wanted = make_content (lengths[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) data = fetch (self, uri, NULL, lengths[i], &error);

      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (data, wanted));
    }
}

static void
test_refuses_one_byte_too_many (PawlTestingCase *self)
{
  g_autofree char *uri = publish (self, LENGTH);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = fetch (self, uri, NULL, LENGTH - 1, &error);

  g_assert_null (data);
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_TOO_LARGE);
}

static void
test_says_what_is_missing (PawlTestingCase *self)
{
  g_autofree char *missing = spec_of (self)->dup_missing (self->world);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = fetch (self, missing, NULL, LENGTH, &error);

  g_assert_null (data);
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND);
}

static void
test_asks_the_next_source (PawlTestingCase *self)
{
  g_autofree char *missing = spec_of (self)->dup_missing (self->world);
  g_autofree char *uri = publish (self, LENGTH);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = fetch (self, missing, uri, LENGTH, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (data), ==, LENGTH);
}

static gboolean
fetch_payload (PawlTestingCase *self, gsize length, PawlPayload *destination, GError **error)
{
  g_autoptr (PawlMonitor) monitor = pawl_testing_monitor_new (self);
  gboolean ok;

  self->answered = FALSE;
  fetch_payload_into (self, length, destination, PAWL_TESTING_TIMEOUT_MS, monitor, NULL);
  pawl_testing_wait (self);
  ok = finish_fetch_payload (self, error);
  g_clear_object (&self->result);
  return ok;
}

static void
expect_content (PawlPayload *payload)
{
  g_autoptr (GBytes) wanted = make_content (LENGTH);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = pawl_payload_read (payload, 0, LENGTH + 1, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (data, wanted));
}

static void
test_fetches_payloads_exactly (PawlTestingCase *self)
{
  g_autoptr (PawlPayload) destination = make_destination (self);
  g_autoptr (GError) error = NULL;

  fetch_payload (self, LENGTH, destination, &error);
  g_assert_no_error (error);
  expect_content (destination);
  /* What is complete stays as it is. */
  fetch_payload (self, LENGTH, destination, &error);
  g_assert_no_error (error);
  expect_content (destination);
}

static void
test_goes_on_where_it_was_cut (PawlTestingCase *self)
{
  g_autoptr (PawlPayload) destination = make_destination (self);
  g_autoptr (GError) error = NULL;

  fetch_payload (self, LENGTH, destination, &error);
  g_assert_no_error (error);
  g_assert_true (pawl_payload_truncate (destination, LENGTH / 3, &error));
  pawl_testing_restart (self);
  fetch_payload (self, LENGTH, destination, &error);
  g_assert_no_error (error);
  expect_content (destination);
}

static void
test_refuses_longer_payloads (PawlTestingCase *self)
{
  g_autoptr (PawlPayload) destination = make_destination (self);
  g_autoptr (GError) error = NULL;

  g_assert_false (fetch_payload (self, LENGTH - 1, destination, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (pawl_payload_get_length (destination), <=, LENGTH - 1);
}

void
pawl_testing_add_transport (const PawlTestingTransport *implementation)
{
  const PawlTestingWorld *base = &implementation->base;

  pawl_testing_add_methods (base, methods);
  pawl_testing_add (base, "lists-schemes", test_lists_schemes);
  pawl_testing_add (base, "fetches-exactly", test_fetches_exactly);
  pawl_testing_add (base, "refuses-one-byte-too-many", test_refuses_one_byte_too_many);
  pawl_testing_add (base, "says-what-is-missing", test_says_what_is_missing);
  pawl_testing_add (base, "asks-the-next-source", test_asks_the_next_source);
  pawl_testing_add (base, "fetches-payloads-exactly", test_fetches_payloads_exactly);
  pawl_testing_add (base, "goes-on-where-it-was-cut", test_goes_on_where_it_was_cut);
  pawl_testing_add (base, "refuses-longer-payloads", test_refuses_longer_payloads);
}
