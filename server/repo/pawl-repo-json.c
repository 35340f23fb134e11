/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-json.h"

#include "pawl-repo-error.h"
#include "pawl-repo-file.h"

#include <string.h>

/*< private >
 * pawl_repo_json_parse:
 * @bytes: a text
 * @what: its name, for messages
 * @error: return location
 *
 * Returns: (transfer full): the object that @bytes are
 */
JsonObject *
pawl_repo_json_parse (GBytes *bytes, const char *what, GError **error)
{
  g_autoptr (PawlTufDocument) document = pawl_tuf_document_new (bytes, error);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) local_error = NULL;
  g_autoptr (JsonNode) root = NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (document == NULL)
    {
      g_prefix_error (error, "%s: ", what);
      return NULL;
    }
  if (!json_parser_load_from_data (parser, data, (gssize) size, &local_error))
    {
      pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s: %s", what, local_error->message);
      return NULL;
    }
  root = json_parser_steal_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s: wanted a JSON object", what);
      return NULL;
    }
  return json_node_dup_object (root);
}

/*< private >
 * pawl_repo_json_load:
 * @path: a file
 * @error: return location
 *
 * Returns: (transfer full): the object in it
 */
JsonObject *
pawl_repo_json_load (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = pawl_repo_file_read (path, error);

  return bytes != NULL ? pawl_repo_json_parse (bytes, path, error) : NULL;
}

static char *
to_text (JsonObject *object, gboolean pretty)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, object);
  return json_to_string (node, pretty);
}

/*< private >
 * pawl_repo_json_canonicalize:
 * @object: an object
 * @form: how to write it
 * @error: return location
 *
 * Returns: (transfer full): its canonical bytes
 */
GBytes *
pawl_repo_json_canonicalize (JsonObject *object, PawlTufForm form, GError **error)
{
  char *text = to_text (object, FALSE);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));
  g_autoptr (PawlTufDocument) document = pawl_tuf_document_new (bytes, error);

  if (document == NULL)
    return NULL;
  return pawl_tuf_document_canonicalize (document, pawl_tuf_document_get_root (document), form);
}

/*< private >
 * pawl_repo_json_to_pretty:
 * @object: an object
 *
 * Returns: (transfer full): @object as a file for people, and for git's diffs
 */
GBytes *
pawl_repo_json_to_pretty (JsonObject *object)
{
  g_autofree char *text = to_text (object, TRUE);
  char *line = g_strconcat (text, "\n", NULL);

  return g_bytes_new_take (line, strlen (line));
}

static JsonNode *
get (JsonObject *object, const char *name)
{
  return object != NULL ? json_object_get_member (object, name) : NULL;
}

const char *
pawl_repo_json_get_string (JsonObject *object, const char *name)
{
  JsonNode *node = get (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

gint64
pawl_repo_json_get_int (JsonObject *object, const char *name, gint64 fallback)
{
  JsonNode *node = get (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node)
                                                                         : fallback;
}

gboolean
pawl_repo_json_get_boolean (JsonObject *object, const char *name)
{
  JsonNode *node = get (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN &&
         json_node_get_boolean (node);
}

JsonObject *
pawl_repo_json_get_object (JsonObject *object, const char *name)
{
  JsonNode *node = get (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *
pawl_repo_json_get_array (JsonObject *object, const char *name)
{
  JsonNode *node = get (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/*< private >
 * pawl_repo_json_ensure_object:
 * @object: an object
 * @name: a member
 *
 * Returns: (transfer none): the object that is the member; a new one when there was none
 */
JsonObject *
pawl_repo_json_ensure_object (JsonObject *object, const char *name)
{
  JsonObject *member = pawl_repo_json_get_object (object, name);

  if (member == NULL)
    {
      member = json_object_new ();
      json_object_set_object_member (object, name, member);
    }
  return member;
}

static int
find_string (JsonArray *array, const char *text)
{
  guint length = array != NULL ? json_array_get_length (array) : 0;

  for (guint i = 0; i < length; i++)
    if (g_strcmp0 (json_node_get_string (json_array_get_element (array, i)), text) == 0)
      return (int) i;
  return -1;
}

gboolean
pawl_repo_json_has_string (JsonArray *array, const char *text)
{
  return find_string (array, text) >= 0;
}

gboolean
pawl_repo_json_remove_string (JsonArray *array, const char *text)
{
  int index = find_string (array, text);

  if (index >= 0)
    json_array_remove_element (array, (guint) index);
  return index >= 0;
}

JsonArray *
pawl_repo_json_new_strings (const char *const *strings)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
    json_array_add_string_element (array, strings[i]);
  return array;
}
