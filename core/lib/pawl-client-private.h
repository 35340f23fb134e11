/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-client.h>

G_BEGIN_DECLS

#define PAWL_BUS_NAME      "org.pawl.Update1"
#define PAWL_BUS_PATH      "/org/pawl/Update1"
#define PAWL_BUS_INTERFACE "org.pawl.Update1"

struct _PawlClient
{
  GObject parent_instance;

  GDBusProxy *proxy; /* (owned) (nullable) until construction has ended */
  PawlState state;
  PawlProgress *progress;  /* (owned) (nullable) */
  PawlUpdate *available;   /* (owned) (nullable) */
  GListStore *installed;   /* (owned) (element-type PawlEcu) */
  PawlReport *last_result; /* (owned) (nullable) */
  gint64 next_check_us;
  GListStore *decisions; /* (owned) (element-type PawlDecision) */
  GVariant *inhibitors;  /* (owned) aa{sv} */
  GVariant *trial;       /* (owned) a{sv} */
  gboolean reboot_pending;
  char *version; /* (owned) */
  gboolean running;
};

typedef enum
{
  PROP_STATE = 1,
  PROP_PROGRESS,
  PROP_AVAILABLE,
  PROP_INSTALLED,
  PROP_LAST_RESULT,
  PROP_NEXT_CHECK,
  PROP_DECISIONS,
  PROP_INHIBITORS,
  PROP_TRIAL,
  PROP_REBOOT_PENDING,
  PROP_VERSION,
  PROP_RUNNING,
} PawlClientProperty;

/* Tells that @property changed. */
void pawl_client_notify (PawlClient *self, PawlClientProperty property);
void pawl_client_emit_happened (PawlClient *self, const char *name, GVariant *fields);

/* Turns an error of the bus into a PawlError or a cancellation. */
void pawl_client_translate_error (GError *error);

/* Calls @method of the bus object, with @parameters (floating). */
void pawl_client_begin_call (PawlClient *self,
                             const char *method,
                             GVariant *parameters,
                             gpointer source_tag,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
/* For methods that answer with nothing. */
gboolean pawl_client_end_call (PawlClient *self, GAsyncResult *result, GError **error);
/* @options (nullable), or an empty a{sv} (floating). */
GVariant *pawl_client_take_options (GVariant *options);

G_END_DECLS
