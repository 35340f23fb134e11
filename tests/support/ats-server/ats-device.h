/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the servers of the ATS family know about one device, and what they demand of its requests.
 * Each function sets an error whose code is the status of the answer, and whose message is the
 * `code` of its JSON where the real servers have one. */
typedef struct _AtsDevice AtsDevice;

AtsDevice *ats_device_new (void);
void ats_device_free (AtsDevice *self);
/* Whether another set of ECUs may come later. */
void ats_device_allow_replacement (AtsDevice *self, gboolean allowed);

/* `POST /devices`; @out_id is who it is for. */
gboolean ats_device_create (AtsDevice *self, GBytes *body, char **out_id, GError **error);
/* `POST /director/ecus`; @out_status is 201 for new ones, 200 for the same again. */
gboolean ats_device_register (AtsDevice *self, GBytes *body, guint *out_status, GError **error);
/* `PUT /director/manifest`. */
gboolean ats_device_take_manifest (AtsDevice *self, GBytes *body, GError **error);
/* `POST /events`; counts the new ones. */
gboolean ats_device_take_events (AtsDevice *self, GBytes *body, GError **error);
/* `GET /director/…` and `GET /repo/…`: whether it is this one's turn. */
gboolean ats_device_check_order (AtsDevice *self, const char *path, GError **error);
/* A request that was answered wrongly on purpose had its turn all the same. */
void ats_device_note_fault (AtsDevice *self, const char *path);

/* `PUT /system_info`, `PUT /system_info/network`, `PUT /core/installed`. */
gboolean ats_check_system_info (GBytes *body, GError **error);
gboolean ats_check_network (GBytes *body, GError **error);
gboolean ats_check_installed (GBytes *body, GError **error);

guint ats_device_count_events (AtsDevice *self);
guint ats_device_count_repeated_events (AtsDevice *self);

G_END_DECLS
