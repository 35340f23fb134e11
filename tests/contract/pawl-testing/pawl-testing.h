/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/* The contract of each interface, as tests that every implementation links and passes.
 *
 *   int
 *   main (int argc, char **argv)
 *   {
 *     g_test_init (&argc, &argv, NULL);
 *     pawl_testing_add_installer (&my_installer);
 *     return g_test_run ();
 *   }
 *
 * Each promise gets a world of its own: the device, the server, the folder that the implementation
 * works on. A function that is NULL makes the promises that need it be skipped, and say so. */

/**
 * PawlTestingWorld:
 * @path: stands before the names of the tests, for example `/file/contract`
 * @set_up: (nullable): makes a world; NULL when none is needed
 * @tear_down: (nullable): frees a world, after every instance is gone
 * @make: makes an instance that is set up in the world; called again for a restart of the daemon
 *
 * What every suite needs.
 *
 * Since: 0.1
 */
typedef struct
{
  const char *path;
  gpointer (*set_up) (void);
  void (*tear_down) (gpointer world);
  GObject *(*make) (gpointer world);
} PawlTestingWorld;

/**
 * PawlTestingTransport:
 * @base: what every suite needs
 * @publish: puts content at a source, and returns its URI; (transfer full)
 * @dup_missing: returns a URI at which there is nothing; (transfer full)
 * @dup_destination: returns a writable, empty payload; (transfer full); without it payloads are
 * made in memory's temporary folder
 *
 * A transport's source.
 *
 * Since: 0.1
 */
typedef struct
{
  PawlTestingWorld base;
  char *(*publish) (gpointer world, const char *name, GBytes *content);
  char *(*dup_missing) (gpointer world);
  PawlPayload *(*dup_destination) (gpointer world);
} PawlTestingTransport;

/**
 * PawlTestingVerifier:
 * @base: what every suite needs; the world offers an update
 * @dup_payload: returns the bytes of a target of that update; (transfer full)
 * @dup_wrong_payload: returns as many bytes that are not genuine; (transfer full)
 *
 * A verifier's sources.
 *
 * Since: 0.1
 */
typedef struct
{
  PawlTestingWorld base;
  PawlPayload *(*dup_payload) (gpointer world, PawlTarget *target);
  PawlPayload *(*dup_wrong_payload) (gpointer world, PawlTarget *target);
} PawlTestingVerifier;

/**
 * PawlTestingInstaller:
 * @base: what every suite needs
 * @dup_target: returns a target that can be installed and does not run yet; (transfer full)
 * @dup_payload: (nullable): returns its bytes; (transfer full); NULL when a store has them
 * @reboot: (nullable): boots what was activated; without it the target has to run after
 * activation
 *
 * An installer's device.
 *
 * Since: 0.1
 */
typedef struct
{
  PawlTestingWorld base;
  PawlTarget *(*dup_target) (gpointer world);
  PawlPayload *(*dup_payload) (gpointer world);
  void (*reboot) (gpointer world);
} PawlTestingInstaller;

/**
 * PawlTestingBootControl:
 * @base: what every suite needs
 * @reboot: (nullable): does what the boot loader does at a start of the system
 *
 * A boot loader.
 *
 * Since: 0.1
 */
typedef struct
{
  PawlTestingWorld base;
  void (*reboot) (gpointer world);
} PawlTestingBootControl;

/**
 * PawlTestingConfirmer:
 * @base: what every suite needs
 * @make_good: (nullable): the running version becomes good; returns options for the check, or NULL
 * @make_bad: (nullable): the running version becomes bad; returns options for the check, or NULL
 *
 * What a confirmer judges.
 *
 * Since: 0.1
 */
typedef struct
{
  PawlTestingWorld base;
  GVariant *(*make_good) (gpointer world);
  GVariant *(*make_bad) (gpointer world);
} PawlTestingConfirmer;

PAWL_AVAILABLE_IN_ALL
void pawl_testing_add_transport (const PawlTestingTransport *implementation);
PAWL_AVAILABLE_IN_ALL
void pawl_testing_add_verifier (const PawlTestingVerifier *implementation);
PAWL_AVAILABLE_IN_ALL
void pawl_testing_add_installer (const PawlTestingInstaller *implementation);
PAWL_AVAILABLE_IN_ALL
void pawl_testing_add_boot_control (const PawlTestingBootControl *implementation);
PAWL_AVAILABLE_IN_ALL
void pawl_testing_add_confirmer (const PawlTestingConfirmer *implementation);

G_END_DECLS
