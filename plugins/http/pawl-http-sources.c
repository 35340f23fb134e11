/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Sources are asked in rounds: each once, in order of preference; those that could not be asked are
 * asked again in the next round, after a wait. What a source said for good is not asked twice. */
#include "pawl-http-sources.h"

#define MAX_DELAY_MS (5 * 60 * 1000)

struct _PawlHttpSources
{
  GStrv uris;        /* (owned) */
  gboolean *settled; /* (owned): it answered for good */
  guint index;
  guint round;
  guint retries;
  guint delay_ms;
  guint64 retry_after_s; /* the longest that a source of this round asked for */
  GError *settled_error; /* (owned) (nullable): the worst that was said for good */
  GError *open_error;    /* (owned) (nullable): the last of this round that may pass */
};

void
pawl_http_sources_free (PawlHttpSources *self)
{
  g_strfreev (self->uris);
  g_free (self->settled);
  g_clear_error (&self->settled_error);
  g_clear_error (&self->open_error);
  g_free (self);
}

/*< private >
 * pawl_http_sources_new:
 * @uris: the places, in order of preference
 * @retries: how many rounds there may be after the first
 * @delay_ms: the wait before the second round
 * @error: return location; #PAWL_ERROR_INVALID_ARGUMENT when there is none
 *
 * Returns: (transfer full): the sources, at the first
 */
PawlHttpSources *
pawl_http_sources_new (const char *const *uris, guint retries, guint delay_ms, GError **error)
{
  PawlHttpSources *self;

  if (uris == NULL || uris[0] == NULL)
    {
      g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT,
                           "http: no place to fetch from is given");
      return NULL;
    }
  self = g_new0 (PawlHttpSources, 1);
  self->uris = g_strdupv ((GStrv) uris);
  self->settled = g_new0 (gboolean, g_strv_length (self->uris));
  self->retries = retries;
  self->delay_ms = delay_ms;
  return self;
}

const char *
pawl_http_sources_get_uri (PawlHttpSources *self)
{
  return self->uris[self->index];
}

/* "Not there" is concluded only when every source says so, and nothing is while one of them could
 * not be asked. */
static guint
weigh (const GError *error)
{
  if (g_error_matches (error, PAWL_ERROR, PAWL_ERROR_NETWORK))
    return 3;
  if (g_error_matches (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND))
    return 0;
  return g_error_matches (error, PAWL_ERROR, PAWL_ERROR_ACCESS_DENIED) ? 1 : 2;
}

static void
replace_error (GError **where, const GError *error)
{
  g_clear_error (where);
  *where = g_error_copy (error);
}

/*< private >
 * pawl_http_sources_note_failure:
 * @self: the sources
 * @error: what became of the one that was asked; copied
 * @transient: whether to ask it again
 * @retry_after_s: how long it wants to be left alone
 */
void
pawl_http_sources_note_failure (PawlHttpSources *self,
                                const GError *error,
                                gboolean transient,
                                guint64 retry_after_s)
{
  self->settled[self->index] = !transient;
  if (transient)
    {
      self->retry_after_s = MAX (self->retry_after_s, retry_after_s);
      replace_error (&self->open_error, error);
    }
  else if (self->settled_error == NULL || weigh (error) > weigh (self->settled_error))
    replace_error (&self->settled_error, error);
}

static gboolean
find_open (PawlHttpSources *self, guint from)
{
  for (guint i = from; self->uris[i] != NULL; i++)
    if (!self->settled[i])
      {
        self->index = i;
        return TRUE;
      }
  return FALSE;
}

/* Give or take a fifth, so that a fleet does not come back all at once. */
static guint64
jitter (guint64 delay_ms)
{
  return delay_ms * (guint64) g_random_int_range (800, 1201) / 1000;
}

static guint64
compute_wait (PawlHttpSources *self)
{
  guint64 delay_ms = (guint64) self->delay_ms << MIN (self->round, 20);

  return MAX (jitter (MIN (delay_ms, MAX_DELAY_MS)), self->retry_after_s * 1000);
}

/*< private >
 * pawl_http_sources_advance:
 * @self: sources whose present one failed
 * @out_wait_ms: (out): how long to wait before asking
 *
 * Returns: %TRUE if there is one to ask
 */
gboolean
pawl_http_sources_advance (PawlHttpSources *self, guint64 *out_wait_ms)
{
  *out_wait_ms = 0;
  if (find_open (self, self->index + 1))
    return TRUE;
  if (self->round >= self->retries || !find_open (self, 0))
    return FALSE;
  *out_wait_ms = compute_wait (self);
  self->round++;
  self->retry_after_s = 0;
  g_clear_error (&self->open_error);
  return TRUE;
}

/* New bytes came: what a slow line needs is patience, so its retries begin again. */
void
pawl_http_sources_note_progress (PawlHttpSources *self)
{
  self->round = 0;
}

/* Why nothing was fetched. */
GError *
pawl_http_sources_dup_error (PawlHttpSources *self)
{
  if (self->open_error != NULL)
    return g_error_copy (self->open_error);
  if (self->settled_error != NULL)
    return g_error_copy (self->settled_error);
  return g_error_new_literal (PAWL_ERROR, PAWL_ERROR_FAILED, "http: nothing was asked");
}

/* How long they want to be left alone, when this round was the last. */
guint64
pawl_http_sources_get_retry_after_s (PawlHttpSources *self)
{
  return self->retry_after_s;
}
