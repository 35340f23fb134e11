/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Gets a commit into the device's repository, trying each place in turn, and all of them again
 * after a growing wait. A place that fails half-way costs nothing: objects that arrived stay in the
 * repository's staging folder, over restarts too, and the next place only sends the rest. */
#include "pawl-ostree-pull.h"

#include "pawl-ostree-attempt.h"
#include "pawl-ostree-error.h"
#include "pawl-ostree-remote.h"
#include "pawl-ostree-size.h"
#include "pawl-ostree-sysroot.h"

#define MAX_DELAY_MS 300000

void
pawl_ostree_pull_free (PawlOstreePull *self)
{
  pawl_ostree_settings_unref (self->settings);
  g_free (self->name);
  g_free (self->commit);
  g_strfreev (self->uris);
  g_clear_pointer (&self->headers, g_variant_unref);
  g_clear_pointer (&self->forwarder, pawl_ostree_forwarder_stop);
  g_free (self);
}

/* How much a failure says, so that the most telling one is reported: bytes that are not genuine say
 * more than silence, and silence more than "not here". 0 ends the whole fetch at once, because no
 * other place or time would help. */
static guint
rank (const GError *error)
{
  if (error->domain != PAWL_ERROR)
    return 0;
  switch ((PawlError) error->code)
    {
    case PAWL_ERROR_NOT_FOUND:
      return 1;
    case PAWL_ERROR_ACCESS_DENIED:
      return 2;
    case PAWL_ERROR_NETWORK:
      return 3;
    case PAWL_ERROR_NOT_TRUSTED:
      return 4;
    case PAWL_ERROR_FAILED:
    case PAWL_ERROR_NOT_SUPPORTED:
    case PAWL_ERROR_INVALID_ARGUMENT:
    case PAWL_ERROR_INVALID_CONFIG:
    case PAWL_ERROR_WRONG_STATE:
    case PAWL_ERROR_BUSY:
    case PAWL_ERROR_PLUGIN:
    case PAWL_ERROR_TIMED_OUT:
    case PAWL_ERROR_TOO_LARGE:
    case PAWL_ERROR_EXPIRED:
    case PAWL_ERROR_DOWNGRADE:
    case PAWL_ERROR_INCOMPATIBLE:
    case PAWL_ERROR_NO_SPACE:
    case PAWL_ERROR_STORAGE:
    case PAWL_ERROR_INSTALL:
    case PAWL_ERROR_BOOT:
    case PAWL_ERROR_REJECTED:
    case PAWL_ERROR_NOT_AUTHORIZED:
    case PAWL_ERROR_RETRY_LATER:
      return 0;
    }
  return 0;
}

/* Another try could bring what this one did not: the network, or bytes that were damaged on it. */
static gboolean
is_worth_retrying (const GError *error)
{
  return rank (error) >= 3;
}

/* Waits before try number @n, but no longer than until a cancel. */
static gboolean
wait (const PawlOstreeSettings *settings, guint n, GCancellable *cancellable, GError **error)
{
  guint64 delay_ms = MIN ((guint64) settings->retry_delay_ms << MIN (n, 20), MAX_DELAY_MS);
  GPollFD fd;

  delay_ms = delay_ms * g_random_double_range (0.8, 1.2);
  if (delay_ms > 0 && g_cancellable_make_pollfd (cancellable, &fd))
    {
      g_poll (&fd, 1, delay_ms);
      g_cancellable_release_fd (cancellable);
    }
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/* One try at one place. What the forwarder heard says more than the status it could answer with. */
static GError *
try_one (PawlOstreeAttempt *attempt, PawlOstreePull *self, const char *uri)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) heard = NULL;
  g_autofree char *what = g_strdup_printf ("%s: pull %s", self->settings->name, self->name);

  if (pawl_ostree_attempt_run (attempt, uri, &error))
    return NULL;
  if (self->forwarder != NULL && pawl_ostree_forwarder_is_its_uri (self->forwarder, uri) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    heard = pawl_ostree_forwarder_dup_error (self->forwarder);
  return pawl_ostree_error_from (heard != NULL ? heard : error, what);
}

