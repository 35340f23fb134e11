/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* One pull by libostree, from one place, watched.
 *
 * Everything here runs in the job's thread: libostree iterates the thread's own main context, and
 * in it its progress signal. A pull that turns out to need more room than there is is broken off as
 * soon as the commit's own metadata or a delta's header says so, instead of filling the disk
 * first. */
#include "pawl-ostree-attempt.h"

#include "pawl-ostree-compat.h"
#include "pawl-ostree-remote.h"
#include "pawl-ostree-size.h"
#include "pawl-ostree-watch.h"

#define PROGRESS_MS 200

typedef struct
{
  PawlOstreeAttempt *attempt; /* (unowned) */
  PawlOstreeWatch *watch;     /* (unowned) */
  guint64 bytes;
  guint64 requests;
  guint64 total; /* bytes, 0 while unknown */
  gboolean sized;
} Pull;

static void
check_room (Pull *self, guint64 disk)
{
  GError *error = NULL;
  guint64 wanted = disk + self->attempt->settings->reserve_bytes;

  if (!pawl_ostree_size_check_free (ostree_repo_get_dfd (self->attempt->repo), ".", wanted, "pull",
                                    &error))
    pawl_ostree_watch_break_off (self->watch, error);
}

/* Learns the whole size: from a delta's header, or from the commit once that is here. */
static void
learn_size (Pull *self, OstreeAsyncProgress *progress)
{
  guint64 part_size = 0, part_usize = 0, download = 0, disk = 0;
  guint metadata = 0;

  ostree_async_progress_get (progress, "total-delta-part-size", "t", &part_size,
                             "total-delta-part-usize", "t", &part_usize, "metadata-fetched", "u",
                             &metadata, NULL);
  if (part_size == 0 && metadata == 0)
    return;
  self->sized = TRUE;
  if (part_size > 0)
    {
      self->total = part_size;
      check_room (self, part_usize);
    }
  else if (pawl_ostree_size_of_missing (self->attempt->repo, self->attempt->commit, &download,
                                        &disk, pawl_ostree_watch_get_cancellable (self->watch)))
    {
      self->total = self->bytes + download;
      check_room (self, disk);
    }
}

/* Without any word about sizes, objects are assumed to be as large as those so far; libostree knows
 * how many it wants once it has seen all folders. */
static guint64
guess_total (Pull *self, OstreeAsyncProgress *progress)
{
  guint fetched = ostree_async_progress_get_uint (progress, "fetched");
  guint requested = ostree_async_progress_get_uint (progress, "requested");
  guint metadata = ostree_async_progress_get_uint (progress, "outstanding-metadata-fetches");

  if (self->total > 0)
    return MAX (self->total, self->bytes);
  if (metadata > 0 || fetched == 0)
    return 0;
  return MAX (self->bytes, (guint64) ((double) self->bytes / fetched * requested));
}

static void
on_changed (OstreeAsyncProgress *progress, gpointer data)
{
  Pull *self = data;
  guint64 bytes = ostree_async_progress_get_uint64 (progress, "bytes-transferred");
  guint requests = ostree_async_progress_get_uint (progress, "requested") +
                   ostree_async_progress_get_uint (progress, "fetched-delta-parts") +
                   ostree_async_progress_get_uint (progress, "total-delta-superblocks");
  guint writes = ostree_async_progress_get_uint (progress, "outstanding-writes");
  guint64 total;

  if (bytes != self->bytes || requests != self->requests || writes > 0)
    pawl_ostree_watch_touch (self->watch, writes > 0);
  self->bytes = bytes;
  self->requests = requests;
  if (!self->sized)
    learn_size (self, progress);
  total = guess_total (self, progress);
  pawl_operation_progress (self->attempt->op, self->attempt->bytes + bytes,
                           total > 0 ? self->attempt->bytes + total : 0);
}

static void
add_headers (GVariantDict *options, GVariant *headers)
{
  GVariantBuilder builder;
  GVariantIter iter;
  const char *name, *value;

  if (headers == NULL)
    return;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ss)"));
  g_variant_iter_init (&iter, headers);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    g_variant_builder_add (&builder, "(ss)", name, value);
  g_variant_dict_insert_value (options, "http-headers", g_variant_builder_end (&builder));
}

