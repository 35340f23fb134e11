/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "sim-repo.h"

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define SIM_TYPE_TRANSPORT (sim_transport_get_type ())

/* Fetches from repositories in memory, and takes whatever is sent. */
G_DECLARE_FINAL_TYPE (SimTransport, sim_transport, SIM, TRANSPORT, GObject)

SimTransport *sim_transport_new (void);
/* @repo (unowned) serves what begins with @base, for example `sim:/image/`. */
void sim_transport_add (SimTransport *self, const char *base, SimRepo *repo);
/* Every fetch fails with this; PAWL_ERROR_FAILED: none does. */
void sim_transport_fail (SimTransport *self, PawlError code);
/* What every send is answered with; status 0: nobody answers. */
void sim_transport_answer (SimTransport *self, guint status, const char *body);
/* (transfer full): what was asked for so far, one `METHOD URI` a line. */
char *sim_transport_dup_log (SimTransport *self);
guint sim_transport_count (SimTransport *self, const char *method_and_uri);
/* The last body that was sent there, or NULL. */
const char *sim_transport_get_last (SimTransport *self, const char *method_and_uri);

G_END_DECLS
