/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Reads a descriptor by position, so that several streams of one payload do not disturb each other.
 * @owner keeps the descriptor open. */
GInputStream *pawl_payload_stream_new (GObject *owner, int fd);

G_END_DECLS
