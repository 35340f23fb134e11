/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-device.h"
#include "pawl-progress-meter.h"

G_BEGIN_DECLS

/**
 * PawlFetchRequest:
 * @device: who fetches
 * @update: what
 * @serials: for which of its ECUs
 * @folder: where payloads are kept that no transport keeps itself
 * @reserve_bytes: the free space that has to be left there
 * @meter: where progress goes
 *
 * All of it is copied or held.
 */
typedef struct
{
  PawlDevice *device;
  PawlUpdate *update;
  const char *const *serials;
  const char *folder;
  guint64 reserve_bytes;
  PawlProgressMeter *meter;
} PawlFetchRequest;

/* Fetches every payload, one after the other, each from where an earlier try ended, and has each
 * verified. Before the first byte of one the installer is asked whether it could take it, and the
 * disk whether there is room.
 *
 * Fails with PAWL_ERROR_NO_SPACE; with whatever installer, transport and verifier say; with
 * PAWL_ERROR_NOT_TRUSTED when a payload is not what it should be, and then its bytes are gone. */
void pawl_fetch_async (const PawlFetchRequest *request,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
gboolean pawl_fetch_finish (GAsyncResult *result, GError **error);

/* (transfer full): the file of the payload of @target in @folder; the same bytes for two ECUs are
 * one file. */
char *pawl_fetch_make_path (const char *folder, PawlTarget *target);

G_END_DECLS
