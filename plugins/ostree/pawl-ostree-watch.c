/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Breaks off a pull in which nothing comes for a while, which releases before 2025.2 would wait out
 * for ever, and one that is cancelled: libostree only notices that when something happens on a
 * connection.
 *
 * A pull has two parts. In the second one libostree iterates the thread's own main context, where
 * our timer is, too, and every file descriptor of that context is one of the pull's. In the first
 * one, which gets the repository's configuration and its summary, it iterates contexts of its own:
 * until our timer has ticked once, the daemon's main loop looks after the pull, and ends the
 * connections that began after it and are silent. Of others in this process that hits at worst a
 * request that waits in vain just as long. */
#include "pawl-ostree-watch.h"

#include "pawl-ostree-sockets.h"

#include <pawl/pawl.h>
#include <sys/socket.h>

#define WATCH_MS 250
#define MAX_FDS  64

struct _PawlOstreeWatch
{
  gatomicrefcount ref_count;
  guint stall_timeout_s;
  GCancellable *cancellable; /* (owned): ours, so that we can use it, too */
  GCancellable *outer;       /* (owned): whoever wanted the pull */
  gulong outer_id;
  GHashTable *older;   /* (owned): connections that are not the pull's */
  gint64 began_us;     /* monotonic */
  gint in_second_part; /* (atomic) */
  GSource *first;      /* (owned): in the daemon's main loop */
  GSource *timer;      /* (owned): in the thread's context */
  GSource *hang_up;    /* (owned): there, too */
  gint64 touched_us;
  gboolean is_writing;
  GMutex lock;
  GError *broken_off; /* (owned) (nullable) (guarded by lock): why we cancelled */
};

