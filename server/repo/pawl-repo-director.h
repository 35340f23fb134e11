/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-repo-batch.h"
#include "pawl-repo-work.h"

G_BEGIN_DECLS

/* The Director: what each device is to run, signed beforehand. It is a work folder of its own in
 * the image repository's, `director/`, with its own root and keys, and also
 *
 *   devices/DEVICE.json            the ECUs of a device and what they are assigned
 *   pending/DEVICE/ROLE.json       what it is to get, until enough holders have signed it
 *   signed/DEVICE/ROLE.json        what the device gets
 */
typedef struct
{
  PawlRepoWork *images;   /* (owned) */
  PawlRepoWork *work;     /* (owned): the Director's */
  GPtrArray *image_roles; /* (owned) (nullable) (element-type PawlTufMetadata) */
  GHashTable *index;      /* (owned) (nullable): name of a target → where it is in image_roles */
} PawlRepoDirector;

gboolean pawl_repo_director_create (PawlRepoWork *images, GError **error);
PawlRepoDirector *pawl_repo_director_open (const char *folder, GError **error);
void pawl_repo_director_free (PawlRepoDirector *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlRepoDirector, pawl_repo_director_free)

/* Devices. */
GPtrArray *pawl_repo_director_list_devices (PawlRepoDirector *self, GError **error);
JsonObject *
pawl_repo_director_load_device (PawlRepoDirector *self, const char *device, GError **error);
gboolean pawl_repo_director_save_device (PawlRepoDirector *self,
                                         const char *device,
                                         JsonObject *object,
                                         PawlRepoBatch *batch,
                                         GError **error);
gboolean pawl_repo_director_add_ecu (PawlRepoDirector *self,
                                     const char *device,
                                     const char *serial,
                                     const char *hardware_id,
                                     GError **error);
gboolean pawl_repo_director_assign (PawlRepoDirector *self,
                                    const char *device,
                                    const char *serial,
                                    const char *target,
                                    GError **error);
gboolean pawl_repo_director_assign_hardware (PawlRepoDirector *self,
                                             const char *hardware_id,
                                             const char *target,
                                             guint *out_ecus,
                                             GError **error);

gboolean pawl_repo_director_unassign_target (PawlRepoDirector *self,
                                             const char *target,
                                             guint *out_ecus,
                                             GError **error);

/* What the image repository says about a target. */
JsonObject *
pawl_repo_director_find_image (PawlRepoDirector *self, const char *target, GError **error);

/* Signing: by as many holders as the Director's root asks for, one after the other, each in a clone
 * of the work folder. */
typedef struct
{
  GPtrArray *signers; /* (unowned) (element-type PawlTufSigner) */
  gint64 limit_us;    /* what expires before is signed again */
  guint devices;      /* out: that get something new */
  guint waiting;      /* out: whose files lack signatures */
  guint signatures;   /* out: that were made */
} PawlRepoDirectorSign;

gboolean
pawl_repo_director_sign (PawlRepoDirector *self, PawlRepoDirectorSign *job, GError **error);
JsonObject *pawl_repo_director_make_targets (PawlRepoDirector *self,
                                             const char *device,
                                             gint64 version,
                                             const char *expires,
                                             GError **error);
gboolean pawl_repo_director_says_the_same (PawlTufMetadata *file, JsonObject *object);
char *pawl_repo_director_dup_file_path (PawlRepoDirector *self,
                                        const char *state,
                                        const char *device,
                                        const char *role);

/* Signatures of colleagues. */
gboolean pawl_repo_director_export (PawlRepoDirector *self,
                                    const char *path,
                                    guint *out_files,
                                    GError **error);
gboolean pawl_repo_director_import (PawlRepoDirector *self,
                                    const char *path,
                                    guint *out_files,
                                    GError **error);

/* After a theft. */
gboolean
pawl_repo_director_replace_keys (PawlRepoDirector *self, const char *const *names, GError **error);
GPtrArray *pawl_repo_director_restore (PawlRepoDirector *self, const char *folder, GError **error);

gboolean pawl_repo_director_publish (PawlRepoDirector *self,
                                     const char *folder,
                                     gboolean switched,
                                     guint *out_files,
                                     GError **error);

/* An update on a stick. */
typedef struct
{
  const char *name;
  const char *folder;
  const char *const *targets;
  const char *ostree; /* (nullable): the repository of targets that are commits */
  GPtrArray *signers; /* (unowned) (nullable) (element-type PawlTufSigner): in the ATS format, keys
                         of offline-updates and offline-snapshot */
} PawlRepoDirectorBundle;

gboolean
pawl_repo_director_bundle (PawlRepoDirector *self, PawlRepoDirectorBundle *job, GError **error);

G_END_DECLS
