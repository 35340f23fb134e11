/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-remote-private.h"

#include <glib/gstdio.h>
#include <pawl/pawl-boot-control.h>
#include <pawl/pawl-confirmer.h>
#include <pawl/pawl-error.h>
#include <pawl/pawl-installer.h>
#include <pawl/pawl-transport.h>
#include <pawl/pawl-verifier.h>

/* From the arguments of a call on the wire to the call itself, one function for each method. A
 * value that cannot be made of them fails the call; the types of the whole are checked before. */

/* A payload is an array of at most one descriptor, and whether it may be written to. */
static gboolean
get_payload (const PawlRemoteRequest *request,
             GVariant *wire,
             PawlPayload **out_payload,
             GError **error)
{
  gboolean writable;
  gint32 handle;
  int fd;

  if (g_variant_n_children (wire) == 0)
    return TRUE;
  g_variant_get_child (wire, 0, "(hb)", &handle, &writable);
  if (request->fds == NULL || handle < 0 || handle >= g_unix_fd_list_get_length (request->fds))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT,
                   "the payload came without its descriptor");
      return FALSE;
    }
  fd = g_unix_fd_list_get (request->fds, handle, error);
  if (fd < 0)
    return FALSE;
  *out_payload = pawl_payload_new_for_fd (fd, writable, error);
  g_close (fd, NULL);
  return *out_payload != NULL;
}

static gboolean
start_fetch (GObject *instance,
             const PawlRemoteRequest *request,
             GAsyncReadyCallback callback,
             gpointer user_data,
             GError **error)
{
  g_autofree const char **uris = NULL;
  g_autoptr (GVariant) options = NULL;
  guint64 max_size;

  g_variant_get (request->arguments, "(^a&st@a{sv})", &uris, &max_size, &options);
  pawl_transport_fetch_async (PAWL_TRANSPORT (instance), uris, max_size, options,
                              request->timeout_ms, request->cancellable, callback, user_data);
  return TRUE;
}

static gboolean
start_fetch_payload (GObject *instance,
                     const PawlRemoteRequest *request,
                     GAsyncReadyCallback callback,
                     gpointer user_data,
                     GError **error)
{
  g_autofree const char **uris = NULL;
  g_autoptr (GVariant) target_wire = NULL;
  g_autoptr (GVariant) payload_wire = NULL;
  g_autoptr (GVariant) options = NULL;
  g_autoptr (PawlTarget) target = NULL;
  g_autoptr (PawlPayload) payload = NULL;

  g_variant_get (request->arguments, "(@a{sv}^a&s@a(hb)@a{sv})", &target_wire, &uris, &payload_wire,
                 &options);
  target = pawl_target_new_from_variant (target_wire, error);
  if (target == NULL || !get_payload (request, payload_wire, &payload, error))
    return FALSE;
  pawl_transport_fetch_payload_async (PAWL_TRANSPORT (instance), target, uris, payload, options,
                                      request->timeout_ms, request->monitor, request->cancellable,
                                      callback, user_data);
  return TRUE;
}

static gboolean
start_estimate (GObject *instance,
                const PawlRemoteRequest *request,
                GAsyncReadyCallback callback,
                gpointer user_data,
                GError **error)
{
  g_autofree const char **uris = NULL;
  g_autoptr (GVariant) target_wire = NULL;
  g_autoptr (GVariant) options = NULL;
  g_autoptr (PawlTarget) target = NULL;

  g_variant_get (request->arguments, "(@a{sv}^a&s@a{sv})", &target_wire, &uris, &options);
  target = pawl_target_new_from_variant (target_wire, error);
  if (target == NULL)
    return FALSE;
  pawl_transport_estimate_async (PAWL_TRANSPORT (instance), target, uris, options,
                                 request->timeout_ms, request->cancellable, callback, user_data);
  return TRUE;
}

static gboolean
start_send (GObject *instance,
            const PawlRemoteRequest *request,
            GAsyncReadyCallback callback,
            gpointer user_data,
            GError **error)
{
  const char *uri;
  const char *method;
  g_autoptr (GVariant) body_wire = NULL;
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GBytes) body = NULL;

  g_variant_get (request->arguments, "(&s&s@ay@a{sv})", &uri, &method, &body_wire, &options);
  body = g_variant_get_data_as_bytes (body_wire);
  pawl_transport_send_async (PAWL_TRANSPORT (instance), uri, method, body, options,
                             request->timeout_ms, request->cancellable, callback, user_data);
  return TRUE;
}

