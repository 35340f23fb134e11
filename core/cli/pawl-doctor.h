/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <sys/statvfs.h>
#include <sys/types.h>

#include "pawl-cli.h"

G_BEGIN_DECLS

/**
 * PawlSeverity:
 * @PAWL_SEVERITY_NOTE: worth knowing
 * @PAWL_SEVERITY_WARNING: will hurt some day
 * @PAWL_SEVERITY_ERROR: an update fails, or a bad one is kept
 *
 * How bad a finding is.
 */
typedef enum
{
  PAWL_SEVERITY_NOTE,
  PAWL_SEVERITY_WARNING,
  PAWL_SEVERITY_ERROR,
} PawlSeverity;

/**
 * PawlDoctor:
 *
 * One examination: what is looked at, and what was found so far. It reads files itself, so that it
 * has something to say also when the daemon has not.
 */
typedef struct
{
  PawlCli *cli;         /* (unowned) */
  char *root;           /* (owned): empty, or the folder that stands for the root of the system */
  gboolean running;     /* it is the running system */
  const char *pawld;    /* (unowned): the program that judges its configuration */
  uid_t owner;          /* whose files may be trusted */
  GKeyFile *config;     /* (owned): all files, later ones winning */
  GVariant *available;  /* (owned) (nullable): the update that is known, when the daemon runs */
  GPtrArray *findings;  /* (owned) (element-type GVariant) */
  const char *check;    /* (unowned): the one that runs */
  guint check_findings; /* what it found */
  guint errors;
  guint warnings;
} PawlDoctor;

/* What may be wrong with a device, one function for each kind. */
typedef void (*PawlDoctorCheck) (PawlDoctor *self);

void pawl_doctor_check_config (PawlDoctor *self);
void pawl_doctor_check_daemon (PawlDoctor *self);
void pawl_doctor_check_plugins (PawlDoctor *self);
void pawl_doctor_check_sandbox (PawlDoctor *self);
void pawl_doctor_check_permissions (PawlDoctor *self);
void pawl_doctor_check_space (PawlDoctor *self);
void pawl_doctor_check_clock (PawlDoctor *self);
void pawl_doctor_check_kernel (PawlDoctor *self);
void pawl_doctor_check_boot (PawlDoctor *self);
void pawl_doctor_check_watchdog (PawlDoctor *self);
void pawl_doctor_check_gpio (PawlDoctor *self);
void pawl_doctor_check_certificates (PawlDoctor *self);
void pawl_doctor_check_metadata (PawlDoctor *self);
void pawl_doctor_check_servers (PawlDoctor *self);

/* What check_space says about the file system of @folder. */
void pawl_doctor_judge_space (PawlDoctor *self, const char *folder, const struct statvfs *info);

/* For the checks. */
void
pawl_doctor_find (PawlDoctor *self, PawlSeverity severity, const char *fix, const char *format, ...)
  G_GNUC_PRINTF (4, 5);
char *pawl_doctor_path (PawlDoctor *self, const char *path);
char *pawl_doctor_get (PawlDoctor *self, const char *group, const char *key, const char *fallback);
GStrv pawl_doctor_dup_plugins (PawlDoctor *self);
gboolean pawl_doctor_uses (PawlDoctor *self, const char *plugin);

PawlDoctor *pawl_doctor_new (PawlCli *cli, const char *folder);
void pawl_doctor_free (PawlDoctor *self);
void pawl_doctor_examine (PawlDoctor *self);
GVariant *pawl_doctor_to_variant (PawlDoctor *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlDoctor, pawl_doctor_free)

G_END_DECLS
