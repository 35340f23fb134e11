/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "ats-device.h"
#include "ats-json.h"

G_BEGIN_DECLS

typedef struct
{
  PawlTufKey *key;   /* (owned) */
  char *hardware_id; /* (owned) */
} AtsEcu;

/* What was asked for since the last root of this repository. */
typedef struct
{
  gboolean root;
  gboolean timestamp;
  gboolean snapshot;
  gboolean targets;
} AtsRepository;

struct _AtsDevice
{
  GHashTable *ids;      /* (owned) (element-type utf8): devices that got credentials */
  GHashTable *ecus;     /* (owned) (nullable) (element-type utf8 AtsEcu): by serial */
  char *primary;        /* (owned) (nullable) */
  GBytes *registration; /* (owned) (nullable): as it came */
  gboolean replaceable;
  gint64 counter; /* of the last manifest */
  gboolean told;  /* there was a manifest, taken or not */
  AtsRepository director;
  AtsRepository image;
  GHashTable *events; /* (owned) (element-type utf8): ids */
  guint repeated;
};

/* With a manifest. */
void ats_device_begin_poll (AtsDevice *self);

G_END_DECLS
