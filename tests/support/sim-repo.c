/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "sim-repo.h"

#include <glib/gstdio.h>
#include <string.h>

static void
key_free (gpointer data)
{
  SimKey *key = data;

  g_object_unref (key->signer);
  g_free (key->id);
  g_free (key->json);
  g_free (key);
}

/* Keys belong to the process: tests move them between roles as they like. */
static GPtrArray *all_keys;

char *
sim_hash (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return pawl_tuf_hash ("sha256", bytes);
}

void
sim_key_set_json (SimKey *self, char *json)
{
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufDocument) document = pawl_tuf_document_new (bytes, &error);

  g_assert_no_error (error);
  g_free (self->json);
  self->json = json;
  g_free (self->id);
  self->id = pawl_tuf_key_compute_id (document, pawl_tuf_document_get_root (document));
}

SimKey *
sim_key_new_of (const char *type)
{
  SimKey *key = g_new0 (SimKey, 1);
  g_autofree char *public_text = NULL;
  g_autoptr (GError) error = NULL;

  if (all_keys == NULL)
    all_keys = g_ptr_array_new_with_free_func (key_free);
  key->signer = pawl_tuf_signer_generate (type, &error);
  g_assert_no_error (error);
  public_text = g_strescape (pawl_tuf_signer_get_public (key->signer), NULL);
  sim_key_set_json (
    key, g_strdup_printf ("{\"keytype\":\"%s\",\"keyval\":{\"public\":\"%s\"},\"scheme\":\"%s\"}",
                          pawl_tuf_signer_get_keytype (key->signer), public_text,
                          pawl_tuf_signer_get_scheme (key->signer)));
  g_ptr_array_add (all_keys, key);
  return key;
}

SimKey *
sim_key_new (void)
{
  return sim_key_new_of ("ed25519");
}

SimRole *
sim_role_new (const char *name)
{
  SimRole *self = g_new0 (SimRole, 1);

  self->name = g_strdup (name);
  self->keys = g_ptr_array_new ();
  self->signers = g_ptr_array_new ();
  self->threshold = 1;
  self->version = 1;
  self->expires = SIM_LATER;
  self->targets = g_string_new (NULL);
  self->delegated = g_ptr_array_new ();
  sim_role_set_key (self, sim_key_new ());
  return self;
}

static void role_free (SimRole *self);

void
sim_role_drop_delegated (SimRole *self)
{
  for (guint i = 0; i < self->delegated->len; i++)
    role_free (self->delegated->pdata[i]);
  g_ptr_array_set_size (self->delegated, 0);
}

static void
role_free (SimRole *self)
{
  g_free (self->name);
  g_ptr_array_unref (self->keys);
  g_ptr_array_unref (self->signers);
  g_string_free (self->targets, TRUE);
  sim_role_drop_delegated (self);
  g_ptr_array_unref (self->delegated);
  g_free (self);
}

/* The only one that counts, and that signs. */
void
sim_role_set_key (SimRole *self, SimKey *key)
{
  g_ptr_array_set_size (self->keys, 0);
  g_ptr_array_set_size (self->signers, 0);
  g_ptr_array_add (self->keys, key);
  g_ptr_array_add (self->signers, key);
}

SimRole *
sim_role_delegate (SimRole *self, const char *name, const char *paths)
{
  SimRole *role = sim_role_new (name);

  role->paths = paths;
  g_ptr_array_add (self->delegated, role);
  return role;
}

void
sim_role_add_target (SimRole *self, const char *name, const char *content)
{
  g_autofree char *hash = sim_hash (content);

  g_string_append_printf (self->targets, "%s\"%s\":{\"length\":%zu,\"hashes\":{\"sha256\":\"%s\"}}",
                          self->targets->len > 0 ? "," : "", name, strlen (content), hash);
}

void
sim_role_add_custom_target (SimRole *self,
                            const char *name,
                            const char *content,
                            const char *custom)
{
  sim_role_add_target (self, name, content);
  g_string_truncate (self->targets, self->targets->len - 1);
  g_string_append_printf (self->targets, ",\"custom\":{%s}}", custom);
}

