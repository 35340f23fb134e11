/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>
#include <pawl/pawl-macros.h>

G_BEGIN_DECLS

/**
 * PAWL_ERROR:
 *
 * The error domain of Pawl. On the bus its errors are called `org.pawl.Error.<Nick>`, the nick in
 * CamelCase.
 *
 * Since: 1.0
 */
#define PAWL_ERROR (pawl_error_quark ())

/**
 * PawlError:
 * @PAWL_ERROR_FAILED: something failed that no other code describes; the message says what
 * @PAWL_ERROR_NOT_SUPPORTED: this device or plugin cannot do that; do not ask again
 * @PAWL_ERROR_INVALID_ARGUMENT: the caller's request makes no sense; correct it
 * @PAWL_ERROR_INVALID_CONFIG: the configuration is wrong; the message names file, group and key
 * @PAWL_ERROR_WRONG_STATE: not possible in the present #PawlState; the message names both states
 * @PAWL_ERROR_BUSY: somebody else holds what is needed; try again later
 * @PAWL_ERROR_PLUGIN: a plugin broke its contract (failed without an error, answered with the wrong
 * type, crashed, or was refused before loading); report it to the plugin's author
 * @PAWL_ERROR_TIMED_OUT: no answer before the deadline; try again later
 * @PAWL_ERROR_NOT_FOUND: what was asked for does not exist at its source
 * @PAWL_ERROR_ACCESS_DENIED: the source or the bus refuses this caller
 * @PAWL_ERROR_NETWORK: the source could not be reached or broke off; try again later
 * @PAWL_ERROR_TOO_LARGE: more bytes than allowed; refuse
 * @PAWL_ERROR_NOT_TRUSTED: not proven genuine; refuse and report
 * @PAWL_ERROR_EXPIRED: the proof of freshness is too old; try again later and check the clock
 * @PAWL_ERROR_DOWNGRADE: older than what was already seen; refuse and report
 * @PAWL_ERROR_INCOMPATIBLE: genuine, but not for this device
 * @PAWL_ERROR_NO_SPACE: too little free space; make room, then it goes on by itself
 * @PAWL_ERROR_STORAGE: the device's own storage cannot be read or written
 * @PAWL_ERROR_INSTALL: the installer could not put the version in place
 * @PAWL_ERROR_BOOT: the boot loader's state cannot be read or changed
 * @PAWL_ERROR_REJECTED: a person or a confirmer said no
 * @PAWL_ERROR_NOT_AUTHORIZED: this caller may not do that; authenticate as an administrator
 * @PAWL_ERROR_RETRY_LATER: the other side asks to come back later
 *
 * What can be done about a failure.
 *
 * Since: 1.0
 */
typedef enum
{
  PAWL_ERROR_FAILED,
  PAWL_ERROR_NOT_SUPPORTED,
  PAWL_ERROR_INVALID_ARGUMENT,
  PAWL_ERROR_INVALID_CONFIG,
  PAWL_ERROR_WRONG_STATE,
  PAWL_ERROR_BUSY,
  PAWL_ERROR_PLUGIN,
  PAWL_ERROR_TIMED_OUT,
  PAWL_ERROR_NOT_FOUND,
  PAWL_ERROR_ACCESS_DENIED,
  PAWL_ERROR_NETWORK,
  PAWL_ERROR_TOO_LARGE,
  PAWL_ERROR_NOT_TRUSTED,
  PAWL_ERROR_EXPIRED,
  PAWL_ERROR_DOWNGRADE,
  PAWL_ERROR_INCOMPATIBLE,
  PAWL_ERROR_NO_SPACE,
  PAWL_ERROR_STORAGE,
  PAWL_ERROR_INSTALL,
  PAWL_ERROR_BOOT,
  PAWL_ERROR_REJECTED,
  PAWL_ERROR_NOT_AUTHORIZED,
  PAWL_ERROR_RETRY_LATER,
} PawlError;

PAWL_AVAILABLE_IN_ALL
GQuark pawl_error_quark (void);

PAWL_AVAILABLE_IN_ALL
gboolean pawl_error_is_transient (const GError *error);

G_END_DECLS