static gboolean
start_verifier_check (GObject *instance,
                      const PawlRemoteRequest *request,
                      GAsyncReadyCallback callback,
                      gpointer user_data,
                      GError **error)
{
  g_autoptr (GVariant) options = g_variant_get_child_value (request->arguments, 0);

  pawl_verifier_check_async (PAWL_VERIFIER (instance), options, request->timeout_ms,
                             request->monitor, request->cancellable, callback, user_data);
  return TRUE;
}

static gboolean
start_verify (GObject *instance,
              const PawlRemoteRequest *request,
              GAsyncReadyCallback callback,
              gpointer user_data,
              GError **error)
{
  g_autoptr (GVariant) target_wire = NULL;
  g_autoptr (GVariant) payload_wire = NULL;
  g_autoptr (GVariant) options = NULL;
  g_autoptr (PawlTarget) target = NULL;
  g_autoptr (PawlPayload) payload = NULL;

  g_variant_get (request->arguments, "(@a{sv}@a(hb)@a{sv})", &target_wire, &payload_wire, &options);
  target = pawl_target_new_from_variant (target_wire, error);
  if (target == NULL || !get_payload (request, payload_wire, &payload, error))
    return FALSE;
  pawl_verifier_verify_async (PAWL_VERIFIER (instance), target, payload, options,
                              request->timeout_ms, request->monitor, request->cancellable, callback,
                              user_data);
  return TRUE;
}

static gboolean
start_report (GObject *instance,
              const PawlRemoteRequest *request,
              GAsyncReadyCallback callback,
              gpointer user_data,
              GError **error)
{
  g_autoptr (GVariant) report_wire = NULL;
  g_autoptr (GVariant) options = NULL;
  g_autoptr (PawlReport) report = NULL;

  g_variant_get (request->arguments, "(@a{sv}@a{sv})", &report_wire, &options);
  report = pawl_report_new_from_variant (report_wire, error);
  if (report == NULL)
    return FALSE;
  pawl_verifier_report_async (PAWL_VERIFIER (instance), report, options, request->timeout_ms,
                              request->cancellable, callback, user_data);
  return TRUE;
}

static gboolean
start_install (GObject *instance,
               const PawlRemoteRequest *request,
               GAsyncReadyCallback callback,
               gpointer user_data,
               GError **error)
{
  g_autoptr (GVariant) target_wire = NULL;
  g_autoptr (GVariant) payload_wire = NULL;
  g_autoptr (GVariant) options = NULL;
  g_autoptr (PawlTarget) target = NULL;
  g_autoptr (PawlPayload) payload = NULL;

  g_variant_get (request->arguments, "(@a{sv}@a(hb)@a{sv})", &target_wire, &payload_wire, &options);
  target = pawl_target_new_from_variant (target_wire, error);
  if (target == NULL || !get_payload (request, payload_wire, &payload, error))
    return FALSE;
  pawl_installer_install_async (PAWL_INSTALLER (instance), target, payload, options,
                                request->timeout_ms, request->monitor, request->cancellable,
                                callback, user_data);
  return TRUE;
}

/* The methods that take a target, or nothing, and options. */
#define DEFINE_TARGET_METHOD(method)                                                               \
  static gboolean start_##method (GObject *instance, const PawlRemoteRequest *request,             \
                                  GAsyncReadyCallback callback, gpointer user_data,                \
                                  GError **error)                                                  \
  {                                                                                                \
    g_autoptr (GVariant) wire = g_variant_get_child_value (request->arguments, 0);                 \
    g_autoptr (GVariant) options = g_variant_get_child_value (request->arguments, 1);              \
    g_autoptr (PawlTarget) target = pawl_target_new_from_variant (wire, error);                    \
                                                                                                   \
    if (target != NULL)                                                                            \
      pawl_installer_##method##_async (PAWL_INSTALLER (instance), target, options,                 \
                                       request->timeout_ms, request->cancellable, callback,        \
                                       user_data);                                                 \
    return target != NULL;                                                                         \
  }

