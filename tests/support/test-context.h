/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define TEST_TYPE_CONTEXT (test_context_get_type ())

G_DECLARE_FINAL_TYPE (TestContext, test_context, TEST, CONTEXT, GObject)

/* A host of one instance. Its settings are the defaults of the plugin's own keyfile, so that the
 * keyfile and the code cannot drift apart; a key without one has to be set. */
TestContext *test_context_new (const char *keyfile);
void test_context_set (TestContext *self, const char *key, GVariant *value);
void test_context_set_state_dir (TestContext *self, const char *path);
void test_context_set_transport (TestContext *self, PawlTransport *transport);
void test_context_add_ecu (TestContext *self, const char *name, const char *hardware_id);
/* @version (nullable): what it runs, a target of the name `NAME-VERSION`. */
void test_context_add_ecu_full (TestContext *self,
                                const char *serial,
                                const char *hardware_id,
                                const char *version);
/* 0, the default, is the clock's. */
void test_context_set_time (TestContext *self, gint64 time_us);
/* What the time floor was raised to; 0: it was not. */
gint64 test_context_get_floor (TestContext *self);
/* The last attack and the longest wish to be left alone, in seconds, that were noted; and whether a
 * decision with that reason was. */
PawlAttack test_context_get_attack (TestContext *self);
guint64 test_context_get_retry_after (TestContext *self);
gboolean test_context_has_decision (TestContext *self, const char *reason);

#define TEST_TYPE_FOLDER_TRANSPORT (test_folder_transport_get_type ())

G_DECLARE_FINAL_TYPE (TestFolderTransport, test_folder_transport, TEST, FOLDER_TRANSPORT, GObject)

/* Fetches `test:/PATH` from a file of that path, and counts. */
TestFolderTransport *test_folder_transport_new (void);
guint test_folder_transport_get_count (TestFolderTransport *self);
void test_folder_transport_refuse (TestFolderTransport *self, PawlError code);

G_END_DECLS
