/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A plugin that breaks its contract in every way that a plugin in the daemon's own process can, as
 * a file named after the method says; without one it keeps it. */
#include <pawl/pawl.h>

#include <signal.h>

#define TYPE_LIAR (liar_get_type ())
G_DECLARE_DERIVABLE_TYPE (Liar, liar, TEST, LIAR, GObject)

struct _LiarClass
{
  GObjectClass parent_class;
};

typedef struct
{
  char *lies;   /* (owned) */
  char *update; /* (owned) */
} LiarPrivate;

typedef Liar LiarVerifier;
typedef LiarClass LiarVerifierClass;
typedef Liar LiarInstaller;
typedef LiarClass LiarInstallerClass;

static void verifier_init (PawlVerifierInterface *iface);
static void installer_init (PawlInstallerInterface *iface);
static GType liar_verifier_get_type (void);
static GType liar_installer_get_type (void);

/* A class for each interface: more cannot be served from a process of its own. */
G_DEFINE_TYPE_WITH_PRIVATE (Liar, liar, G_TYPE_OBJECT)
G_DEFINE_TYPE_WITH_CODE (LiarVerifier,
                         liar_verifier,
                         TYPE_LIAR,
                         G_IMPLEMENT_INTERFACE (PAWL_TYPE_VERIFIER, verifier_init))
G_DEFINE_TYPE_WITH_CODE (LiarInstaller,
                         liar_installer,
                         TYPE_LIAR,
                         G_IMPLEMENT_INTERFACE (PAWL_TYPE_INSTALLER, installer_init))

static LiarPrivate *
get_private (gpointer self)
{
  return liar_get_instance_private (TEST_LIAR (self));
}

static void
liar_finalize (GObject *object)
{
  LiarPrivate *self = get_private (object);

  g_free (self->lies);
  g_free (self->update);
  G_OBJECT_CLASS (liar_parent_class)->finalize (object);
}

static void
liar_class_init (LiarClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = liar_finalize;
}

static void
liar_init (Liar *self)
{
}

static void
liar_verifier_class_init (LiarVerifierClass *klass)
{
}

static void
liar_verifier_init (LiarVerifier *self)
{
}

static void
liar_installer_class_init (LiarInstallerClass *klass)
{
}

static void
liar_installer_init (LiarInstaller *self)
{
}

static void
read_paths (gpointer liar, PawlContext *context)
{
  LiarPrivate *self = get_private (liar);

  self->lies = g_strdup (pawl_context_get_string (context, "lies"));
  self->update = g_strdup (pawl_context_get_string (context, "update"));
}

static gboolean
set_up_verifier (PawlVerifier *verifier, PawlContext *context, GError **error)
{
  read_paths (verifier, context);
  return TRUE;
}

static gboolean
set_up_installer (PawlInstaller *installer, PawlContext *context, GError **error)
{
  read_paths (installer, context);
  return TRUE;
}

/* ---- lies ---- */

/* Keeps the operation for ever. */
static void
hang (PawlOperation *op)
{
  static GPtrArray *kept;

  if (kept == NULL)
    kept = g_ptr_array_new ();
  g_ptr_array_add (kept, g_object_ref (op));
}

static gboolean
tell (const char *lie, GObject *self, PawlOperation *op)
{
  g_autoptr (GError) why = NULL;

  if (g_str_equal (lie, "false"))
    return FALSE;
  if (g_str_equal (lie, "nothing"))
    pawl_operation_complete (op, NULL);
  else if (g_str_equal (lie, "variant"))
    pawl_operation_complete (op, g_variant_new_parsed ("@a{sv} {}"));
  else if (g_str_equal (lie, "object"))
    pawl_operation_complete_object (op, self);
  else if (g_str_equal (lie, "null-error"))
    pawl_operation_fail (op, NULL);
  else if (g_str_equal (lie, "hang"))
    hang (op);
  else if (g_str_equal (lie, "crash"))
    raise (SIGSEGV);
  /* What is left drops the operation. */
  return TRUE;
}

