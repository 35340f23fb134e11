/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _PawlPluginHost PawlPluginHost;

/**
 * PawlKeyType:
 *
 * What may stand behind a key, in the daemon's configuration and in a plugin's. Nicks as in a
 * plugin's keyfile: `string`, `boolean`, `integer`, `strings`, `path`, `uri`, `secret`.
 */
typedef enum
{
  PAWL_KEY_STRING,
  PAWL_KEY_BOOLEAN,
  PAWL_KEY_INTEGER,
  PAWL_KEY_STRINGS,
  PAWL_KEY_PATH,
  PAWL_KEY_URI,
  PAWL_KEY_SECRET,
} PawlKeyType;

/**
 * PawlKey:
 * @group: the group, `ecu:` for every group that begins so, or %NULL in a plugin's keyfile
 * @name: the key, lower-case with dashes, its unit as suffix
 * @type: what may stand behind it
 * @default_value: as it would be written in the file; %NULL when the key has to be set
 * @minimum: the smallest integer allowed
 * @maximum: the largest integer allowed; both 0: any
 * @unit: for people, or %NULL
 * @choices: the words allowed, separated by `|`, or %NULL for any
 * @description: one sentence
 *
 * One key of the configuration. The checks, `pawlctl config`, the sample and the manual page all
 * come from this.
 */
typedef struct
{
  const char *group;
  const char *name;
  PawlKeyType type;
  const char *default_value;
  gint64 minimum;
  gint64 maximum;
  const char *unit;
  const char *choices;
  const char *description;
} PawlKey;

/* The daemon's own keys; ends with a NULL group. */
const PawlKey *pawl_config_get_daemon_keys (void);

#define PAWL_TYPE_CONFIG (pawl_config_get_type ())
G_DECLARE_FINAL_TYPE (PawlConfig, pawl_config, PAWL, CONFIG, GObject)

/* The files that make up a configuration, in the order in which later ones win: *.conf of
 * @vendor_dir by name, @main_file if it exists, *.conf of @admin_dir by name. A fragment of
 * @admin_dir hides the one of the same name in @vendor_dir. */
GStrv pawl_config_find_files (const char *vendor_dir, const char *main_file, const char *admin_dir);

/* Reads @files, later ones winning, and checks the daemon's own groups and keys. Fails with
 * PAWL_ERROR_INVALID_CONFIG naming file, group and key. */
PawlConfig *pawl_config_load (const char *const *files, GError **error);
/* The same for one text; @origin stands for the file's name. */
PawlConfig *pawl_config_load_data (const char *text, const char *origin, GError **error);

/* Checks the groups `[plugin:ID]` and `[ecu:NAME]` against what the plugins' keyfiles declare, and
 * that every plugin that is named exists and is enabled. */
gboolean pawl_config_check_plugins (PawlConfig *self, PawlPluginHost *host, GError **error);

/* The daemon's own keys; one that is not in the table is a programmer's error. */
const char *pawl_config_get_string (PawlConfig *self, const char *group, const char *key);
gboolean pawl_config_get_boolean (PawlConfig *self, const char *group, const char *key);
gint64 pawl_config_get_int (PawlConfig *self, const char *group, const char *key);
GStrv pawl_config_dup_strings (PawlConfig *self, const char *group, const char *key);

/* Any key as it is written: NULL when no file sets it. */
const char *pawl_config_lookup (PawlConfig *self, const char *group, const char *key);
/* The file that set it; `default` when none did. */
const char *pawl_config_get_origin (PawlConfig *self, const char *group, const char *key);
/* The names after `ecu:`, in the order of the files. */
GStrv pawl_config_dup_ecu_names (PawlConfig *self);
GStrv pawl_config_dup_files (PawlConfig *self);

/* a{sv} of all keys of @keys, for one instance of a plugin: the first of @groups that sets a key
 * wins, then the default. */
GVariant *pawl_config_dup_settings (PawlConfig *self,
                                    const PawlKey *keys,
                                    const char *const *groups,
                                    GError **error);

/* aa{sv}: every key that is set or has a default, for `pawlctl config`: `group` s, `key` s, `value`
 * s, `origin` s, `type` s, `default` s, `unit` s, `minimum` x, `maximum` x, `description` s. A
 * secret's value is not told: it is `(set)` or empty. @host may be %NULL. */
GVariant *pawl_config_describe (PawlConfig *self, PawlPluginHost *host);

G_END_DECLS
