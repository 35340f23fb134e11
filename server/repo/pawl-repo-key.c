/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-key.h"

#include "pawl-repo-error.h"
#include "pawl-repo-file.h"

#include <string.h>

#define NAME_MAX_LENGTH 64

void
pawl_repo_key_free (PawlRepoKey *self)
{
  g_free (self->name);
  g_free (self->owner);
  g_free (self->id);
  g_free (self->scheme);
  g_clear_pointer (&self->object, json_object_unref);
  g_free (self);
}

/*< private >
 * pawl_repo_key_check_name:
 * @name: what a key is to be called
 * @error: return location
 *
 * Returns: %TRUE if @name can be a file's name anywhere
 */
gboolean
pawl_repo_key_check_name (const char *name, GError **error)
{
  gsize length = strlen (name);
  gboolean good = length > 0 && length <= NAME_MAX_LENGTH && *name != '.' && *name != '-';

  for (gsize i = 0; i < length && good; i++)
    good = g_ascii_isalnum (name[i]) || strchr ("._-", name[i]) != NULL;
  return good || pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                                 "“%s”: wanted a name of 1 to %d letters, digits, “.”, “_” or “-”",
                                 name, NAME_MAX_LENGTH);
}

static JsonObject *
make_object (PawlTufSigner *signer, PawlTufDialect dialect)
{
  JsonObject *object = json_object_new ();
  JsonObject *keyval = json_object_new ();

  json_object_set_string_member (object, "keytype", pawl_tuf_signer_get_keytype (signer));
  /* The ATS dialect has no scheme; its key type says all. */
  if (dialect != PAWL_TUF_DIALECT_ATS)
    json_object_set_string_member (object, "scheme", pawl_tuf_signer_get_scheme (signer));
  json_object_set_string_member (keyval, "public", pawl_tuf_signer_get_public (signer));
  json_object_set_object_member (object, "keyval", keyval);
  return object;
}

static char *
compute_id (JsonObject *object, PawlTufDialect dialect, GError **error)
{
  JsonObject *keyval = pawl_repo_json_get_object (object, "keyval");
  const char *public_text = pawl_repo_json_get_string (keyval, "public");
  g_autoptr (GBytes) bytes = NULL;

  if (dialect == PAWL_TUF_DIALECT_ATS && public_text != NULL)
    return pawl_tuf_key_compute_ats_id (public_text);
  bytes = pawl_repo_json_canonicalize (object, PAWL_TUF_FORM_OLPC, error);
  return bytes != NULL ? pawl_tuf_hash ("sha256", bytes) : NULL;
}

/*< private >
 * pawl_repo_key_new_from_signer:
 * @signer: a private key; signs in @dialect afterwards
 * @dialect: of the repository
 * @name: what it is to be called
 * @owner: who holds it
 * @error: return location
 *
 * Returns: (transfer full): its public half
 */
PawlRepoKey *
pawl_repo_key_new_from_signer (PawlTufSigner *signer,
                               PawlTufDialect dialect,
                               const char *name,
                               const char *owner,
                               GError **error)
{
  g_autoptr (PawlRepoKey) self = NULL;

  if (!pawl_repo_key_check_name (name, error))
    return NULL;
  if (!pawl_tuf_signer_set_dialect (signer, dialect, NULL))
    {
      pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                      "key %s: the ATS format has no keys of scheme %s, wanted ed25519, rsa2048 or "
                      "larger, or p256",
                      name, pawl_tuf_signer_get_scheme (signer));
      return NULL;
    }
  self = g_new0 (PawlRepoKey, 1);
  self->name = g_strdup (name);
  self->owner = g_strdup (owner);
  self->scheme = g_strdup (pawl_tuf_signer_get_scheme (signer));
  self->object = make_object (signer, dialect);
  self->id = compute_id (self->object, dialect, error);
  return self->id != NULL ? g_steal_pointer (&self) : NULL;
}

/*< private >
 * pawl_repo_key_compute_signer_id:
 * @signer: a private key; signs in @dialect afterwards
 * @dialect: of the repository
 *
 * Returns: (transfer full) (nullable): the id of its public half
 */
char *
pawl_repo_key_compute_signer_id (PawlTufSigner *signer, PawlTufDialect dialect)
{
  g_autoptr (PawlRepoKey) key = pawl_repo_key_new_from_signer (signer, dialect, "signer", "", NULL);

  return key != NULL ? g_steal_pointer (&key->id) : NULL;
}

static PawlRepoKey *
read_key (JsonObject *file, PawlTufDialect dialect, GError **error)
{
  g_autoptr (PawlRepoKey) self = g_new0 (PawlRepoKey, 1);
  JsonObject *object = pawl_repo_json_get_object (file, "key");
  JsonObject *keyval = pawl_repo_json_get_object (object, "keyval");
  const char *public_text = pawl_repo_json_get_string (keyval, "public");
  const char *keytype = pawl_repo_json_get_string (object, "keytype");
  g_autoptr (PawlTufKey) key = NULL;

  if (keytype == NULL || public_text == NULL)
    {
      pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "wanted a key object with keytype and public");
      return NULL;
    }
  key = pawl_tuf_key_new (keytype, pawl_repo_json_get_string (object, "scheme"), public_text,
                          PAWL_TUF_KEY_FLAGS_NONE, error);
  if (key == NULL)
    return NULL;
  self->name = g_strdup (pawl_repo_json_get_string (file, "name"));
  self->owner = g_strdup (pawl_repo_json_get_string (file, "owner"));
  self->scheme = g_strdup (pawl_tuf_key_get_scheme (key));
  self->object = json_object_ref (object);
  self->id = compute_id (object, dialect, error);
  return self->id != NULL ? g_steal_pointer (&self) : NULL;
}

/*< private >
 * pawl_repo_key_load:
 * @path: a file in `keys/`
 * @dialect: of the repository
 * @error: return location
 *
 * Returns: (transfer full): the key in it
 */
PawlRepoKey *
pawl_repo_key_load (const char *path, PawlTufDialect dialect, GError **error)
{
  g_autoptr (JsonObject) file = pawl_repo_json_load (path, error);
  g_autoptr (PawlRepoKey) self = NULL;
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *wanted = NULL;

  if (file == NULL)
    return NULL;
  self = read_key (file, dialect, error);
  if (self == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  wanted = g_strconcat (self->name != NULL ? self->name : "", ".json", NULL);
  if (!g_str_equal (wanted, base) ||
      g_strcmp0 (self->id, pawl_repo_json_get_string (file, "keyid")) != 0)
    {
      pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                      "%s: name and keyid are “%s” and %s, wanted the file's name and %s", path,
                      self->name, pawl_repo_json_get_string (file, "keyid"), self->id);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/*< private >
 * pawl_repo_key_save:
 * @self: a key
 * @path: its file in `keys/`
 * @error: return location
 *
 * Returns: %TRUE when it is on the disk
 */
gboolean
pawl_repo_key_save (PawlRepoKey *self, const char *path, GError **error)
{
  g_autoptr (JsonObject) file = json_object_new ();
  g_autoptr (GBytes) bytes = NULL;

  json_object_set_string_member (file, "name", self->name);
  json_object_set_string_member (file, "owner", self->owner);
  json_object_set_string_member (file, "keyid", self->id);
  json_object_set_object_member (file, "key", json_object_ref (self->object));
  bytes = pawl_repo_json_to_pretty (file);
  return pawl_repo_file_write (path, bytes, 0644, error);
}