/* The answer to a call: the lie's, or the honest one (floating) when there is none. */
static gboolean
answer (gpointer self, const char *method, GVariant *honest, PawlOperation *op)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (honest);
  g_autofree char *path = g_build_filename (get_private (self)->lies, method, NULL);
  g_autofree char *lie = NULL;

  if (g_file_get_contents (path, &lie, NULL, NULL))
    return tell (lie, self, op);
  pawl_operation_complete (op, sunk);
  return TRUE;
}

static gboolean
answer_with_object (gpointer self, const char *method, GObject *honest, PawlOperation *op)
{
  g_autofree char *path = g_build_filename (get_private (self)->lies, method, NULL);
  g_autofree char *lie = NULL;

  if (g_file_get_contents (path, &lie, NULL, NULL))
    return tell (lie, self, op);
  pawl_operation_complete_object (op, honest);
  return TRUE;
}

/* ---- the verifier ---- */

static gboolean
start_check (PawlVerifier *verifier, GVariant *options, PawlOperation *op, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GVariant) members = NULL;
  g_autoptr (PawlUpdate) update = NULL;

  if (!g_file_get_contents (get_private (verifier)->update, &text, NULL, error))
    return FALSE;
  members = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, error);
  if (members == NULL)
    return FALSE;
  update = pawl_update_new_from_variant (members, error);
  return update != NULL && answer_with_object (verifier, "check", G_OBJECT (update), op);
}

static gboolean
start_verify (PawlVerifier *verifier,
              PawlTarget *target,
              PawlPayload *payload,
              GVariant *options,
              PawlOperation *op,
              GError **error)
{
  return answer (verifier, "verify",
                 g_variant_new_parsed ("{'verified': <true>, 'target': <%s>}",
                                       pawl_target_get_name (target)),
                 op);
}

static void
verifier_init (PawlVerifierInterface *iface)
{
  iface->set_up = set_up_verifier;
  iface->start_check = start_check;
  iface->start_verify = start_verify;
}

/* ---- the installer ---- */

static gboolean
start_describe_installed (PawlInstaller *installer,
                          GVariant *options,
                          PawlOperation *op,
                          GError **error)
{
  g_autoptr (PawlTarget) target =
    pawl_target_new_from_variant (g_variant_new_parsed ("{'name': <'old'>}"), error);

  return answer_with_object (installer, "describe_installed", G_OBJECT (target), op);
}

static gboolean
start_can_install (PawlInstaller *installer,
                   PawlTarget *target,
                   GVariant *options,
                   PawlOperation *op,
                   GError **error)
{
  return answer (installer, "can_install", g_variant_new_parsed ("@a{sv} {}"), op);
}

static gboolean
start_install (PawlInstaller *installer,
               PawlTarget *target,
               PawlPayload *payload,
               GVariant *options,
               PawlOperation *op,
               GError **error)
{
  return answer (installer, "install", g_variant_new_parsed ("{'reboot-needed': <true>}"), op);
}

static gboolean
start_activate (PawlInstaller *installer,
                PawlTarget *target,
                GVariant *options,
                PawlOperation *op,
                GError **error)
{
  return answer (installer, "activate", g_variant_new_parsed ("{'reboot-needed': <true>}"), op);
}

static gboolean
start_revert (PawlInstaller *installer,
              PawlTarget *target,
              GVariant *options,
              PawlOperation *op,
              GError **error)
{
  return answer (installer, "revert", g_variant_new_parsed ("{'reboot-needed': <false>}"), op);
}

static void
installer_init (PawlInstallerInterface *iface)
{
  iface->set_up = set_up_installer;
  iface->start_describe_installed = start_describe_installed;
  iface->start_can_install = start_can_install;
  iface->start_install = start_install;
  iface->start_activate = start_activate;
  iface->start_revert = start_revert;
}

static void
register_types (PawlPluginRegistrar *registrar)
{
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_VERIFIER, liar_verifier_get_type ());
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_INSTALLER, liar_installer_get_type ());
}

PAWL_DEFINE_PLUGIN ("liar", register_types);
