/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>
#include <pawl/pawl-macros.h>

G_BEGIN_DECLS

#define PAWL_TYPE_PAYLOAD (pawl_payload_get_type ())

/**
 * PawlPayload:
 *
 * The bytes of a target: a regular file or a memory file, held by descriptor. It crosses a socket
 * as that descriptor, never as a copy. All access is by position, so readers do not disturb each
 * other.
 *
 * A payload that is being fetched is writable, and its length is how far the fetch came; the
 * validator (an entity tag or a date of the server) is kept beside the bytes as an extended
 * attribute, so that a fetch can go on after a reboot only when the server still has the same
 * bytes.
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlPayload, pawl_payload, PAWL, PAYLOAD, GObject)

PAWL_AVAILABLE_IN_ALL
PawlPayload *pawl_payload_new_for_path (const char *path, gboolean writable, GError **error);
PAWL_AVAILABLE_IN_ALL
PawlPayload *pawl_payload_new_for_bytes (GBytes *bytes, GError **error);
PAWL_AVAILABLE_IN_ALL
PawlPayload *pawl_payload_new_for_fd (int fd, gboolean writable, GError **error);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_payload_get_writable (PawlPayload *self);
PAWL_AVAILABLE_IN_ALL
guint64 pawl_payload_get_length (PawlPayload *self);
PAWL_AVAILABLE_IN_ALL
int pawl_payload_dup_fd (PawlPayload *self, GError **error);
PAWL_AVAILABLE_IN_ALL
GInputStream *pawl_payload_open (PawlPayload *self);
PAWL_AVAILABLE_IN_ALL
GBytes *pawl_payload_read (PawlPayload *self, guint64 offset, guint64 count, GError **error);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_payload_append (PawlPayload *self, GBytes *bytes, GError **error);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_payload_truncate (PawlPayload *self, guint64 length, GError **error);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_payload_sync (PawlPayload *self, GError **error);
PAWL_AVAILABLE_IN_ALL
char *pawl_payload_dup_validator (PawlPayload *self);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_payload_set_validator (PawlPayload *self, const char *validator, GError **error);

G_END_DECLS
