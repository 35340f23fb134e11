/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The Primary of a vehicle: a Director says what to run, an Image repository has to agree. */
#include "pawl-uptane-verifier.h"

#include "pawl-uptane-job.h"

struct _PawlUptaneVerifier
{
  GObject parent_instance;

  PawlContext *context; /* (owned) (nullable): before it is set up */
};

static void iface_init (PawlVerifierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlUptaneVerifier,
                               pawl_uptane_verifier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_VERIFIER, iface_init))

static void
pawl_uptane_verifier_dispose (GObject *object)
{
  g_clear_object (&PAWL_UPTANE_VERIFIER (object)->context);
  G_OBJECT_CLASS (pawl_uptane_verifier_parent_class)->dispose (object);
}

static void
pawl_uptane_verifier_class_init (PawlUptaneVerifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pawl_uptane_verifier_dispose;
}

static void
pawl_uptane_verifier_init (PawlUptaneVerifier *self)
{
}

static gboolean
set_up (PawlVerifier *verifier, PawlContext *context, GError **error)
{
  PawlUptaneVerifier *self = PAWL_UPTANE_VERIFIER (verifier);
  g_auto (GStrv) image_urls = pawl_context_dup_strv (context, "image-urls");

  if (*pawl_context_get_string (context, "server-url") == '\0' &&
      (*pawl_context_get_string (context, "director-url") == '\0' || image_urls[0] == NULL))
    {
      g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
                           "uptane: server-url is empty, and director-url or image-urls, too; "
                           "wanted the addresses of both repositories");
      return FALSE;
    }
  self->context = g_object_ref (context);
  return TRUE;
}

static PawlUptaneJob *
make_job (PawlVerifier *verifier, PawlOperation *op, const char *source, GError **error)
{
  PawlUptaneJob *job = pawl_uptane_job_new (PAWL_UPTANE_VERIFIER (verifier)->context, op, source);

  if (job->ecus->len > 0)
    return job;
  pawl_uptane_job_free (job);
  g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
                       "uptane: this device has no ECU");
  return NULL;
}

static gboolean
start_check (PawlVerifier *verifier, GVariant *options, PawlOperation *op, GError **error)
{
  g_autofree char *source = pawl_tuf_plugin_dup_source (options);
  PawlUptaneJob *job = make_job (verifier, op, source, error);

  if (job != NULL)
    pawl_uptane_check (job);
  return job != NULL;
}

static gboolean
start_verify (PawlVerifier *verifier,
              PawlTarget *target,
              PawlPayload *payload,
              GVariant *options,
              PawlOperation *op,
              GError **error)
{
  PawlUptaneJob *job = make_job (verifier, op, NULL, error);

  if (job != NULL)
    pawl_uptane_verify (job, target, payload);
  return job != NULL;
}

static gboolean
start_report (PawlVerifier *verifier,
              PawlReport *report,
              GVariant *options,
              PawlOperation *op,
              GError **error)
{
  PawlUptaneJob *job = make_job (verifier, op, NULL, error);

  if (job != NULL)
    pawl_uptane_report (job, report);
  return job != NULL;
}

static void
iface_init (PawlVerifierInterface *iface)
{
  iface->set_up = set_up;
  iface->start_check = start_check;
  iface->start_verify = start_verify;
  iface->start_report = start_report;
}