#define DEFINE_PLAIN_METHOD(prefix, PREFIX, method)                                                \
  static gboolean start_##method (GObject *instance, const PawlRemoteRequest *request,             \
                                  GAsyncReadyCallback callback, gpointer user_data,                \
                                  GError **error)                                                  \
  {                                                                                                \
    g_autoptr (GVariant) options = g_variant_get_child_value (request->arguments, 0);              \
                                                                                                   \
    pawl_##prefix##_##method##_async (PAWL_##PREFIX (instance), options, request->timeout_ms,      \
                                      request->cancellable, callback, user_data);                  \
    return TRUE;                                                                                   \
  }

DEFINE_TARGET_METHOD (can_install)
DEFINE_TARGET_METHOD (activate)
DEFINE_TARGET_METHOD (revert)
DEFINE_TARGET_METHOD (commit)
DEFINE_PLAIN_METHOD (installer, INSTALLER, describe_installed)
DEFINE_PLAIN_METHOD (installer, INSTALLER, clean_up)
DEFINE_PLAIN_METHOD (boot_control, BOOT_CONTROL, get_status)
DEFINE_PLAIN_METHOD (boot_control, BOOT_CONTROL, mark_good)
DEFINE_PLAIN_METHOD (boot_control, BOOT_CONTROL, mark_bad)
DEFINE_PLAIN_METHOD (confirmer, CONFIRMER, check)

static gboolean
start_arm (GObject *instance,
           const PawlRemoteRequest *request,
           GAsyncReadyCallback callback,
           gpointer user_data,
           GError **error)
{
  g_autoptr (GVariant) options = NULL;
  guint tries;

  g_variant_get (request->arguments, "(u@a{sv})", &tries, &options);
  pawl_boot_control_arm_async (PAWL_BOOT_CONTROL (instance), tries, options, request->timeout_ms,
                               request->cancellable, callback, user_data);
  return TRUE;
}

static gboolean
start_begin_trial (GObject *instance,
                   const PawlRemoteRequest *request,
                   GAsyncReadyCallback callback,
                   gpointer user_data,
                   GError **error)
{
  g_autoptr (GVariant) wire = NULL;
  g_autoptr (GVariant) options = NULL;
  g_autoptr (PawlUpdate) update = NULL;

  g_variant_get (request->arguments, "(@a{sv}@a{sv})", &wire, &options);
  update = pawl_update_new_from_variant (wire, error);
  if (update == NULL)
    return FALSE;
  pawl_confirmer_begin_trial_async (PAWL_CONFIRMER (instance), update, options, request->timeout_ms,
                                    request->cancellable, callback, user_data);
  return TRUE;
}

static gboolean
start_end_trial (GObject *instance,
                 const PawlRemoteRequest *request,
                 GAsyncReadyCallback callback,
                 gpointer user_data,
                 GError **error)
{
  g_autoptr (GVariant) options = NULL;
  const char *nick;
  int verdict;

  g_variant_get (request->arguments, "(&s@a{sv})", &nick, &options);
  if (!pawl_enum_from_nick (PAWL_TYPE_VERDICT, nick, &verdict, error))
    return FALSE;
  pawl_confirmer_end_trial_async (PAWL_CONFIRMER (instance), (PawlVerdict) verdict, options,
                                  request->timeout_ms, request->cancellable, callback, user_data);
  return TRUE;
}

