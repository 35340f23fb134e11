/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-proxy-private.h"

#include <pawl/pawl-boot-control.h>
#include <pawl/pawl-confirmer.h>
#include <pawl/pawl-installer.h>
#include <pawl/pawl-transport.h>
#include <pawl/pawl-verifier.h>

/* The five interfaces, from the call itself to the arguments on the wire. Every slot is filled:
 * what the plugin leaves out, the other side's wrapper answers. */

static gboolean
set_up (gpointer self, PawlContext *context, GError **error)
{
  /* Done by whoever connected. */
  return TRUE;
}

static GStrv
list_formats (gpointer self)
{
  return pawl_proxy_dup_constant (self, "formats");
}

static GVariant *
wire (gpointer value)
{
  return pawl_value_to_variant (PAWL_VALUE (value));
}

/* FALSE with an error when there are no more descriptors. */
static gboolean
payload_to_wire (PawlPayload *payload, GVariant **out_wire, GUnixFDList **out_fds, GError **error)
{
  GVariantBuilder builder;
  int handle;
  int fd;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(hb)"));
  if (payload != NULL)
    {
      fd = pawl_payload_dup_fd (payload, error);
      if (fd < 0)
        return FALSE;
      *out_fds = g_unix_fd_list_new_from_array (&fd, 1);
      handle = 0;
      g_variant_builder_add (&builder, "(hb)", handle, pawl_payload_get_writable (payload));
    }
  *out_wire = g_variant_builder_end (&builder);
  return TRUE;
}

static gboolean
call_with_payload (gpointer self,
                   const char *method,
                   PawlTarget *target,
                   PawlPayload *payload,
                   GVariant *options,
                   PawlOperation *op,
                   GError **error)
{
  g_autoptr (GUnixFDList) fds = NULL;
  GVariant *payload_wire;

  if (!payload_to_wire (payload, &payload_wire, &fds, error))
    return FALSE;
  return pawl_proxy_call (self, method,
                          g_variant_new ("(@a{sv}@a(hb)@a{sv})", wire (target), payload_wire,
                                         options),
                          fds, G_TYPE_NONE, op);
}

#define DEFINE_PLAIN_SLOT(Class, method, answer_type)                                              \
  static gboolean method (Class *self, GVariant *options, PawlOperation *op, GError **error)       \
  {                                                                                                \
    return pawl_proxy_call (self, #method, g_variant_new ("(@a{sv})", options), NULL, answer_type, \
                            op);                                                                   \
  }

#define DEFINE_TARGET_SLOT(method)                                                                 \
  static gboolean method (PawlInstaller *self, PawlTarget *target, GVariant *options,              \
                          PawlOperation *op, GError **error)                                       \
  {                                                                                                \
    return pawl_proxy_call (self, #method,                                                         \
                            g_variant_new ("(@a{sv}@a{sv})", wire (target), options), NULL,        \
                            G_TYPE_NONE, op);                                                      \
  }

