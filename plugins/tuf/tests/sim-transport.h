/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "sim-repo.h"

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define SIM_TYPE_TRANSPORT (sim_transport_get_type ())

/* Fetches `sim:/PATH` from a repository in memory. */
G_DECLARE_FINAL_TYPE (SimTransport, sim_transport, SIM, TRANSPORT, GObject)

SimTransport *sim_transport_new (SimRepo *repo);
/* Every fetch fails with this; PAWL_ERROR_FAILED: none does. */
void sim_transport_fail (SimTransport *self, PawlError code);

G_END_DECLS