static GBytes *
sign_with (GPtrArray *signers, const char *signed_json, const char *method)
{
  g_autoptr (GBytes) plain = g_bytes_new (signed_json, strlen (signed_json));
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufDocument) document = pawl_tuf_document_new (plain, &error);
  g_autoptr (GBytes) message = NULL;
  GString *text = g_string_new ("{\"signatures\":[");

  g_assert_no_error (error);
  message = pawl_tuf_document_canonicalize (document, pawl_tuf_document_get_root (document),
                                            PAWL_TUF_FORM_OLPC);
  for (guint i = 0; i < signers->len; i++)
    {
      SimKey *key = signers->pdata[i];
      g_autoptr (GBytes) signature = pawl_tuf_signer_sign (key->signer, message, &error);
      g_autofree char *hex = NULL;

      g_assert_no_error (error);
      hex = pawl_tuf_encode_hex (signature);
      g_string_append_printf (text, "%s{\"keyid\":\"%s\",%s\"sig\":\"%s\"}", i > 0 ? "," : "",
                              key->id, method, hex);
    }
  g_string_append_printf (text, "],\"signed\":%s}", signed_json);
  return g_string_free_to_bytes (text);
}

GBytes *
sim_sign (GPtrArray *signers, const char *signed_json)
{
  return sign_with (signers, signed_json, "");
}

static GString *
begin (SimRepo *self, SimRole *role, const char *type)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "{\"_type\":\"%s\",%s\"version\":%" G_GINT64_FORMAT ",\"expires\":\"%s\"",
                   type, self->ats ? "" : "\"spec_version\":\"1.0.31\",", role->version,
                   role->expires);
  if (self->ats)
    text->str[strlen ("{\"_type\":\"")] = g_ascii_toupper (type[0]);
  return text;
}

static void
append_key_ids (GString *text, SimRole *role)
{
  g_string_append (text, "\"keyids\":[");
  for (guint i = 0; i < role->keys->len; i++)
    g_string_append_printf (text, "%s\"%s\"", i > 0 ? "," : "",
                            ((SimKey *) role->keys->pdata[i])->id);
  g_string_append_printf (text, "],\"threshold\":%u", role->threshold);
}

static void
append_keys (GString *text, SimRole *const *roles, guint n)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  g_string_append (text, "\"keys\":{");
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < roles[i]->keys->len; j++)
      {
        SimKey *key = roles[i]->keys->pdata[j];

        if (g_hash_table_add (seen, key->id))
          g_string_append_printf (text, "%s\"%s\":%s", g_hash_table_size (seen) > 1 ? "," : "",
                                  key->id, key->json);
      }
  g_string_append (text, "}");
}

static void
put (SimRepo *self, char *path, GBytes *bytes)
{
  g_hash_table_replace (self->files, path, bytes);
}

/* A root always has its version in its name, a timestamp never (TUF 1.0.34, 6.2). */
char *
sim_repo_dup_path (SimRepo *self, SimRole *role)
{
  g_autofree char *escaped = g_uri_escape_string (role->name, NULL, FALSE);

  if (self->ats && role != self->root && role != self->timestamp && role != self->snapshot &&
      role != self->targets)
    return g_strdup_printf ("delegations/%s.json", escaped);
  if (role != self->root && (self->plain || self->ats || role == self->timestamp))
    return g_strdup_printf ("%s.json", escaped);
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%s.json", role->version, escaped);
}

static void
canonicalize (GString *text)
{
  g_autoptr (GBytes) plain = g_bytes_new (text->str, text->len);
  g_autoptr (PawlTufDocument) document = pawl_tuf_document_new (plain, NULL);
  g_autoptr (GBytes) canonical =
    pawl_tuf_document_canonicalize (document, pawl_tuf_document_get_root (document),
                                    PAWL_TUF_FORM_OLPC);
  gsize size;
  const char *data = g_bytes_get_data (canonical, &size);

  g_string_truncate (text, 0);
  g_string_append_len (text, data, (gssize) size);
}