#define DEFINE_PROXY(Name, name, TYPE)                                                             \
  typedef PawlProxy Name##Proxy;                                                                   \
  typedef PawlProxyClass Name##ProxyClass;                                                         \
  GType pawl_##name##_proxy_get_type (void);                                                       \
  static void pawl_##name##_proxy_iface_init (Name##Interface *iface);                             \
  G_DEFINE_TYPE_WITH_CODE (Name##Proxy, pawl_##name##_proxy, PAWL_TYPE_PROXY,                      \
                           G_IMPLEMENT_INTERFACE (TYPE, pawl_##name##_proxy_iface_init))           \
  static void pawl_##name##_proxy_class_init (Name##ProxyClass *klass)                             \
  {                                                                                                \
  }                                                                                                \
  static void pawl_##name##_proxy_init (Name##Proxy *self)                                         \
  {                                                                                                \
  }

DEFINE_PROXY (PawlTransport, transport, PAWL_TYPE_TRANSPORT)
DEFINE_PROXY (PawlVerifier, verifier, PAWL_TYPE_VERIFIER)
DEFINE_PROXY (PawlInstaller, installer, PAWL_TYPE_INSTALLER)
DEFINE_PROXY (PawlBootControl, boot_control, PAWL_TYPE_BOOT_CONTROL)
DEFINE_PROXY (PawlConfirmer, confirmer, PAWL_TYPE_CONFIRMER)

/* ---- transport ---- */

static GStrv
list_schemes (PawlTransport *self)
{
  return pawl_proxy_dup_constant (self, "schemes");
}

static gboolean
fetch (PawlTransport *self,
       const char *const *uris,
       guint64 max_size,
       GVariant *options,
       PawlOperation *op,
       GError **error)
{
  return pawl_proxy_call (self, "fetch", g_variant_new ("(^ast@a{sv})", uris, max_size, options),
                          NULL, G_TYPE_NONE, op);
}

static gboolean
fetch_payload (PawlTransport *self,
               PawlTarget *target,
               const char *const *uris,
               PawlPayload *destination,
               GVariant *options,
               PawlOperation *op,
               GError **error)
{
  g_autoptr (GUnixFDList) fds = NULL;
  GVariant *payload;

  if (!payload_to_wire (destination, &payload, &fds, error))
    return FALSE;
  return pawl_proxy_call (self, "fetch_payload",
                          g_variant_new ("(@a{sv}^as@a(hb)@a{sv})", wire (target), uris, payload,
                                         options),
                          fds, G_TYPE_NONE, op);
}

static gboolean
estimate (PawlTransport *self,
          PawlTarget *target,
          const char *const *uris,
          GVariant *options,
          PawlOperation *op,
          GError **error)
{
  return pawl_proxy_call (self, "estimate",
                          g_variant_new ("(@a{sv}^as@a{sv})", wire (target), uris, options), NULL,
                          G_TYPE_NONE, op);
}

static gboolean
send_report (PawlTransport *self,
             const char *uri,
             const char *method,
             GBytes *body,
             GVariant *options,
             PawlOperation *op,
             GError **error)
{
  return pawl_proxy_call (
    self, "send",
    g_variant_new ("(ss@ay@a{sv})", uri, method,
                   g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, body, TRUE), options),
    NULL, G_TYPE_NONE, op);
}

static void
pawl_transport_proxy_iface_init (PawlTransportInterface *iface)
{
  iface->set_up = (gpointer) set_up;
  iface->list_schemes = list_schemes;
  iface->list_formats = (gpointer) list_formats;
  iface->start_fetch = fetch;
  iface->start_fetch_payload = fetch_payload;
  iface->start_estimate = estimate;
  iface->start_send = send_report;
}

/* ---- verifier ---- */

static gboolean
check_update (PawlVerifier *self, GVariant *options, PawlOperation *op, GError **error)
{
  return pawl_proxy_call (self, "check", g_variant_new ("(@a{sv})", options), NULL,
                          PAWL_TYPE_UPDATE, op);
}

static gboolean
verify (PawlVerifier *self,
        PawlTarget *target,
        PawlPayload *payload,
        GVariant *options,
        PawlOperation *op,
        GError **error)
{
  return call_with_payload (self, "verify", target, payload, options, op, error);
}

static gboolean
report (PawlVerifier *self, PawlReport *what, GVariant *options, PawlOperation *op, GError **error)
{
  return pawl_proxy_call (self, "report", g_variant_new ("(@a{sv}@a{sv})", wire (what), options),
                          NULL, G_TYPE_NONE, op);
}

static void
pawl_verifier_proxy_iface_init (PawlVerifierInterface *iface)
{
  iface->set_up = (gpointer) set_up;
  iface->start_check = check_update;
  iface->start_verify = verify;
  iface->start_report = report;
}

/* ---- installer ---- */

static gboolean
install (PawlInstaller *self,
         PawlTarget *target,
         PawlPayload *payload,
         GVariant *options,
         PawlOperation *op,
         GError **error)
{
  return call_with_payload (self, "install", target, payload, options, op, error);
}

DEFINE_PLAIN_SLOT (PawlInstaller, describe_installed, PAWL_TYPE_TARGET)
DEFINE_PLAIN_SLOT (PawlInstaller, clean_up, G_TYPE_NONE)
DEFINE_TARGET_SLOT (can_install)
DEFINE_TARGET_SLOT (activate)
DEFINE_TARGET_SLOT (revert)
DEFINE_TARGET_SLOT (commit)

static void
pawl_installer_proxy_iface_init (PawlInstallerInterface *iface)
{
  iface->set_up = (gpointer) set_up;
  iface->list_formats = (gpointer) list_formats;
  iface->start_describe_installed = describe_installed;
  iface->start_can_install = can_install;
  iface->start_install = install;
  iface->start_activate = activate;
  iface->start_revert = revert;
  iface->start_commit = commit;
  iface->start_clean_up = clean_up;
}

/* ---- boot control ---- */

static gboolean
arm (PawlBootControl *self, guint tries, GVariant *options, PawlOperation *op, GError **error)
{
  return pawl_proxy_call (self, "arm", g_variant_new ("(u@a{sv})", tries, options), NULL,
                          G_TYPE_NONE, op);
}

DEFINE_PLAIN_SLOT (PawlBootControl, get_status, G_TYPE_NONE)
DEFINE_PLAIN_SLOT (PawlBootControl, mark_good, G_TYPE_NONE)
DEFINE_PLAIN_SLOT (PawlBootControl, mark_bad, G_TYPE_NONE)

static void
pawl_boot_control_proxy_iface_init (PawlBootControlInterface *iface)
{
  iface->set_up = (gpointer) set_up;
  iface->start_arm = arm;
  iface->start_get_status = get_status;
  iface->start_mark_good = mark_good;
  iface->start_mark_bad = mark_bad;
}

/* ---- confirmer ---- */

static gboolean
begin_trial (PawlConfirmer *self,
             PawlUpdate *update,
             GVariant *options,
             PawlOperation *op,
             GError **error)
{
  return pawl_proxy_call (self, "begin_trial",
                          g_variant_new ("(@a{sv}@a{sv})", wire (update), options), NULL,
                          G_TYPE_NONE, op);
}

DEFINE_PLAIN_SLOT (PawlConfirmer, check, G_TYPE_NONE)

static gboolean
end_trial (PawlConfirmer *self,
           PawlVerdict verdict,
           GVariant *options,
           PawlOperation *op,
           GError **error)
{
  const char *nick = pawl_enum_to_nick (PAWL_TYPE_VERDICT, verdict);

  return pawl_proxy_call (self, "end_trial", g_variant_new ("(s@a{sv})", nick, options), NULL,
                          G_TYPE_NONE, op);
}

static void
pawl_confirmer_proxy_iface_init (PawlConfirmerInterface *iface)
{
  iface->set_up = (gpointer) set_up;
  iface->start_begin_trial = begin_trial;
  iface->start_check = check;
  iface->start_end_trial = end_trial;
}

GType
pawl_proxy_get_type_for (GType interface)
{
  if (interface == PAWL_TYPE_TRANSPORT)
    return pawl_transport_proxy_get_type ();
  if (interface == PAWL_TYPE_VERIFIER)
    return pawl_verifier_proxy_get_type ();
  if (interface == PAWL_TYPE_INSTALLER)
    return pawl_installer_proxy_get_type ();
  if (interface == PAWL_TYPE_BOOT_CONTROL)
    return pawl_boot_control_proxy_get_type ();
  if (interface == PAWL_TYPE_CONFIRMER)
    return pawl_confirmer_proxy_get_type ();
  return G_TYPE_INVALID;
}
