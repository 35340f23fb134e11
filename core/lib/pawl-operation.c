/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-operation-state.h"

#include "pawl-monitor-private.h"

#include <pawl/pawl-error.h>

/* One call of one plugin, from start to answer.
 *
 * The plugin alone owns the operation. The main loop's sources hold weak references, so that a
 * plugin that loses it is noticed: dispose() is then the answer. Whatever comes first settles the
 * call, once, under the lock: complete, fail, drop, or the grace time after a cancel or the
 * deadline. Settlement takes the task and drops everything else, so that a language binding which
 * keeps the object until its next garbage collection keeps nothing else alive.
 *
 * complete(), fail() and progress() may come from any thread; everything else happens in the
 * context of the caller. */

G_DEFINE_FINAL_TYPE (PawlOperation, pawl_operation, G_TYPE_OBJECT)

typedef enum
{
  PROP_CANCELLED = 1,
  N_PROPERTIES,
} PawlOperationProperty;

enum
{
  SIGNAL_CANCELLED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

GTask *
pawl_operation_settle (PawlOperation *self)
{
  g_autoptr (PawlMonitor) monitor = NULL;
  GTask *task;

  g_mutex_lock (&self->lock);
  task = g_steal_pointer (&self->task);
  if (task != NULL)
    {
      monitor = g_steal_pointer (&self->monitor);
      clear_source (&self->cancel_source);
      clear_source (&self->deadline_source);
      clear_source (&self->grace_source);
    }
  g_mutex_unlock (&self->lock);

  /* In another thread, the flush that push() asked for comes before the task's own return: same
   * context, same priority, asked for earlier. */
  if (monitor != NULL && g_main_context_is_owner (self->context))
    pawl_monitor_flush (monitor);
  return task;
}

void
pawl_operation_settle_with_error (PawlOperation *self, GError *error)
{
  g_autoptr (GTask) task = pawl_operation_settle (self);
  GError *owned = error;

  if (task == NULL)
    {
      g_error_free (error);
      return;
    }
  pawl_instance_prefix_error (g_task_get_source_object (task), &owned);
  pawl_instance_note_error (g_task_get_source_object (task), owned);
  g_task_return_error (task, owned);
}

void
pawl_operation_settle_with_plugin_error (PawlOperation *self, const char *what)
{
  pawl_operation_settle_with_error (self, g_error_new (PAWL_ERROR, PAWL_ERROR_PLUGIN, "%s: %s",
                                                       self->spec->method, what));
}

static void
pawl_operation_dispose (GObject *object)
{
  PawlOperation *self = PAWL_OPERATION (object);

  if (self->spec != NULL)
    pawl_operation_settle_with_plugin_error (self,
                                             "the plugin dropped the operation without an answer");
  G_OBJECT_CLASS (pawl_operation_parent_class)->dispose (object);
}

static void
pawl_operation_finalize (GObject *object)
{
  PawlOperation *self = PAWL_OPERATION (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (pawl_operation_parent_class)->finalize (object);
}

static void
pawl_operation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PawlOperation *self = PAWL_OPERATION (object);

  switch ((PawlOperationProperty) id)
    {
    case PROP_CANCELLED:
      g_value_set_boolean (value, pawl_operation_get_cancelled (self));
      break;
    case N_PROPERTIES:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pawl_operation_class_init (PawlOperationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pawl_operation_dispose;
  object_class->finalize = pawl_operation_finalize;
  object_class->get_property = pawl_operation_get_property;

  /**
   * PawlOperation:cancelled:
   *
   * Whether nobody waits for the answer any more, because the caller cancelled or the deadline
   * passed.
   *
   * Since: 1.0
   */
  properties[PROP_CANCELLED] =
    g_param_spec_boolean ("cancelled", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * PawlOperation::cancelled:
   * @self: the operation
   *
   * The caller cancelled, or the deadline passed. Emitted once, in the main context, after
   * #PawlOperation:cancelled changed and the operation's cancellable was cancelled. The plugin has
   * a short grace time for an answer of its own.
   *
   * Since: 1.0
   */
  signals[SIGNAL_CANCELLED] = g_signal_new ("cancelled", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pawl_operation_init (PawlOperation *self)
{
  g_mutex_init (&self->lock);
  self->cancellable = g_cancellable_new ();
}

/* ---- the main loop's side: cancel, deadline, grace ---- */

static GWeakRef *
weak_ref_new (PawlOperation *self)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  return weak;
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static void
attach (PawlOperation *self, GSource **slot, GSource *source, GSourceFunc callback)
{
  g_source_set_callback (source, callback, weak_ref_new (self), weak_ref_free);
  g_mutex_lock (&self->lock);
  if (self->task != NULL)
    {
      g_source_attach (source, self->context);
      *slot = g_steal_pointer (&source);
    }
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&source, g_source_unref);
}

GError *
pawl_operation_make_no_answer_error (PawlOperation *self)
{
  if (self->timed_out)
    return g_error_new (PAWL_ERROR, PAWL_ERROR_TIMED_OUT, "%s: no answer before the deadline",
                        self->spec->method);
  return g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s: cancelled", self->spec->method);
}

static gboolean
grace_cb (gpointer user_data)
{
  g_autoptr (PawlOperation) self = g_weak_ref_get (user_data);

  if (self != NULL)
    pawl_operation_settle_with_error (self, pawl_operation_make_no_answer_error (self));
  return G_SOURCE_REMOVE;
}

static void
cancel (PawlOperation *self)
{
  if (self->cancelled)
    return;
  self->cancelled = TRUE;
  attach (self, &self->grace_source, g_timeout_source_new (PAWL_OPERATION_GRACE_MS), grace_cb);
  g_cancellable_cancel (self->cancellable);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CANCELLED]);
  g_signal_emit (self, signals[SIGNAL_CANCELLED], 0);
}

static gboolean
deadline_cb (gpointer user_data)
{
  g_autoptr (PawlOperation) self = g_weak_ref_get (user_data);

  if (self != NULL)
    {
      self->timed_out = TRUE;
      cancel (self);
    }
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (PawlOperation) self = g_weak_ref_get (user_data);

  if (self != NULL)
    cancel (self);
  return G_SOURCE_REMOVE;
}

static void
watch (PawlOperation *self, guint timeout_ms, GCancellable *cancellable)
{
  attach (self, &self->deadline_source, g_timeout_source_new (timeout_ms), deadline_cb);
  if (cancellable != NULL)
    attach (self, &self->cancel_source, g_cancellable_source_new (cancellable),
            G_SOURCE_FUNC (cancelled_cb));
}

/* ---- the runner's side ---- */

PawlOperation *
pawl_operation_begin (GObject *instance,
                      const PawlCallSpec *spec,
                      guint timeout_ms,
                      PawlMonitor *monitor,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (instance, cancellable, callback, user_data);
  g_autoptr (PawlOperation) self = NULL;
  guint wanted_ms = timeout_ms != 0 ? timeout_ms : spec->default_timeout_ms;

  g_task_set_source_tag (task, (gpointer) spec);
  g_task_set_name (task, spec->method);
  /* What finished in spite of a cancel has finished. */
  g_task_set_check_cancellable (task, FALSE);
  if (g_cancellable_is_cancelled (cancellable))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                               "%s: cancelled before it began", spec->method);
      return NULL;
    }

  self = g_object_new (PAWL_TYPE_OPERATION, NULL);
  self->spec = spec;
  self->context = g_main_context_ref (g_task_get_context (task));
  self->task = g_steal_pointer (&task);
  self->monitor = monitor != NULL ? g_object_ref (monitor) : NULL;
  self->deadline_us = g_get_monotonic_time () + (gint64) wanted_ms * 1000;
  watch (self, wanted_ms, cancellable);
  return g_steal_pointer (&self);
}

/* The optional slots have a fallback, which is what they answer when they are not implemented. */
gboolean
pawl_operation_may_start (PawlOperation *self, gboolean implemented, GVariant *fallback)
{
  g_autoptr (GVariant) answer = fallback != NULL ? g_variant_ref_sink (fallback) : NULL;
  g_autoptr (GTask) task = NULL;

  if (self == NULL || implemented)
    return self != NULL;
  if (answer == NULL)
    pawl_operation_settle_with_error (self, g_error_new (PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED,
                                                         "%s: the plugin does not implement it",
                                                         self->spec->method));
  else
    task = pawl_operation_settle (self);
  if (task != NULL)
    g_task_return_pointer (task, g_steal_pointer (&answer), (GDestroyNotify) g_variant_unref);
  return FALSE;
}

void
pawl_operation_started (PawlOperation *self, gboolean started, GError **error)
{
  if (started && *error == NULL)
    return;
  if (*error != NULL)
    pawl_operation_settle_with_error (self, g_error_copy (*error));
  else
    pawl_operation_settle_with_plugin_error (self, "the plugin failed without an error");
}

void
pawl_operation_set_subject (PawlOperation *self, const char *key, const char *subject)
{
  g_mutex_lock (&self->lock);
  if (self->task != NULL)
    g_object_set_data_full (G_OBJECT (self->task), key, g_strdup (subject), g_free);
  g_mutex_unlock (&self->lock);
}
