/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-client.h>

G_BEGIN_DECLS

/**
 * PawlTufAssignment:
 * @name: (owned): the image's name
 * @serials: (owned): the ECUs that have to run it
 * @director: (owned): the Director's targets file
 * @entry: the image's object in it
 * @found: (owned): where the Image repository lists it
 *
 * An image that both repositories agree on.
 *
 * Since: 1.0
 */
typedef struct
{
  char *name;
  GStrv serials;
  PawlTufMetadata *director;
  PawlTufValue entry;
  PawlTufFound *found;
} PawlTufAssignment;

PAWL_TUF_AVAILABLE_IN_ALL
void pawl_tuf_assignment_free (PawlTufAssignment *assignment);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_assignment_get_counter (PawlTufAssignment *assignment, gint64 *out_counter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlTufAssignment, pawl_tuf_assignment_free)

/**
 * PawlTufUptane:
 *
 * The full verification of an Uptane Primary (Uptane 2.1, 5.4.4.2), in its order: the Director says
 * what each ECU should run, the Image repository has to agree. It blocks where its two clients do:
 * use it in one worker thread.
 *
 * Since: 1.0
 */
#define PAWL_TUF_TYPE_UPTANE (pawl_tuf_uptane_get_type ())
PAWL_TUF_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlTufUptane, pawl_tuf_uptane, PAWL_TUF, UPTANE, GObject)

PAWL_TUF_AVAILABLE_IN_ALL
PawlTufUptane *pawl_tuf_uptane_new (PawlTufClient *director, PawlTufClient *image);
PAWL_TUF_AVAILABLE_IN_ALL
void pawl_tuf_uptane_set_vehicle_id (PawlTufUptane *self, const char *vehicle_id);
PAWL_TUF_AVAILABLE_IN_ALL
void pawl_tuf_uptane_add_ecu (PawlTufUptane *self, const char *serial, const char *hardware_id);
PAWL_TUF_AVAILABLE_IN_ALL
void pawl_tuf_uptane_set_installed (PawlTufUptane *self,
                                    const char *serial,
                                    const char *name,
                                    const char *sha256,
                                    gint64 counter);

PAWL_TUF_AVAILABLE_IN_ALL
GPtrArray *pawl_tuf_uptane_check (PawlTufUptane *self, gint64 now_us, GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
GPtrArray *pawl_tuf_uptane_load_trusted (PawlTufUptane *self, gint64 now_us, GError **error);

/* The same for what is on a medium, in the layout of a “lockbox” (Uptane's PURE-2). */
PAWL_TUF_AVAILABLE_IN_ALL
GPtrArray *pawl_tuf_uptane_check_lockbox (PawlTufUptane *self,
                                          const char *folder,
                                          gint64 now_us,
                                          GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
GPtrArray *pawl_tuf_uptane_load_lockbox (PawlTufUptane *self,
                                         const char *folder,
                                         gint64 now_us,
                                         GError **error);

PAWL_TUF_AVAILABLE_IN_ALL
char *pawl_tuf_uptane_dup_correlation_id (PawlTufUptane *self);
PAWL_TUF_AVAILABLE_IN_ALL
const char *pawl_tuf_uptane_get_repository (PawlTufUptane *self);
PAWL_TUF_AVAILABLE_IN_ALL
char *pawl_tuf_uptane_dup_role (PawlTufUptane *self);

/* For a Secondary that cannot do all of that. */
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_uptane_verify_partial (PawlTufMetadata *root,
                                         PawlTufMetadata *targets,
                                         PawlTufMetadata *previous,
                                         const char *serial,
                                         const char *hardware_id,
                                         gint64 counter,
                                         gint64 now_us,
                                         PawlTufAssignment **out_assignment,
                                         GError **error);

G_END_DECLS
