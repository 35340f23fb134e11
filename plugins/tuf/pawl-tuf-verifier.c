/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* For devices with an image repository and no Director. The trust library blocks, so it works in a
 * thread; one call at a time, because there is one trusted store. */
#include "pawl-tuf-verifier.h"

#include "pawl-tuf-job.h"

#include <string.h>

struct _PawlTufVerifier
{
  GObject parent_instance;

  PawlContext *context; /* (owned) (nullable): before it is set up */
};

static void iface_init (PawlVerifierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlTufVerifier,
                               pawl_tuf_verifier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_VERIFIER, iface_init))

static void
pawl_tuf_verifier_dispose (GObject *object)
{
  g_clear_object (&PAWL_TUF_VERIFIER (object)->context);
  G_OBJECT_CLASS (pawl_tuf_verifier_parent_class)->dispose (object);
}

static void
pawl_tuf_verifier_class_init (PawlTufVerifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pawl_tuf_verifier_dispose;
}

static void
pawl_tuf_verifier_init (PawlTufVerifier *self)
{
}

static gboolean
set_up (PawlVerifier *verifier, PawlContext *context, GError **error)
{
  PawlTufVerifier *self = PAWL_TUF_VERIFIER (verifier);
  g_auto (GStrv) urls = pawl_context_dup_strv (context, "metadata-urls");

  if (urls[0] == NULL)
    {
      g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
                           "tuf: metadata-urls is empty, wanted the repository's address");
      return FALSE;
    }
  self->context = g_object_ref (context);
  return TRUE;
}

static gboolean
start_check (PawlVerifier *verifier, GVariant *options, PawlOperation *op, GError **error)
{
  g_autofree char *source = pawl_tuf_plugin_dup_source (options);

  pawl_tuf_job_check (pawl_tuf_job_new (PAWL_TUF_VERIFIER (verifier)->context, op, source));
  return TRUE;
}

static gboolean
start_verify (PawlVerifier *verifier,
              PawlTarget *target,
              PawlPayload *payload,
              GVariant *options,
              PawlOperation *op,
              GError **error)
{
  pawl_tuf_job_verify (pawl_tuf_job_new (PAWL_TUF_VERIFIER (verifier)->context, op, NULL), target,
                       payload);
  return TRUE;
}

/* ---- reports ---- */

static void
answer_report (PawlOperation *op, gboolean accepted, guint retry_after_s)
{
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&answer, "accepted", "b", accepted);
  g_variant_dict_insert (&answer, "retry-after-s", "u", retry_after_s);
  pawl_operation_complete (op, g_variant_dict_end (&answer));
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlOperation) op = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    pawl_transport_send_finish (PAWL_TRANSPORT (source), result, &error);
  guint status = 0, retry_after_s = 0;

  if (answer == NULL)
    {
      pawl_operation_fail (op, error);
      return;
    }
  g_variant_lookup (answer, "status", "u", &status);
  g_variant_lookup (answer, "retry-after-s", "u", &retry_after_s);
  answer_report (op, status >= 200 && status < 300, retry_after_s);
}

static gboolean
start_report (PawlVerifier *verifier,
              PawlReport *report,
              GVariant *options,
              PawlOperation *op,
              GError **error)
{
  PawlContext *context = PAWL_TUF_VERIFIER (verifier)->context;
  const char *url = pawl_context_get_string (context, "report-url");
  g_autoptr (PawlTransport) transport = NULL;
  g_autoptr (GBytes) body = NULL;
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  char *text;

  /* Nobody wants to hear about it: it need not be kept. */
  if (*url == '\0')
    {
      answer_report (op, TRUE, 0);
      return TRUE;
    }
  transport = pawl_context_dup_transport (context, url, error);
  if (transport == NULL)
    return FALSE;
  text = pawl_tuf_variant_to_json (pawl_value_to_variant (PAWL_VALUE (report)));
  body = g_bytes_new_take (text, strlen (text));
  g_variant_dict_insert (&dict, "content-type", "s", "application/json");
  pawl_transport_send_async (transport, url, "POST", body, g_variant_dict_end (&dict), 0,
                             pawl_operation_get_cancellable (op), on_sent, g_object_ref (op));
  return TRUE;
}

static void
iface_init (PawlVerifierInterface *iface)
{
  iface->set_up = set_up;
  iface->start_check = start_check;
  iface->start_verify = start_verify;
  iface->start_report = start_report;
}
