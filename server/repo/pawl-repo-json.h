/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <json-glib/json-glib.h>
#include <pawl-tuf/pawl-tuf.h>

G_BEGIN_DECLS

/* Trees for what is edited. Everything passes the strict scanner of libpawl-tuf first, because git
 * merges and colleagues write into the work folder, too. */
JsonObject *pawl_repo_json_parse (GBytes *bytes, const char *what, GError **error);
JsonObject *pawl_repo_json_load (const char *path, GError **error);
GBytes *pawl_repo_json_canonicalize (JsonObject *object, PawlTufForm form, GError **error);
GBytes *pawl_repo_json_to_pretty (JsonObject *object);

/* Members that may be absent, or of another type: then the answer is NULL, or the fallback. */
const char *pawl_repo_json_get_string (JsonObject *object, const char *name);
gint64 pawl_repo_json_get_int (JsonObject *object, const char *name, gint64 fallback);
gboolean pawl_repo_json_get_boolean (JsonObject *object, const char *name);
JsonObject *pawl_repo_json_get_object (JsonObject *object, const char *name);
JsonArray *pawl_repo_json_get_array (JsonObject *object, const char *name);
JsonObject *pawl_repo_json_ensure_object (JsonObject *object, const char *name);

/* Lists of strings. */
gboolean pawl_repo_json_has_string (JsonArray *array, const char *text);
gboolean pawl_repo_json_remove_string (JsonArray *array, const char *text);
JsonArray *pawl_repo_json_new_strings (const char *const *strings);

G_END_DECLS
