/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "fake-installer.h"

static void fake_installer_iface_init (PawlInstallerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeInstaller,
                               fake_installer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_INSTALLER,
                                                      fake_installer_iface_init))

static gboolean
start_install (PawlInstaller *installer,
               PawlTarget *target,
               PawlPayload *payload,
               GVariant *options,
               PawlOperation *op,
               GError **error)
{
  FakeInstaller *self = FAKE_INSTALLER (installer);

  self->calls++;
  g_set_object (&self->held, op);
  if (self->install != NULL)
    {
      g_clear_object (&self->held);
      return self->install (op, error);
    }
  return TRUE;
}

static void
fake_installer_iface_init (PawlInstallerInterface *iface)
{
  iface->start_install = start_install;
}

static void
fake_installer_dispose (GObject *object)
{
  g_clear_object (&FAKE_INSTALLER (object)->held);
  G_OBJECT_CLASS (fake_installer_parent_class)->dispose (object);
}

static void
fake_installer_class_init (FakeInstallerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fake_installer_dispose;
}

static void
fake_installer_init (FakeInstaller *self)
{
}

FakeInstaller *
fake_installer_new (FakeInstall install)
{
  FakeInstaller *self = g_object_new (FAKE_TYPE_INSTALLER, NULL);

  self->install = install;
  return self;
}
