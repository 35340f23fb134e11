/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-operation-private.h"

G_BEGIN_DECLS

/* What the two sides of an operation share. */
struct _PawlOperation
{
  GObject parent_instance;

  GMutex lock;
  GTask *task;               /* (owned) (nullable): until settled; under @lock */
  const PawlCallSpec *spec;  /* (unowned): static */
  GMainContext *context;     /* (owned): of the caller */
  PawlMonitor *monitor;      /* (owned) (nullable): until settled; under @lock */
  GCancellable *cancellable; /* (owned): the plugin's own */
  GSource *cancel_source;    /* (owned) (nullable): watches the caller's cancellable */
  GSource *deadline_source;  /* (owned) (nullable) */
  GSource *grace_source;     /* (owned) (nullable) */
  gint64 deadline_us;
  gboolean cancelled;
  gboolean timed_out;
  gboolean completed;
};

/* Returns the task (transfer full) to answer with, once; NULL when the call is settled already. */
GTask *pawl_operation_settle (PawlOperation *self);
/* Takes @error. */
void pawl_operation_settle_with_error (PawlOperation *self, GError *error);
void pawl_operation_settle_with_plugin_error (PawlOperation *self, const char *what);
/* (transfer full): what is said of a call that was cancelled, or whose deadline passed. */
GError *pawl_operation_make_no_answer_error (PawlOperation *self);

G_END_DECLS
