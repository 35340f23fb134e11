/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-context.h>
#include <pawl/pawl-monitor.h>
#include <pawl/pawl-operation.h>
#include <pawl/pawl-payload.h>
#include <pawl/pawl-target.h>

G_BEGIN_DECLS

#define PAWL_TYPE_INSTALLER (pawl_installer_get_type ())

/**
 * PawlInstaller:
 *
 * How does a payload get onto one ECU of this device? It writes the side that does not run, and
 * changes what boots next only when it is told to activate.
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_INTERFACE (PawlInstaller, pawl_installer, PAWL, INSTALLER, GObject)

/**
 * PawlInstallerInterface:
 * @g_iface: the parent interface
 *
 * Gets a version onto this device. Every slot is idempotent: after a power cut it is called
 * again, and finds out by itself how far it came.
 *
 * Grows at its end only. Every slot is called on the main thread and must not block.
 *
 * Since: 1.0
 */
struct _PawlInstallerInterface
{
  GTypeInterface g_iface;

  /**
   * PawlInstallerInterface::set_up:
   * @self: the new instance
   * @context: what the host offers to this instance; may be kept
   * @error: return location
   *
   * Called once, before any other slot. Reads its settings and remembers @context; touches no disk
   * and no device. Optional.
   *
   * Returns: %TRUE if the instance can be used
   */
  gboolean (*set_up) (PawlInstaller *self, PawlContext *context, GError **error);

  /**
   * PawlInstallerInterface::list_formats:
   * @self: the instance
   *
   * The target formats that it installs. Constant for the life of @self. Optional: none means
   * any.
   *
   * Returns: (transfer full): the formats, never %NULL
   */
  GStrv (*list_formats) (PawlInstaller *self);

  /**
   * PawlInstallerInterface::start_describe_installed:
   * @self: the instance
   * @options: an `a{sv}`, never %NULL
   * @op: complete with the #PawlTarget that runs now; its name is `unknown` when that cannot be
   * told
   * @error: return location
   *
   * Describes what runs now: what really booted, not what was meant to. Mandatory.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_describe_installed) (PawlInstaller *self,
                                        GVariant *options,
                                        PawlOperation *op,
                                        GError **error);

  /**
   * PawlInstallerInterface::start_can_install:
   * @self: the instance
   * @target: a target that the verifier proved genuine
   * @options: an `a{sv}`, never %NULL
   * @op: complete with an `a{sv}`: `disk-bytes` t (needed besides the payload), `reboot-needed`
   * b
   * @error: return location
   *
   * Checks before the first byte is fetched whether @target could be installed: format,
   * hardware, free space, everything that is known to go wrong. Fails with the reason.
   * Optional: the default answers yes.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_can_install) (PawlInstaller *self,
                                 PawlTarget *target,
                                 GVariant *options,
                                 PawlOperation *op,
                                 GError **error);

  /**
   * PawlInstallerInterface::start_install:
   * @self: the instance
   * @target: a target that the verifier proved genuine
   * @payload: (nullable): its verified bytes; %NULL when the transport keeps them in a store of
   * its own
   * @options: an `a{sv}`, never %NULL
   * @op: complete with an `a{sv}`: `reboot-needed` b
   * @error: return location
   *
   * Writes @target to the inactive side. What runs now, and what boots next, stay as they are.
   * Mandatory.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_install) (PawlInstaller *self,
                             PawlTarget *target,
                             PawlPayload *payload,
                             GVariant *options,
                             PawlOperation *op,
                             GError **error);

  /**
   * PawlInstallerInterface::start_activate:
   * @self: the instance
   * @target: a target that the verifier proved genuine
   * @options: an `a{sv}`, never %NULL
   * @op: complete with an `a{sv}`: `reboot-needed` b
   * @error: return location
   *
   * Makes @target the next boot (or what runs, when no reboot is needed). Called after the boot
   * counter is armed. Mandatory.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_activate) (PawlInstaller *self,
                              PawlTarget *target,
                              GVariant *options,
                              PawlOperation *op,
                              GError **error);

  /**
   * PawlInstallerInterface::start_revert:
   * @self: the instance
   * @target: a target that the verifier proved genuine
   * @options: an `a{sv}`, never %NULL
   * @op: complete with an `a{sv}`: `reboot-needed` b
   * @error: return location
   *
   * Makes what ran before @target the next boot again, and takes @target out of the way so that
   * it cannot boot. Does nothing, successfully, when @target is not installed. Mandatory.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_revert) (PawlInstaller *self,
                            PawlTarget *target,
                            GVariant *options,
                            PawlOperation *op,
                            GError **error);

  /**
   * PawlInstallerInterface::start_commit:
   * @self: the instance
   * @target: a target that the verifier proved genuine
   * @options: an `a{sv}`, never %NULL
   * @op: complete with an `a{sv}` or nothing
   * @error: return location
   *
   * @target has proved itself: what was kept only to revert it may go. Optional.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_commit) (PawlInstaller *self,
                            PawlTarget *target,
                            GVariant *options,
                            PawlOperation *op,
                            GError **error);

  /**
   * PawlInstallerInterface::start_clean_up:
   * @self: the instance
   * @options: an `a{sv}`, never %NULL; `need-bytes` t: room that is wanted
   * @op: complete with an `a{sv}`: `freed-bytes` t
   * @error: return location
   *
   * Removes what neither runs nor may be needed to revert. Optional.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_clean_up) (PawlInstaller *self,
                              GVariant *options,
                              PawlOperation *op,
                              GError **error);
};

PAWL_AVAILABLE_IN_ALL
gboolean pawl_installer_set_up (PawlInstaller *self, PawlContext *context, GError **error);
PAWL_AVAILABLE_IN_ALL
GStrv pawl_installer_list_formats (PawlInstaller *self, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_installer_describe_installed_async (PawlInstaller *self,
                                              GVariant *options,
                                              guint timeout_ms,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
PAWL_AVAILABLE_IN_ALL
PawlTarget *pawl_installer_describe_installed_finish (PawlInstaller *self,
                                                      GAsyncResult *result,
                                                      GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_installer_can_install_async (PawlInstaller *self,
                                       PawlTarget *target,
                                       GVariant *options,
                                       guint timeout_ms,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *
pawl_installer_can_install_finish (PawlInstaller *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_installer_install_async (PawlInstaller *self,
                                   PawlTarget *target,
                                   PawlPayload *payload,
                                   GVariant *options,
                                   guint timeout_ms,
                                   PawlMonitor *monitor,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *pawl_installer_install_finish (PawlInstaller *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_installer_activate_async (PawlInstaller *self,
                                    PawlTarget *target,
                                    GVariant *options,
                                    guint timeout_ms,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *
pawl_installer_activate_finish (PawlInstaller *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_installer_revert_async (PawlInstaller *self,
                                  PawlTarget *target,
                                  GVariant *options,
                                  guint timeout_ms,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *pawl_installer_revert_finish (PawlInstaller *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_installer_commit_async (PawlInstaller *self,
                                  PawlTarget *target,
                                  GVariant *options,
                                  guint timeout_ms,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *pawl_installer_commit_finish (PawlInstaller *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_installer_clean_up_async (PawlInstaller *self,
                                    GVariant *options,
                                    guint timeout_ms,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *
pawl_installer_clean_up_finish (PawlInstaller *self, GAsyncResult *result, GError **error);

G_END_DECLS