/* One round over all places; says by whom it was answered. */
static GError *
try_all (PawlOstreeAttempt *attempt, PawlOstreePull *self, const char **out_uri)
{
  g_autoptr (GError) worst = NULL;

  for (guint i = 0; self->uris[i] != NULL; i++)
    {
      g_autoptr (GError) error = try_one (attempt, self, self->uris[i]);

      *out_uri = self->uris[i];
      if (error == NULL)
        return NULL;
      if (rank (error) == 0)
        return g_steal_pointer (&error);
      g_info ("%s", error->message);
      if (worst == NULL || rank (error) > rank (worst))
        {
          g_clear_error (&worst);
          worst = g_steal_pointer (&error);
        }
    }
  return g_steal_pointer (&worst);
}

static gboolean
try_often (PawlOstreeAttempt *attempt, PawlOstreePull *self, const char **out_uri, GError **error)
{
  GCancellable *cancellable = pawl_operation_get_cancellable (attempt->op);

  for (guint n = 0;; n++)
    {
      g_autoptr (GError) failure = try_all (attempt, self, out_uri);

      if (failure == NULL)
        return TRUE;
      if (n >= self->settings->retries || !is_worth_retrying (failure))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      if (!wait (self->settings, n, cancellable, error))
        return FALSE;
    }
}

static void
complete_fetch (PawlOperation *op, const PawlOstreeAttempt *attempt, const char *uri)
{
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&result, "bytes-transferred", "t", attempt->bytes);
  g_variant_dict_insert (&result, "requests", "u", attempt->requests);
  if (uri != NULL)
    g_variant_dict_insert (&result, "uri", "s", uri);
  pawl_operation_complete (op, g_variant_dict_end (&result));
}

static gboolean
prepare (PawlOstreePull *self, OstreeSysroot *sysroot, GError **error)
{
  OstreeRepo *repo = ostree_sysroot_repo (sysroot);

  return pawl_ostree_size_check_free (ostree_repo_get_dfd (repo), ".",
                                      self->settings->reserve_bytes, self->name, error) &&
         pawl_ostree_remote_ensure (repo, self->settings, self->uris[0], error);
}

/*< private >
 * pawl_ostree_pull_fetch:
 * @input: (type PawlOstreePull): what is wanted
 * @op: completed with what start_fetch_payload() promises
 * @error: return location
 *
 * A #PawlOstreeJobFunc. Does nothing, at once, when the repository has the whole commit already.
 *
 * Returns: %TRUE after completing @op
 */
gboolean
pawl_ostree_pull_fetch (gpointer input, PawlOperation *op, GError **error)
{
  PawlOstreePull *self = input;
  GCancellable *cancellable = pawl_operation_get_cancellable (op);
  g_autoptr (OstreeSysroot) sysroot =
    pawl_ostree_sysroot_open_writable (self->settings, cancellable, error);
  PawlOstreeAttempt attempt = {.settings = self->settings,
                               .commit = self->commit,
                               .headers = self->headers,
                               .op = op};
  const char *uri = NULL;

  if (sysroot == NULL)
    return FALSE;
  attempt.repo = ostree_sysroot_repo (sysroot);
  if (pawl_ostree_size_has_whole (attempt.repo, self->commit))
    {
      /* The reference keeps others from pruning it. */
      if (!ostree_repo_set_ref_immediate (attempt.repo, self->settings->remote, PAWL_OSTREE_REF,
                                          self->commit, cancellable, error))
        return FALSE;
      complete_fetch (op, &attempt, NULL);
      return TRUE;
    }
  if (!prepare (self, sysroot, error) ||
      !pawl_ostree_remote_seed (sysroot, self->settings, error) ||
      !try_often (&attempt, self, &uri, error))
    return FALSE;
  /* Before the answer, so that whoever gets it finds nothing of this fetch left. */
  g_clear_pointer (&self->forwarder, pawl_ostree_forwarder_stop);
  complete_fetch (op, &attempt, uri);
  return TRUE;
}
