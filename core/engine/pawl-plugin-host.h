/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

#include "pawl-plugin-info.h"

G_BEGIN_DECLS

#define PAWL_TYPE_PLUGIN_HOST (pawl_plugin_host_get_type ())

/**
 * PawlPluginHost:
 *
 * Finds plugins, reads their keyfiles, refuses what must not run, loads the rest and makes
 * instances. Every refusal is a GError that names the file and the reason; refusals are kept for
 * `pawlctl plugins`.
 *
 * Properties, all construct-only: `folders` (as): where to look, the first plugin of a name wins;
 * `check-owner` (b, default TRUE): files have to be root's and writable by nobody else, and so the
 * folder; FALSE is for tests without root.
 *
 * Signals: `foreign-loaded`: a plugin that is not part of Pawl came into this process.
 */
struct _PawlPluginHost;
G_DECLARE_FINAL_TYPE (PawlPluginHost, pawl_plugin_host, PAWL, PLUGIN_HOST, GObject)

PawlPluginHost *pawl_plugin_host_new (const char *const *folders, gboolean check_owner);

/* A plugin that is linked into this program; @keyfile is the text of its `.plugin`. Comes before
 * those of the folders. */
gboolean pawl_plugin_host_add_static (PawlPluginHost *self,
                                      const PawlPluginDescriptor *descriptor,
                                      const char *keyfile,
                                      GError **error);

/* Reads the keyfiles (again). Runs no code. A broken one is a refusal, not a failure. */
void pawl_plugin_host_scan (PawlPluginHost *self);
/* Which plugins may run: `[daemon] plugins=`; empty: every one that the configuration names. */
void pawl_plugin_host_set_allowed (PawlPluginHost *self, const char *const *ids);
/* Which plugins may run inside the daemon although their keyfile asks for a process, or is not
 * ours: `[daemon] trusted-plugins=`. */
void pawl_plugin_host_set_trusted (PawlPluginHost *self, const char *const *ids);
/* Which plugins run in a process of their own although they need not; `*` is all of them:
 * `[daemon] isolated-plugins=`. Stronger than trust. */
void pawl_plugin_host_set_isolated (PawlPluginHost *self, const char *const *ids);
/* The plugins inside this process that are not part of Pawl. */
GStrv pawl_plugin_host_dup_foreign (PawlPluginHost *self);

/* The program that isolated plugins run in, and its first arguments: for tests, and for a tree that
 * is not installed. */
void pawl_plugin_host_set_program (PawlPluginHost *self,
                                   const char *program,
                                   const char *const *options);

/* After how long without a call an isolated plugin's process leaves; 30,000 ms by default. */
void pawl_plugin_host_set_idle (PawlPluginHost *self, guint idle_ms);

/* What isolated plugins may use beside their state folder: `ID:NEED` each, a need as in the
 * keyfile:
 * `[daemon] plugin-grants=`. */
void pawl_plugin_host_set_grants (PawlPluginHost *self, const char *const *grants);

/* (transfer container) (element-type PawlPluginInfo), by id. */
GPtrArray *pawl_plugin_host_list (PawlPluginHost *self);
/* The reason why @id is not usable: PAWL_ERROR_NOT_FOUND when there is no such plugin. */
PawlPluginInfo *pawl_plugin_host_lookup (PawlPluginHost *self, const char *id, GError **error);
/* aa{sv} for `pawlctl plugins`: `id` s, `path` s, `version` s, `description` s, `licence` s,
 * `language` s, `provides` as, `needs` as, `loaded` b, `isolated` b, `error` s (why it was refused;
 * empty when it was not), `origin` s, `abi` u, `granted` as, `crashes` u, `last-error` s,
 * `last-error-at` x; what they mean is in org.pawl.Update1.xml. */
GVariant *pawl_plugin_host_describe (PawlPluginHost *self);

/* Makes an instance of @interface (one of the five) of plugin @id, loading its module when it is
 * the first, and calls its set_up with @context. In process for C; through pawl_proxy_new_async()
 * for an isolated one. */
void pawl_plugin_host_create_async (PawlPluginHost *self,
                                    const char *id,
                                    GType interface,
                                    PawlContext *context,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
GObject *
pawl_plugin_host_create_finish (PawlPluginHost *self, GAsyncResult *result, GError **error);

G_END_DECLS