/* Caches that are not there, like a stick that is not plugged in, are left out. */
static void
add_caches (GVariantDict *options, const char *const *paths)
{
  g_autoptr (GPtrArray) present = g_ptr_array_new ();

  for (guint i = 0; paths[i] != NULL; i++)
    if (g_file_test (paths[i], G_FILE_TEST_IS_DIR))
      g_ptr_array_add (present, (gpointer) paths[i]);
  if (present->len > 0)
    g_variant_dict_insert_value (options, "localcache-repos",
                                 g_variant_new_strv ((const char *const *) present->pdata,
                                                     present->len));
}

static GVariant *
make_options (const PawlOstreeAttempt *attempt, const char *uri)
{
  const char *refs[] = {PAWL_OSTREE_REF, NULL};
  const char *commits[] = {attempt->commit, NULL};
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&options, "refs", "^as", refs);
  g_variant_dict_insert (&options, "override-commit-ids", "^as", commits);
  g_variant_dict_insert (&options, "override-url", "s", uri);
  /* Objects from a folder or a cache are hashed as if they came over the network. */
  g_variant_dict_insert (&options, "flags", "i", OSTREE_REPO_PULL_FLAGS_UNTRUSTED);
  g_variant_dict_insert (&options, "depth", "i", 0);
  /* The verified target names the commit; the name of a branch in it proves nothing more. */
  g_variant_dict_insert (&options, "gpg-verify", "b", FALSE);
  g_variant_dict_insert (&options, "gpg-verify-summary", "b", FALSE);
  g_variant_dict_insert (&options, "disable-verify-bindings", "b", TRUE);
  g_variant_dict_insert (&options, "disable-sign-verify", "b", TRUE);
  g_variant_dict_insert (&options, "disable-sign-verify-summary", "b", TRUE);
  /* Whether a version may be older than what runs is the verifier's business. */
  g_variant_dict_insert (&options, "timestamp-check", "b", FALSE);
  g_variant_dict_insert (&options, "n-network-retries", "u", 1);
  g_variant_dict_insert (&options, "update-frequency", "u", PROGRESS_MS);
  g_variant_dict_insert (&options, "append-user-agent", "s", "pawl/" PAWL_PLUGIN_VERSION);
  pawl_ostree_compat_add_pull_options (&options, attempt->settings->stall_timeout_s);
  add_headers (&options, attempt->headers);
  add_caches (&options, (const char *const *) attempt->settings->localcache_repos);
  return g_variant_ref_sink (g_variant_dict_end (&options));
}

/*< private >
 * pawl_ostree_attempt_run:
 * @self: what to pull; its counters are added to
 * @uri: from where
 * @error: return location
 *
 * Pulls exactly the commit, with everything that is in it, and sets Pawl's reference to it. What
 * was fetched before a failure stays and is not fetched again.
 *
 * Returns: %TRUE if the repository has the whole commit
 */
gboolean
pawl_ostree_attempt_run (PawlOstreeAttempt *self, const char *uri, GError **error)
{
  g_autoptr (OstreeAsyncProgress) progress = ostree_async_progress_new ();
  g_autoptr (GVariant) options = make_options (self, uri);
  Pull state = {.attempt = self};
  GError *local_error = NULL;

  state.watch = pawl_ostree_watch_begin (self->settings->stall_timeout_s,
                                         pawl_operation_get_cancellable (self->op));
  g_signal_connect (progress, "changed", G_CALLBACK (on_changed), &state);
  ostree_repo_pull_with_options (self->repo, self->settings->remote, options, progress,
                                 pawl_ostree_watch_get_cancellable (state.watch), &local_error);
  ostree_async_progress_finish (progress);
  g_signal_handlers_disconnect_by_data (progress, &state);
  pawl_ostree_watch_end (state.watch, &local_error);
  self->bytes += state.bytes;
  self->requests += state.requests;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}
