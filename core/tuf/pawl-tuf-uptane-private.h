/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-uptane.h>

G_BEGIN_DECLS

/* What is known about an ECU of this vehicle. */
typedef struct
{
  char *serial;      /* (owned): as this vehicle writes it */
  char *hardware_id; /* (owned) */
  char *name;        /* (owned) (nullable): the image that it runs */
  char *sha256;      /* (owned) (nullable): its hash */
  gint64 counter;    /* the highest release counter that it ever had */
} PawlTufUptaneEcu;

/* Stands before the fetch function of a client, and remembers what was asked for last. */
typedef struct
{
  PawlTufUptane *owner;  /* (unowned) */
  PawlTufClient *client; /* (unowned) */
  PawlTufFetchFunc fetch;
  gpointer data;
} PawlTufWatch;

struct _PawlTufUptane
{
  GObject parent_instance;

  PawlTufClient *director; /* (owned) */
  PawlTufClient *image;    /* (owned) */
  char *vehicle_id;        /* (owned) (nullable) */
  GHashTable *ecus;        /* (owned): serial to PawlTufUptaneEcu */
  PawlTufWatch watches[2];
  PawlTufClient *current; /* (unowned) (nullable): whose step it is */
  char *path;             /* (owned) (nullable): what was asked for last */
  gboolean missing;       /* and it was not there */
  char *lockbox_id;       /* (owned) (nullable): the correlation id of an offline update */
};

void pawl_tuf_uptane_ecu_free (gpointer ecu);

/* ECUs by serial, as texts. */
GHashTable *pawl_tuf_uptane_ecus_new (void);
PawlTufUptaneEcu *
pawl_tuf_uptane_ecus_add (GHashTable *ecus, const char *serial, const char *hardware_id);
PawlTufUptaneEcu *pawl_tuf_uptane_ecus_find (GHashTable *ecus, const char *serial);

/* The Director's word alone: images for known ECUs of the right hardware, each ECU once. */
GPtrArray *
pawl_tuf_uptane_read_director (PawlTufMetadata *targets, GHashTable *ecus, GError **error);
gboolean
pawl_tuf_uptane_check_vehicle (PawlTufMetadata *targets, const char *vehicle_id, GError **error);
/* What only an ECU itself could read, and what is older than what it had, is for none. */
gboolean
pawl_tuf_uptane_check_assignment (PawlTufAssignment *assignment, GHashTable *ecus, GError **error);
/* Whether every ECU that has an image runs it already. */
gboolean pawl_tuf_uptane_is_nothing_new (GPtrArray *assignments, GHashTable *ecus);
/* Whether the Image repository's entry is the same image. */
gboolean
pawl_tuf_uptane_compare (PawlTufAssignment *assignment, const char *hardware_id, GError **error);

/* Finds every assignment in @image, the Image repository's client. */
gboolean pawl_tuf_uptane_match (PawlTufUptane *self,
                                PawlTufClient *image,
                                GPtrArray *assignments,
                                GError **error);

G_END_DECLS