static const PawlRemoteMethod methods[] = {
  {pawl_transport_get_type,    "fetch",              "(asta{sv})",          start_fetch             },
  {pawl_transport_get_type,    "fetch_payload",      "(a{sv}asa(hb)a{sv})", start_fetch_payload     },
  {pawl_transport_get_type,    "estimate",           "(a{sv}asa{sv})",      start_estimate          },
  {pawl_transport_get_type,    "send",               "(ssaya{sv})",         start_send              },
  {pawl_verifier_get_type,     "check",              "(a{sv})",             start_verifier_check    },
  {pawl_verifier_get_type,     "verify",             "(a{sv}a(hb)a{sv})",   start_verify            },
  {pawl_verifier_get_type,     "report",             "(a{sv}a{sv})",        start_report            },
  {pawl_installer_get_type,    "describe_installed", "(a{sv})",             start_describe_installed},
  {pawl_installer_get_type,    "can_install",        "(a{sv}a{sv})",        start_can_install       },
  {pawl_installer_get_type,    "install",            "(a{sv}a(hb)a{sv})",   start_install           },
  {pawl_installer_get_type,    "activate",           "(a{sv}a{sv})",        start_activate          },
  {pawl_installer_get_type,    "revert",             "(a{sv}a{sv})",        start_revert            },
  {pawl_installer_get_type,    "commit",             "(a{sv}a{sv})",        start_commit            },
  {pawl_installer_get_type,    "clean_up",           "(a{sv})",             start_clean_up          },
  {pawl_boot_control_get_type, "arm",                "(ua{sv})",            start_arm               },
  {pawl_boot_control_get_type, "get_status",         "(a{sv})",             start_get_status        },
  {pawl_boot_control_get_type, "mark_good",          "(a{sv})",             start_mark_good         },
  {pawl_boot_control_get_type, "mark_bad",           "(a{sv})",             start_mark_bad          },
  {pawl_confirmer_get_type,    "begin_trial",        "(a{sv}a{sv})",        start_begin_trial       },
  {pawl_confirmer_get_type,    "check",              "(a{sv})",             start_check             },
  {pawl_confirmer_get_type,    "end_trial",          "(sa{sv})",            start_end_trial         },
};

const PawlRemoteMethod *
pawl_remote_method_lookup (GObject *instance, const char *method)
{
  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_str_equal (methods[i].method, method) &&
        G_TYPE_CHECK_INSTANCE_TYPE (instance, methods[i].get_interface ()))
      return &methods[i];
  return NULL;
}

const char *
pawl_remote_method_peek_uri (const char *method, GVariant *arguments)
{
  g_autoptr (GVariant) list = NULL;
  const char *uri = NULL;

  if (g_str_equal (method, "send") &&
      g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(ssaya{sv})")))
    g_variant_get_child (arguments, 0, "&s", &uri);
  else if (g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(asta{sv})")))
    list = g_variant_get_child_value (arguments, 0);
  else if (g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(a{sv}asa(hb)a{sv})")) ||
           g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(a{sv}asa{sv})")))
    list = g_variant_get_child_value (arguments, 1);
  if (list != NULL && g_variant_n_children (list) > 0)
    g_variant_get_child (list, 0, "&s", &uri);
  return uri;
}

/* ---- what is not asked for by name ---- */

gboolean
pawl_remote_set_up (GObject *instance, PawlContext *context, GError **error)
{
  if (PAWL_IS_TRANSPORT (instance))
    return pawl_transport_set_up (PAWL_TRANSPORT (instance), context, error);
  if (PAWL_IS_VERIFIER (instance))
    return pawl_verifier_set_up (PAWL_VERIFIER (instance), context, error);
  if (PAWL_IS_INSTALLER (instance))
    return pawl_installer_set_up (PAWL_INSTALLER (instance), context, error);
  if (PAWL_IS_BOOT_CONTROL (instance))
    return pawl_boot_control_set_up (PAWL_BOOT_CONTROL (instance), context, error);
  return pawl_confirmer_set_up (PAWL_CONFIRMER (instance), context, error);
}

static void
add_constant (GVariantDict *constants, const char *name, GStrv list)
{
  if (list != NULL)
    g_variant_dict_insert (constants, name, "^as", list);
  g_strfreev (list);
}

GVariant *
pawl_remote_get_constants (GObject *instance)
{
  g_auto (GVariantDict) constants = G_VARIANT_DICT_INIT (NULL);

  if (PAWL_IS_TRANSPORT (instance))
    {
      add_constant (&constants, "schemes",
                    pawl_transport_list_schemes (PAWL_TRANSPORT (instance), NULL));
      add_constant (&constants, "formats",
                    pawl_transport_list_formats (PAWL_TRANSPORT (instance), NULL));
    }
  else if (PAWL_IS_INSTALLER (instance))
    add_constant (&constants, "formats",
                  pawl_installer_list_formats (PAWL_INSTALLER (instance), NULL));
  return g_variant_dict_end (&constants);
}