static void
watch_unref (gpointer data)
{
  PawlOstreeWatch *self = data;

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_object_unref (self->cancellable);
  g_object_unref (self->outer);
  g_hash_table_unref (self->older);
  g_clear_error (&self->broken_off);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/*< private >
 * pawl_ostree_watch_break_off:
 * @self: a watch
 * @error: (transfer full): why; the first reason counts
 *
 * Cancels the pull. May be called from any thread.
 */
void
pawl_ostree_watch_break_off (PawlOstreeWatch *self, GError *error)
{
  g_mutex_lock (&self->lock);
  if (self->broken_off == NULL)
    self->broken_off = error;
  else
    g_error_free (error);
  g_mutex_unlock (&self->lock);
  g_cancellable_cancel (self->cancellable);
}

static void
break_off_silence (PawlOstreeWatch *self)
{
  pawl_ostree_watch_break_off (self, g_error_new (PAWL_ERROR, PAWL_ERROR_NETWORK,
                                                  "the source sent nothing for %u s",
                                                  self->stall_timeout_s));
}

/* ---- the first part, from the daemon's main loop ---- */

static gboolean
watch_first_part (gpointer data)
{
  PawlOstreeWatch *self = data;
  guint stall_ms = self->stall_timeout_s * 1000;
  gint64 age_us = g_get_monotonic_time () - self->began_us;

  if (g_atomic_int_get (&self->in_second_part))
    return G_SOURCE_REMOVE;
  if (g_cancellable_is_cancelled (self->cancellable))
    pawl_ostree_sockets_hang_up (self->older, 0);
  /* The age, because a connection that is still being made has no last word. */
  else if (age_us >= stall_ms * G_TIME_SPAN_MILLISECOND &&
           pawl_ostree_sockets_hang_up (self->older, stall_ms) > 0)
    break_off_silence (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_cancelled_in_first_part (gpointer data)
{
  watch_first_part (data);
  return G_SOURCE_REMOVE;
}

/* In the daemon's main loop as well: a hang-up there ends the wait here. */
static void
on_outer_cancelled (GCancellable *outer, gpointer data)
{
  PawlOstreeWatch *self = data;

  g_cancellable_cancel (self->cancellable);
  if (g_atomic_int_get (&self->in_second_part))
    return;
  g_atomic_ref_count_inc (&self->ref_count);
  g_idle_add_full (G_PRIORITY_HIGH, on_cancelled_in_first_part, self, watch_unref);
}

/* ---- the second part, from the thread's own context ---- */

/* Ends the conversations that libostree waits for. */
static gboolean
hang_up (GCancellable *cancellable, gpointer data)
{
  GMainContext *context = g_main_context_get_thread_default ();
  GPollFD fds[MAX_FDS];
  int timeout_ms = 0;
  int n = g_main_context_query (context, G_MAXINT, &timeout_ms, fds, MAX_FDS);

  for (int i = 0; i < MIN (n, MAX_FDS); i++)
    shutdown (fds[i].fd, SHUT_RDWR); /* no socket, like the context's own wake-up: no effect */
  return G_SOURCE_REMOVE;
}

static gboolean
watch_second_part (gpointer data)
{
  PawlOstreeWatch *self = data;

  if (g_atomic_int_compare_and_exchange (&self->in_second_part, FALSE, TRUE))
    self->touched_us = g_get_monotonic_time ();
  /* A conversation may have begun after the last hang-up. */
  if (g_cancellable_is_cancelled (self->cancellable))
    hang_up (self->cancellable, NULL);
  /* Objects that are being written keep the network waiting, not the other way round. */
  else if (!self->is_writing &&
           g_get_monotonic_time () - self->touched_us >= self->stall_timeout_s * G_USEC_PER_SEC)
    break_off_silence (self);
  return G_SOURCE_CONTINUE;
}

/*< private >
 * pawl_ostree_watch_touch:
 * @self: a watch
 * @is_writing: whether objects are being written
 *
 * Tells that something came, in the thread that pulls.
 */
void
pawl_ostree_watch_touch (PawlOstreeWatch *self, gboolean is_writing)
{
  self->touched_us = g_get_monotonic_time ();
  self->is_writing = is_writing;
}

/* ---- both ---- */

static GSource *
attach (GSource *source, GSourceFunc func, PawlOstreeWatch *self, GMainContext *context)
{
  g_atomic_ref_count_inc (&self->ref_count);
  g_source_set_callback (source, func, self, watch_unref);
  g_source_attach (source, context);
  return source;
}

/*< private >
 * pawl_ostree_watch_begin:
 * @stall_timeout_s: how long nothing may come
 * @outer: cancels the pull
 *
 * Begins to watch, in the thread that is about to pull, whose default main context is its own.
 *
 * Returns: (transfer full): the watch; give it to pawl_ostree_watch_end()
 */
PawlOstreeWatch *
pawl_ostree_watch_begin (guint stall_timeout_s, GCancellable *outer)
{
  PawlOstreeWatch *self = g_new0 (PawlOstreeWatch, 1);
  GMainContext *context = g_main_context_get_thread_default ();

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->stall_timeout_s = stall_timeout_s;
  self->cancellable = g_cancellable_new ();
  self->outer = g_object_ref (outer);
  self->older = pawl_ostree_sockets_list ();
  self->began_us = self->touched_us = g_get_monotonic_time ();
  self->first = attach (g_timeout_source_new (WATCH_MS), watch_first_part, self, NULL);
  self->timer = attach (g_timeout_source_new (WATCH_MS), watch_second_part, self, context);
  self->hang_up =
    attach (g_cancellable_source_new (self->cancellable), G_SOURCE_FUNC (hang_up), self, context);
  self->outer_id = g_cancellable_connect (outer, G_CALLBACK (on_outer_cancelled), self, NULL);
  return self;
}

/* (transfer none): what the pull has to use */
GCancellable *
pawl_ostree_watch_get_cancellable (PawlOstreeWatch *self)
{
  return self->cancellable;
}

static void
detach (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

/*< private >
 * pawl_ostree_watch_end:
 * @self: (transfer full): a watch
 * @inout_error: why the pull failed, if it did; replaced when it was broken off here
 *
 * Stops watching, after the pull, in its thread.
 */
void
pawl_ostree_watch_end (PawlOstreeWatch *self, GError **inout_error)
{
  g_cancellable_disconnect (self->outer, self->outer_id);
  g_atomic_int_set (&self->in_second_part, TRUE);
  detach (self->first);
  detach (self->timer);
  detach (self->hang_up);
  g_mutex_lock (&self->lock);
  if (*inout_error != NULL && self->broken_off != NULL)
    {
      g_clear_error (inout_error);
      *inout_error = g_steal_pointer (&self->broken_off);
    }
  g_mutex_unlock (&self->lock);
  watch_unref (self);
}
