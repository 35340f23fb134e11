/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a pull would take, as far as the server says so: a delta's header has it, and so may the
 * commit. */
#include "pawl-ostree-estimate.h"

#include "pawl-ostree-compat.h"
#include "pawl-ostree-pull.h"
#include "pawl-ostree-remote.h"
#include "pawl-ostree-size.h"
#include "pawl-ostree-sysroot.h"
#include "pawl-ostree-watch.h"

static void
on_changed (OstreeAsyncProgress *progress, gpointer watch)
{
  pawl_ostree_watch_touch (watch, FALSE);
}

/* Pulls a little; @options says what. Takes nothing of what signatures of OSTree say into account,
 * like a real pull. */
static gboolean
pull (PawlOstreePull *self,
      OstreeRepo *repo,
      GVariantDict *options,
      OstreeAsyncProgress *progress,
      GCancellable *cancellable,
      GError **error)
{
  g_autoptr (GVariant) variant = NULL;
  GError *local_error = NULL;
  PawlOstreeWatch *watch;

  g_variant_dict_insert (options, "override-url", "s", self->uris[0]);
  g_variant_dict_insert (options, "gpg-verify", "b", FALSE);
  g_variant_dict_insert (options, "gpg-verify-summary", "b", FALSE);
  g_variant_dict_insert (options, "disable-verify-bindings", "b", TRUE);
  g_variant_dict_insert (options, "n-network-retries", "u", 1);
  pawl_ostree_compat_add_pull_options (options, self->settings->stall_timeout_s);
  variant = g_variant_ref_sink (g_variant_dict_end (options));
  watch = pawl_ostree_watch_begin (self->settings->stall_timeout_s, cancellable);
  g_signal_connect (progress, "changed", G_CALLBACK (on_changed), watch);
  ostree_repo_pull_with_options (repo, self->settings->remote, variant, progress,
                                 pawl_ostree_watch_get_cancellable (watch), &local_error);
  ostree_async_progress_finish (progress);
  g_signal_handlers_disconnect_by_data (progress, watch);
  pawl_ostree_watch_end (watch, &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

/* What a dry run learns from a delta's header. */
static gboolean
estimate_delta (PawlOstreePull *self,
                OstreeRepo *repo,
                GCancellable *cancellable,
                guint64 *out_download,
                guint64 *out_disk)
{
  const char *refs[] = {PAWL_OSTREE_REF, NULL};
  const char *commits[] = {self->commit, NULL};
  g_autoptr (OstreeAsyncProgress) progress = ostree_async_progress_new ();
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GError) error = NULL;
  gboolean done;

  g_variant_dict_insert (&options, "refs", "^as", refs);
  g_variant_dict_insert (&options, "override-commit-ids", "^as", commits);
  g_variant_dict_insert (&options, "dry-run", "b", TRUE);
  g_variant_dict_insert (&options, "require-static-deltas", "b", TRUE);
  done = pull (self, repo, &options, progress, cancellable, &error);
  if (error != NULL)
    g_info ("%s: no delta to %s: %s", self->settings->name, self->name, error->message);
  *out_download = ostree_async_progress_get_uint64 (progress, "total-delta-part-size");
  *out_disk = ostree_async_progress_get_uint64 (progress, "total-delta-part-usize");
  return done && *out_download > 0;
}

/* Fetches the commit object alone, which may say what its objects weigh. */
static gboolean
estimate_objects (PawlOstreePull *self,
                  OstreeRepo *repo,
                  GCancellable *cancellable,
                  guint64 *out_download,
                  guint64 *out_disk)
{
  const char *refs[] = {self->commit, NULL};
  g_autoptr (OstreeAsyncProgress) progress = ostree_async_progress_new ();
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GError) error = NULL;

  g_variant_dict_insert (&options, "refs", "^as", refs);
  g_variant_dict_insert (&options, "flags", "i",
                         OSTREE_REPO_PULL_FLAGS_COMMIT_ONLY | OSTREE_REPO_PULL_FLAGS_UNTRUSTED);
  g_variant_dict_insert (&options, "disable-static-deltas", "b", TRUE);
  if (!pull (self, repo, &options, progress, cancellable, &error))
    {
      g_info ("%s: nobody says how large %s is: %s", self->settings->name, self->name,
              error->message);
      return FALSE;
    }
  return pawl_ostree_size_of_missing (repo, self->commit, out_download, out_disk, cancellable);
}

/*< private >
 * pawl_ostree_estimate:
 * @input: (type PawlOstreePull): what is wanted
 * @op: completed with what start_estimate() promises
 * @error: return location
 *
 * A #PawlOstreeJobFunc. Asks only the first place, once: not to know is an answer too.
 *
 * Returns: %TRUE after completing @op
 */
gboolean
pawl_ostree_estimate (gpointer input, PawlOperation *op, GError **error)
{
  PawlOstreePull *self = input;
  GCancellable *cancellable = pawl_operation_get_cancellable (op);
  g_autoptr (OstreeSysroot) sysroot =
    pawl_ostree_sysroot_open_writable (self->settings, cancellable, error);
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);
  guint64 download = 0, disk = 0;
  OstreeRepo *repo;

  if (sysroot == NULL)
    return FALSE;
  repo = ostree_sysroot_repo (sysroot);
  if (pawl_ostree_size_has_whole (repo, self->commit) ||
      (pawl_ostree_remote_ensure (repo, self->settings, self->uris[0], error) &&
       pawl_ostree_remote_seed (sysroot, self->settings, error) &&
       (estimate_delta (self, repo, cancellable, &download, &disk) ||
        estimate_objects (self, repo, cancellable, &download, &disk))))
    {
      g_variant_dict_insert (&result, "download-bytes", "t", download);
      g_variant_dict_insert (&result, "disk-bytes", "t", disk);
    }
  if (error != NULL && *error != NULL)
    return FALSE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  pawl_operation_complete (op, g_variant_dict_end (&result));
  return TRUE;
}
