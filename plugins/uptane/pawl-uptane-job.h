/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-uptane-state.h"

#include <pawl-tuf/pawl-tuf-plugin.h>

G_BEGIN_DECLS

/* One check, proof or report: gathered on the main thread, done by a worker, answered on the main
 * thread. */
typedef struct
{
  PawlContext *context;    /* (owned) */
  PawlOperation *op;       /* (owned) */
  PawlTufBridge *director; /* (owned) */
  PawlTufBridge *image;    /* (owned) */
  GStrv image_urls;        /* (owned) */
  char *source;            /* (owned) (nullable): the address of a medium, instead of the servers */
  char *director_url;      /* (owned) */
  char *events_url;        /* (owned): empty for none */
  char *gateway;           /* (owned): empty for none */
  GStrv report_fields;     /* (owned): what the gateway may know */
  char *packages_file;     /* (owned): empty for none */
  char *state_dir;         /* (owned) */
  char *lockbox_dir;       /* (owned): what was proved of media */
  char *director_root;     /* (owned) */
  char *image_root;        /* (owned) */
  char *vehicle_id;        /* (owned): empty for none */
  char *key;               /* (owned): empty for one that is made in the state folder */
  char *pin;               /* (owned) */
  gboolean manifest_hash;  /* signatures of manifests have the hash of what they sign */
  gboolean is_lockbox;     /* @source has that layout, once a worker has looked */
  gint64 now_us;
  GPtrArray *ecus;      /* (owned) (element-type PawlEcu): the primary first */
  PawlTarget *target;   /* (owned) (nullable): to be proved */
  PawlPayload *payload; /* (owned) (nullable): its bytes */
  PawlReport *report;   /* (owned) (nullable): to be sent */
} PawlUptaneJob;

PawlUptaneJob *pawl_uptane_job_new (PawlContext *context, PawlOperation *op, const char *source);
void pawl_uptane_job_free (PawlUptaneJob *self);
PawlTufUptane *pawl_uptane_job_make_uptane (PawlUptaneJob *self,
                                            PawlUptaneState *state,
                                            PawlTufClient **out_image,
                                            GError **error);

/* Each takes the job, and answers its operation. */
void pawl_uptane_check (PawlUptaneJob *job);
void pawl_uptane_verify (PawlUptaneJob *job, PawlTarget *target, PawlPayload *payload);
void pawl_uptane_report (PawlUptaneJob *job, PawlReport *report);

/* Where the bytes of what was assigned are. */
GStrv
pawl_uptane_make_uris (PawlUptaneJob *job, PawlTufClient *image, PawlTufAssignment *assignment);
/* Whether the medium is a lockbox, in a worker; else it has the folders of both repositories. */
gboolean pawl_uptane_source_is_lockbox (PawlUptaneJob *job, GError **error);

/* What goes to the Director, in a worker. */
gboolean pawl_uptane_register (PawlUptaneJob *job, PawlUptaneState *state, GError **error);
gboolean pawl_uptane_send_manifest (PawlUptaneJob *job,
                                    PawlUptaneState *state,
                                    PawlReport *report,
                                    gboolean *out_accepted,
                                    guint *out_retry_after_s,
                                    GError **error);
gboolean pawl_uptane_send_events (PawlUptaneJob *job,
                                  gboolean *out_accepted,
                                  guint *out_retry_after_s,
                                  GError **error);

gboolean pawl_uptane_send_inventory (PawlUptaneJob *job, PawlUptaneState *state, GError **error);

/* Answers to what was sent. */
guint pawl_uptane_answer_get_status (GVariant *answer, guint *out_retry_after_s);
gboolean pawl_uptane_answer_is_fine (GVariant *answer);
char *pawl_uptane_answer_dup_code (GVariant *answer);
char *pawl_uptane_answer_describe (GVariant *answer);

G_END_DECLS
