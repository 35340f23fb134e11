/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

#include "pawl-exit.h"
#include "pawl-json.h"
#include "pawl-print.h"

G_BEGIN_DECLS

/**
 * PawlCli:
 *
 * One run of pawlctl: how it shall print, and its connection to the daemon, made when a command
 * first needs it.
 */
typedef struct _PawlCli PawlCli;

/**
 * PawlInterruptFunc:
 * @self: the run
 * @signal_number: SIGINT, which Ctrl-C sends to all that runs in the terminal, or SIGTERM
 * @user_data: what was given with it
 *
 * What Ctrl-C or SIGTERM does instead of ending the wait.
 *
 * Returns: %FALSE when the wait shall end after all
 */
typedef gboolean (*PawlInterruptFunc) (PawlCli *self, int signal_number, gpointer user_data);

struct _PawlCli
{
  char *address;    /* (owned) (nullable): of the bus; NULL: the system bus */
  gboolean session; /* the session bus */
  gboolean json;
  gboolean terminal; /* standard output is one */
  gboolean colour;

  GDBusConnection *connection; /* (owned) (nullable) */
  PawlClient *client;          /* (owned) (nullable) */
  GCancellable *cancellable;   /* (owned): ends the present wait */
  guint signal_ids[2];
  gboolean interrupted;
  PawlInterruptFunc on_interrupt; /* (nullable) */
  gpointer on_interrupt_data;     /* (unowned) */
};

PawlCli *pawl_cli_new (void);
void pawl_cli_free (PawlCli *self);
gboolean pawl_cli_connect (PawlCli *self, GError **error);
GVariant *pawl_cli_read (PawlCli *self, GError **error);
GVariant *pawl_cli_call (PawlCli *self, const char *method, GVariant *parameters, GError **error);
GVariant *pawl_cli_ask (PawlCli *self, const char *method, GError **error);
void pawl_cli_wait (PawlCli *self, GAsyncResult **result);
void pawl_cli_on_ready (GObject *source, GAsyncResult *result, gpointer data);
void pawl_cli_print (PawlCli *self, PawlTone tone, const char *format, ...) G_GNUC_PRINTF (3, 4);
void pawl_cli_print_table (PawlCli *self, PawlTable *table);
void pawl_cli_print_json (PawlCli *self, GVariant *value, PawlJsonForm form);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlCli, pawl_cli_free)

G_END_DECLS
