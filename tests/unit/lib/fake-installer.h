/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/* An installer that does in start_install() whatever the test wants, and remembers the operation.
 */
typedef gboolean (*FakeInstall) (PawlOperation *op, GError **error);

#define FAKE_TYPE_INSTALLER (fake_installer_get_type ())
G_DECLARE_FINAL_TYPE (FakeInstaller, fake_installer, FAKE, INSTALLER, GObject)

struct _FakeInstaller
{
  GObject parent_instance;

  FakeInstall install;
  PawlOperation *held; /* (owned) (nullable): what a slot that answers later keeps */
  guint calls;
};

FakeInstaller *fake_installer_new (FakeInstall install);

G_END_DECLS
