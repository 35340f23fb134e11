/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-device.h"
#include "pawl-progress-meter.h"

G_BEGIN_DECLS

/* A device of two ECUs, whose installers run one shell script, with a verifier that compares. */
typedef struct
{
  char *folder;
  char *command;
  char *source;
  PawlClock *clock;
  PawlPluginHost *host;
  PawlDevice *device;
  PawlProgressMeter *meter;
  guint changes;
} DeviceFixture;

/* The bytes that the verifier takes for genuine; `hello` at first. */
extern const char *device_fixture_genuine;
/* What the confirmer `judge` says: a verdict; or that it is `broken`; or `lonely`, which passes
 * when the server was reached. `pass` at first. */
extern const char *device_fixture_mood;

/* What the verifier says that this device should run; nothing at first. A source that it is asked
 * to look at is never there. */
extern PawlUpdate *device_fixture_update;
/* How many reports the verifier got. */
extern guint device_fixture_reports;

void device_fixture_set_up (DeviceFixture *self, gconstpointer data);
void device_fixture_tear_down (DeviceFixture *self, gconstpointer data);
/* @daemon is as below. */
PawlConfig *device_fixture_make_config (DeviceFixture *self, const char *daemon);
/* Another device; @daemon is the text of the group [daemon], and of groups behind it. */
void device_fixture_make_device (DeviceFixture *self, const char *daemon);
/* @body is the script's shell, and $1 the step. */
void device_fixture_write_command (DeviceFixture *self, const char *body);
/* Its bytes are those of the file `source`. */
PawlTarget *device_fixture_make_target (DeviceFixture *self);
/* That target for both ECUs, `r1` and `l1`. */
PawlUpdate *device_fixture_make_update (DeviceFixture *self);
void device_fixture_keep_result (GObject *source, GAsyncResult *result, gpointer data);
void device_fixture_wait_for (GAsyncResult **result);

G_END_DECLS
