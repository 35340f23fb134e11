/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-cli.h"

G_BEGIN_DECLS

/**
 * PawlCommand:
 * @name: the word on the command line
 * @arguments: what may follow it, for the help; may be empty
 * @summary: what it does, in one line
 * @options: (nullable): its own options, ended by a NULL entry
 * @minimum: how many arguments it needs
 * @maximum: how many it takes; %G_MAXUINT: any number
 * @verbatim: whether everything from the first argument on belongs to another program
 * @run: does it: returns its exit code, and sets an error for each that is a failure
 *
 * One command. The help, the completions and the manual page are checked against its table.
 */
typedef struct
{
  const char *name;
  const char *arguments;
  const char *summary;
  const GOptionEntry *options;
  guint minimum;
  guint maximum;
  gboolean verbatim;
  PawlExit (*run) (PawlCli *cli, const char *const *arguments, GError **error);
} PawlCommand;

extern const PawlCommand pawl_cmd_status;
extern const PawlCommand pawl_cmd_doctor;
extern const PawlCommand pawl_cmd_check;
extern const PawlCommand pawl_cmd_update;
extern const PawlCommand pawl_cmd_fetch;
extern const PawlCommand pawl_cmd_install;
extern const PawlCommand pawl_cmd_activate;
extern const PawlCommand pawl_cmd_cancel;
extern const PawlCommand pawl_cmd_approve;
extern const PawlCommand pawl_cmd_defer;
extern const PawlCommand pawl_cmd_confirm;
extern const PawlCommand pawl_cmd_reject;
extern const PawlCommand pawl_cmd_rollback;
extern const PawlCommand pawl_cmd_why;
extern const PawlCommand pawl_cmd_history;
extern const PawlCommand pawl_cmd_config;
extern const PawlCommand pawl_cmd_plugins;
extern const PawlCommand pawl_cmd_inhibit;
extern const PawlCommand pawl_cmd_forget;
extern const PawlCommand pawl_cmd_monitor;

G_END_DECLS
