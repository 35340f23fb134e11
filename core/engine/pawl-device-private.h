/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-device.h"

G_BEGIN_DECLS

struct _PawlDevice
{
  GObject parent_instance;

  PawlConfig *config;         /* (owned) */
  PawlPluginHost *host;       /* (owned) */
  PawlTimeFloor *floor;       /* (owned) */
  PawlDecisionLog *decisions; /* (owned) */
  char *id;                   /* (owned) */
  GPtrArray *instances;       /* (owned): of PawlInstance (owned) */
  GHashTable *installed;      /* (owned): serial to PawlTarget */
};

G_END_DECLS
