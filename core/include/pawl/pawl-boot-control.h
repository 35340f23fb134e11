/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-context.h>
#include <pawl/pawl-enums.h>
#include <pawl/pawl-operation.h>

G_BEGIN_DECLS

#define PAWL_TYPE_BOOT_CONTROL (pawl_boot_control_get_type ())

/**
 * PawlBootControl:
 *
 * Which version boots next, and how often is it tried? A plugin implements it for one boot loader;
 * the counter that it arms is what brings a device back from a version that does not start.
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_INTERFACE (PawlBootControl, pawl_boot_control, PAWL, BOOT_CONTROL, GObject)

/**
 * PawlBootControlInterface:
 * @g_iface: the parent interface
 *
 * Which version boots next, and how often it is tried. After a power cut inside any slot the
 * device still boots something.
 *
 * Grows at its end only. Every slot is called on the main thread and must not block.
 *
 * Since: 1.0
 */
struct _PawlBootControlInterface
{
  GTypeInterface g_iface;

  /**
   * PawlBootControlInterface::set_up:
   * @self: the new instance
   * @context: what the host offers to this instance; may be kept
   * @error: return location
   *
   * Called once, before any other slot. Reads its settings and remembers @context; touches no disk
   * and no device. Optional.
   *
   * Returns: %TRUE if the instance can be used
   */
  gboolean (*set_up) (PawlBootControl *self, PawlContext *context, GError **error);

  /**
   * PawlBootControlInterface::start_arm:
   * @self: the instance
   * @tries: how many boots the new version gets before the boot loader falls back, 1 to 100
   * @options: an `a{sv}`, never %NULL
   * @op: complete with an `a{sv}` or nothing
   * @error: return location
   *
   * Arms the boot counter. Comes before the new version can become the next boot, so that no
   * boot of it is uncounted. When it fails, nothing is activated. Mandatory.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_arm) (PawlBootControl *self,
                         guint tries,
                         GVariant *options,
                         PawlOperation *op,
                         GError **error);

  /**
   * PawlBootControlInterface::start_get_status:
   * @self: the instance
   * @options: an `a{sv}`, never %NULL
   * @op: complete with an `a{sv}`: `status` s (the nick of a #PawlBootStatus), `tries-left` u,
   * `reason` s (why this boot happened, when known)
   * @error: return location
   *
   * Says what the boot loader knows about this boot. Mandatory.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_get_status) (PawlBootControl *self,
                                GVariant *options,
                                PawlOperation *op,
                                GError **error);

  /**
   * PawlBootControlInterface::start_mark_good:
   * @self: the instance
   * @options: an `a{sv}`, never %NULL
   * @op: complete with an `a{sv}` or nothing
   * @error: return location
   *
   * What runs now is good: stop counting, and never fall back from it later. Mandatory.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_mark_good) (PawlBootControl *self,
                               GVariant *options,
                               PawlOperation *op,
                               GError **error);

  /**
   * PawlBootControlInterface::start_mark_bad:
   * @self: the instance
   * @options: an `a{sv}`, never %NULL
   * @op: complete with an `a{sv}` or nothing
   * @error: return location
   *
   * The version on trial is bad, and the installers have made the previous version the default
   * again: from now on the default boots, and nothing is counted or tried any more. A boot loader
   * that goes to another entry when its count has run out must not do so either, because that entry
   * is the bad version by then. Mandatory.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_mark_bad) (PawlBootControl *self,
                              GVariant *options,
                              PawlOperation *op,
                              GError **error);
};

PAWL_AVAILABLE_IN_ALL
gboolean pawl_boot_control_set_up (PawlBootControl *self, PawlContext *context, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_boot_control_arm_async (PawlBootControl *self,
                                  guint tries,
                                  GVariant *options,
                                  guint timeout_ms,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *
pawl_boot_control_arm_finish (PawlBootControl *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_boot_control_get_status_async (PawlBootControl *self,
                                         GVariant *options,
                                         guint timeout_ms,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
PAWL_AVAILABLE_IN_ALL
PawlBootStatus pawl_boot_control_get_status_finish (PawlBootControl *self,
                                                    GAsyncResult *result,
                                                    GVariant **out_details,
                                                    GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_boot_control_mark_good_async (PawlBootControl *self,
                                        GVariant *options,
                                        guint timeout_ms,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *
pawl_boot_control_mark_good_finish (PawlBootControl *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_boot_control_mark_bad_async (PawlBootControl *self,
                                       GVariant *options,
                                       guint timeout_ms,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *
pawl_boot_control_mark_bad_finish (PawlBootControl *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
GVariant *pawl_boot_status_to_variant (PawlBootStatus status, guint tries_left, const char *reason);

G_END_DECLS
