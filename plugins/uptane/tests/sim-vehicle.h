/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "sim-repo.h"

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define SIM_TYPE_VEHICLE_TRANSPORT (sim_vehicle_transport_get_type ())

/* `sim:/director/…` and `sim:/image/…`, and whatever is sent. */
G_DECLARE_FINAL_TYPE (SimVehicleTransport, sim_vehicle_transport, SIM, VEHICLE_TRANSPORT, GObject)

SimVehicleTransport *sim_vehicle_transport_new (SimRepo *director, SimRepo *image);
/* What every send is answered with; status 0: nobody answers. */
void sim_vehicle_transport_answer (SimVehicleTransport *self, guint status, const char *body);
guint sim_vehicle_transport_count (SimVehicleTransport *self, const char *method_and_uri);
/* The last body that was sent there, or NULL. */
const char *sim_vehicle_transport_get_last (SimVehicleTransport *self, const char *method_and_uri);

G_END_DECLS
