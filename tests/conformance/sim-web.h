/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* @path without its first slash. Anything but 200 is answered without a body; NULL is a 404. */
typedef GBytes *(*SimWebFunc) (const char *path, guint *out_status, gpointer user_data);

/* A web server on 127.0.0.1 in this main loop. */
typedef struct _SimWeb SimWeb;

SimWeb *sim_web_new (SimWebFunc answer, gpointer user_data);
void sim_web_free (SimWeb *self);
const char *sim_web_get_uri (SimWeb *self); /* without a slash at its end */
/* A signal ended the program. */
#define SIM_WEB_KILLED (-1)
/* Runs a program, while the server serves, and says its exit status. */
int sim_web_run (SimWeb *self, const char *const *argv, char **out_stdout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimWeb, sim_web_free)

G_END_DECLS