static void
finish (SimRepo *self, GString *text, SimRole *role)
{
  g_string_append_c (text, '}');
  if (self->canonical)
    canonicalize (text);
  put (self, sim_repo_dup_path (self, role),
       sign_with (role->signers, text->str, self->ats ? "\"method\":\"ed25519\"," : ""));
  g_string_free (text, TRUE);
}

void
sim_repo_publish_root (SimRepo *self)
{
  SimRole *const roles[] = {self->root, self->timestamp, self->snapshot, self->targets};
  GString *text = begin (self, self->root, "root");

  g_string_append_printf (text, ",\"consistent_snapshot\":%s,",
                          self->plain || self->ats ? "false" : "true");
  append_keys (text, roles, G_N_ELEMENTS (roles));
  g_string_append (text, ",\"roles\":{");
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      g_string_append_printf (text, "%s\"%s\":{", i > 0 ? "," : "", roles[i]->name);
      append_key_ids (text, roles[i]);
      g_string_append_c (text, '}');
    }
  g_string_append_c (text, '}');
  finish (self, text, self->root);
}

/* The first of several stands for all: its paths, and whether it ends the search. */
static void
append_several (GString *text, SimRole *role)
{
  SimRole *first = role->delegated->pdata[0];

  g_string_append_printf (text,
                          "{\"name\":\"several\",\"terminating\":%s,%s,"
                          "\"min_roles_in_agreement\":%u,\"roleinfo\":[",
                          first->terminating ? "true" : "false", first->paths, role->agreement);
  for (guint i = 0; i < role->several; i++)
    {
      SimRole *delegated = role->delegated->pdata[i];

      g_string_append_printf (text, "%s{\"rolename\":\"%s\",", i > 0 ? "," : "", delegated->name);
      append_key_ids (text, delegated);
      g_string_append_c (text, '}');
    }
  g_string_append (text, "]}");
}

static void
append_roles (GString *text, SimRole *role)
{
  if (role->several > 0)
    append_several (text, role);
  for (guint i = role->several; i < role->delegated->len; i++)
    {
      SimRole *delegated = role->delegated->pdata[i];

      g_string_append_printf (text, "%s{\"name\":\"%s\",\"terminating\":%s,%s,", i > 0 ? "," : "",
                              delegated->name, delegated->terminating ? "true" : "false",
                              delegated->paths);
      append_key_ids (text, delegated);
      g_string_append_c (text, '}');
    }
}

/* The way of TAP 3, where it is used. */
static void
append_delegation_list (GString *text, SimRole *role)
{
  g_autoptr (GString) keys = g_string_new (NULL);

  append_keys (keys, (SimRole *const *) role->delegated->pdata, role->delegated->len);
  g_string_append_printf (text, ",\"keys_for_delegations\":%s,\"delegations\":[",
                          keys->str + strlen ("\"keys\":"));
  append_roles (text, role);
  g_string_append_c (text, ']');
}

static void
append_delegations (GString *text, SimRole *role)
{
  if (role->several > 0)
    {
      append_delegation_list (text, role);
      return;
    }
  g_string_append (text, ",\"delegations\":{");
  append_keys (text, (SimRole *const *) role->delegated->pdata, role->delegated->len);
  if (role->bins != NULL)
    {
      g_string_append_printf (text, ",\"succinct_roles\":{%s,", role->bins);
      append_key_ids (text, role->delegated->pdata[0]);
      g_string_append (text, "}}");
      return;
    }
  g_string_append (text, ",\"roles\":[");
  append_roles (text, role);
  g_string_append (text, "]}");
}

void
sim_repo_publish_targets (SimRepo *self, SimRole *role)
{
  GString *text;

  if (role->alias)
    return;
  text = begin (self, role, "targets");

  g_string_append_printf (text, ",\"targets\":{%s}", role->targets->str);
  if (role->delegated->len > 0)
    append_delegations (text, role);
  finish (self, text, role);
  for (guint i = 0; i < role->delegated->len; i++)
    sim_repo_publish_targets (self, role->delegated->pdata[i]);
}

static void
append_measures (SimRepo *self, GString *text, SimRole *role)
{
  g_autofree char *path = sim_repo_dup_path (self, role);
  GBytes *bytes = g_hash_table_lookup (self->files, path);
  g_autofree char *hash = pawl_tuf_hash ("sha256", bytes);

  g_string_append_printf (text, ",\"length\":%zu,\"hashes\":{\"sha256\":\"%s\"}",
                          g_bytes_get_size (bytes), hash);
}

static void
append_meta (SimRepo *self, GString *text, SimRole *role)
{
  if (role->alias)
    return;
  g_string_append_printf (text, "%s\"%s.json\":{\"version\":%" G_GINT64_FORMAT,
                          g_str_has_suffix (text->str, "{") ? "" : ",", role->name, role->version);
  if (!self->bare)
    append_measures (self, text, role);
  g_string_append_c (text, '}');
  for (guint i = 0; i < role->delegated->len; i++)
    append_meta (self, text, role->delegated->pdata[i]);
}

void
sim_repo_publish_snapshot (SimRepo *self)
{
  GString *text = begin (self, self->snapshot, "snapshot");

  g_string_append (text, ",\"meta\":{");
  append_meta (self, text, self->targets);
  if (self->meta_extra != NULL)
    g_string_append_printf (text, ",%s", self->meta_extra);
  g_string_append_c (text, '}');
  finish (self, text, self->snapshot);
}

void
sim_repo_publish_timestamp (SimRepo *self)
{
  GString *text = begin (self, self->timestamp, "timestamp");

  g_string_append (text, ",\"meta\":{");
  append_meta (self, text, self->snapshot);
  g_string_append_c (text, '}');
  finish (self, text, self->timestamp);
}

void
sim_repo_publish (SimRepo *self)
{
  sim_repo_publish_root (self);
  sim_repo_publish_targets (self, self->targets);
  sim_repo_publish_snapshot (self);
  sim_repo_publish_timestamp (self);
}

void
sim_repo_publish_next (SimRepo *self)
{
  self->targets->version++;
  self->snapshot->version++;
  self->timestamp->version++;
  sim_repo_publish (self);
}

void
sim_repo_write_root (SimRepo *self, const char *path)
{
  GBytes *root = g_hash_table_lookup (self->files, "1.root.json");
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, g_bytes_get_data (root, NULL), (gssize) g_bytes_get_size (root),
                       &error);
  g_assert_no_error (error);
}

void
sim_remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      sim_remove_folder (child);
    }
  g_remove (path);
}

SimRepo *
sim_repo_new (void)
{
  SimRepo *self = g_new0 (SimRepo, 1);

  self->files =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  self->asked = g_ptr_array_new_with_free_func (g_free);
  self->root = sim_role_new ("root");
  self->timestamp = sim_role_new ("timestamp");
  self->snapshot = sim_role_new ("snapshot");
  self->targets = sim_role_new ("targets");
  return self;
}

void
sim_repo_free (SimRepo *self)
{
  g_hash_table_unref (self->files);
  g_ptr_array_unref (self->asked);
  role_free (self->root);
  role_free (self->timestamp);
  role_free (self->snapshot);
  role_free (self->targets);
  g_free (self->meta_extra);
  g_free (self);
  g_clear_pointer (&all_keys, g_ptr_array_unref);
}

guint
sim_repo_count (SimRepo *self, const char *path)
{
  guint count = 0;

  for (guint i = 0; i < self->asked->len; i++)
    count += g_str_equal (self->asked->pdata[i], path);
  return count;
}

GBytes *
sim_repo_fetch (const char *path,
                gsize max_size,
                gboolean *out_missing,
                gpointer repo,
                GError **error)
{
  SimRepo *self = repo;
  GBytes *bytes = g_hash_table_lookup (self->files, path);

  g_ptr_array_add (self->asked, g_strdup (path));
  *out_missing = bytes == NULL;
  return bytes != NULL ? g_bytes_ref (bytes) : NULL;
}
