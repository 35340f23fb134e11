/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* One full verification of an Uptane Primary, and the download of what it assigns, for the vectors
 * of others. Not installed. The last line of the output is the result, as JSON. */
#include "web-fetch.h"

#include <pawl-tuf/pawl-tuf.h>

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *state_dir;         /* (owned) */
  char *download_dir;      /* (owned) */
  char *director_url;      /* (owned) */
  char *image_url;         /* (owned) */
  char *primary_ecu;       /* (owned) */
  GStrv secondary_ecus;    /* (owned) (nullable) */
  char *director_root;     /* (owned) (nullable) */
  char *image_root;        /* (owned) (nullable) */
  char *time;              /* (owned) (nullable) */
  char *profile;           /* (owned) (nullable) */
  GStrv words;             /* (owned) (nullable) */
  WebFetch *web;           /* (owned) */
  PawlTufClient *director; /* (owned) (nullable) */
  PawlTufClient *image;    /* (owned) (nullable) */
  PawlTufUptane *uptane;   /* (owned) (nullable) */
  const char *repository;  /* where it failed */
  char *role;              /* (owned) (nullable) */
} Program;

static void
program_clear (Program *self)
{
  g_free (self->state_dir);
  g_free (self->download_dir);
  g_free (self->director_url);
  g_free (self->image_url);
  g_free (self->primary_ecu);
  g_strfreev (self->secondary_ecus);
  g_free (self->director_root);
  g_free (self->image_root);
  g_free (self->time);
  g_free (self->profile);
  g_strfreev (self->words);
  g_clear_pointer (&self->web, web_fetch_free);
  g_clear_object (&self->uptane);
  g_clear_object (&self->director);
  g_clear_object (&self->image);
  g_free (self->role);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Program, program_clear)

static gboolean
is_ats (Program *self)
{
  return g_strcmp0 (self->profile, "ats") == 0;
}

static gboolean
fail_usage (GError **error, const char *message)
{
  g_set_error_literal (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_INVALID_METADATA, message);
  return FALSE;
}

/* ---- fetching ---- */

static GBytes *
fetch_from (Program *self,
            const char *base,
            const char *path,
            gsize max_size,
            gboolean *out_missing,
            GError **error)
{
  g_autofree char *uri = g_strconcat (base, "/", path, NULL);
  g_autoptr (GError) local_error = NULL;
  GBytes *bytes = web_fetch_get (self->web, uri, max_size, is_ats (self), &local_error);

  *out_missing = bytes == NULL && local_error == NULL;
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return bytes;
}

static GBytes *
fetch_director (const char *path,
                gsize max_size,
                gboolean *out_missing,
                gpointer data,
                GError **error)
{
  Program *self = data;

  return fetch_from (self, self->director_url, path, max_size, out_missing, error);
}

static GBytes *
fetch_image (const char *path, gsize max_size, gboolean *out_missing, gpointer data, GError **error)
{
  Program *self = data;

  return fetch_from (self, self->image_url, path, max_size, out_missing, error);
}

/* ---- what is trusted ---- */

/* The pinned root, on the first call; the stored one afterwards. */
static gboolean
begin (Program *self, PawlTufClient *client, const char *root, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  PawlTufDialect wanted = is_ats (self) ? PAWL_TUF_DIALECT_ATS : PAWL_TUF_DIALECT_TUF;
  char *data = NULL;
  gsize size = 0;

  self->repository = pawl_tuf_client_get_name (client);
  if (root == NULL)
    return TRUE;
  if (!g_file_get_contents (root, &data, &size, error))
    return FALSE;
  bytes = g_bytes_new_take (data, size);
  if (!pawl_tuf_client_init_root (client, bytes, error))
    return FALSE;
  if (pawl_tuf_metadata_get_dialect (pawl_tuf_client_get_root (client)) == wanted)
    return TRUE;
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_SECURITY,
               "%s: root: its dialect is not that of the profile", self->repository);
  return FALSE;
}

static PawlTufClient *
make_client (Program *self, const char *name, PawlTufFetchFunc fetch, PawlTufClientFlags flags)
{
  g_autofree char *folder = g_build_filename (self->state_dir, name, NULL);
  g_autoptr (PawlTufStore) store = pawl_tuf_store_new (folder);
  PawlTufClient *client = pawl_tuf_client_new (name, store, flags);

  pawl_tuf_client_set_fetch (client, fetch, self);
  return client;
}

static gboolean
add_ecu (Program *self, const char *text, GError **error)
{
  const char *equals = text != NULL ? strchr (text, '=') : NULL;
  g_autofree char *serial = NULL;

  if (equals == NULL || equals == text || equals[1] == '\0')
    return fail_usage (error, "an ECU is SERIAL=HWID");
  serial = g_strndup (text, (gsize) (equals - text));
  pawl_tuf_uptane_add_ecu (self->uptane, serial, equals + 1);
  return TRUE;
}

static gboolean
make_uptane (Program *self, GError **error)
{
  self->director = make_client (self, "director", fetch_director, PAWL_TUF_CLIENT_FLAGS_DIRECTOR);
  self->image = make_client (self, "image", fetch_image, PAWL_TUF_CLIENT_FLAGS_NONE);
  self->uptane = pawl_tuf_uptane_new (self->director, self->image);
  if (!add_ecu (self, self->primary_ecu, error))
    return FALSE;
  for (guint i = 0; self->secondary_ecus != NULL && self->secondary_ecus[i] != NULL; i++)
    if (!add_ecu (self, self->secondary_ecus[i], error))
      return FALSE;
  return begin (self, self->director, self->director_root, error) &&
         begin (self, self->image, self->image_root, error);
}

/* ---- downloading ---- */

static gint64
get_length (PawlTufAssignment *assignment)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (assignment->director);
  gint64 length = 0;

  pawl_tuf_document_get_int (document,
                             pawl_tuf_document_get_member (document, assignment->entry, "length"),
                             &length);
  return length;
}

static GBytes *
fetch_bytes (Program *self, PawlTufAssignment *assignment, GError **error)
{
  g_autofree char *path =
    pawl_tuf_client_dup_target_path (self->image, assignment->name, assignment->found);
  g_autofree char *target_path = g_strconcat ("targets/", path, NULL);
  g_autoptr (GError) local_error = NULL;
  gboolean missing = FALSE;
  GBytes *bytes =
    fetch_image (target_path, (gsize) get_length (assignment), &missing, self, &local_error);

  if (g_error_matches (local_error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TOO_LARGE))
    g_set_error_literal (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_OVERSIZED_TARGET,
                         local_error->message);
  else if (bytes == NULL)
    g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_FETCH, "%s: %s", assignment->name,
                 local_error != NULL ? local_error->message : "the repository does not have it");
  return bytes;
}

static gboolean
check_bytes (PawlTufAssignment *assignment, GBytes *bytes, GError **error)
{
  g_autoptr (GInputStream) first = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GInputStream) second = g_memory_input_stream_new_from_bytes (bytes);

  return pawl_tuf_check_artifact (assignment->director, assignment->entry, assignment->name, first,
                                  NULL, error) &&
         pawl_tuf_check_artifact (assignment->found->metadata, assignment->found->target,
                                  assignment->name, second, NULL, error);
}

static GVariant *
describe (PawlTufAssignment *assignment, GBytes *bytes, const char *path)
{
  g_autofree char *sha256 = pawl_tuf_hash ("sha256", bytes);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "name", "s", assignment->name);
  g_variant_dict_insert (&dict, "length", "x", get_length (assignment));
  g_variant_dict_insert (&dict, "sha256", "s", sha256);
  g_variant_dict_insert (&dict, "path", "s", path);
  g_variant_dict_insert (&dict, "ecus", "^as", assignment->serials);
  return g_variant_dict_end (&dict);
}

/* An OSTree commit is no file of the repository: its objects are verified by their names. */
static gboolean
is_commit (PawlTufAssignment *assignment)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (assignment->found->metadata);
  PawlTufValue custom =
    pawl_tuf_document_get_member (document, assignment->found->target, "custom");

  return pawl_tuf_document_is_string (
    document, pawl_tuf_document_get_member (document, custom, "targetFormat"), "OSTREE");
}

/* Only bytes that were verified get a name in the folder. */
static GVariant *
download (Program *self, PawlTufAssignment *assignment, GError **error)
{
  g_autofree char *escaped = g_uri_escape_string (assignment->name, NULL, FALSE);
  g_autofree char *path = g_build_filename (self->download_dir, escaped, NULL);
  g_autoptr (GBytes) bytes = fetch_bytes (self, assignment, error);
  const char *data;
  gsize size;

  if (bytes == NULL || !check_bytes (assignment, bytes, error))
    return NULL;
  data = g_bytes_get_data (bytes, &size);
  if (g_mkdir_with_parents (self->download_dir, 0755) < 0)
    {
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_FETCH, "%s: %s", self->download_dir,
                   g_strerror (errno));
      return NULL;
    }
  if (!g_file_set_contents (path, data, (gssize) size, error))
    return NULL;
  return describe (assignment, bytes, path);
}

static GVariant *
download_all (Program *self, GPtrArray *assignments, GError **error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  self->repository = "image";
  for (guint i = 0; i < assignments->len; i++)
    {
      PawlTufAssignment *assignment = assignments->pdata[i];
      GVariant *target;

      if (is_commit (assignment))
        continue;
      target = download (self, assignment, error);
      if (target == NULL)
        {
          g_free (self->role);
          self->role = g_strdup (assignment->found->role);
          return NULL;
        }
      g_variant_builder_add_value (&builder, target);
    }
  return g_variant_builder_end (&builder);
}

/* ---- all of it ---- */

static gboolean
get_time (Program *self, gint64 *out_us, GError **error)
{
  g_autoptr (GDateTime) time = NULL;

  *out_us = g_get_real_time ();
  if (self->time == NULL)
    return TRUE;
  time = g_date_time_new_from_iso8601 (self->time, NULL);
  if (time == NULL)
    return fail_usage (error, "--time: wanted a time of RFC 3339");
  *out_us = g_date_time_to_unix (time) * G_USEC_PER_SEC;
  return TRUE;
}

static gboolean
check_arguments (Program *self, GError **error)
{
  if (self->words == NULL || g_strcmp0 (self->words[0], "uptane-check") != 0)
    return fail_usage (error, "wanted uptane-check");
  if (self->state_dir == NULL || self->download_dir == NULL || self->director_url == NULL ||
      self->image_url == NULL || self->primary_ecu == NULL)
    return fail_usage (error, "wanted --state-dir, --download-dir, --director, --image-repo and "
                              "--primary-ecu");
  if (self->profile != NULL && !is_ats (self) && !g_str_equal (self->profile, "standard"))
    return fail_usage (error, "--profile: wanted standard or ats");
  return TRUE;
}

static GVariant *
run (Program *self, GError **error)
{
  g_autoptr (GPtrArray) assignments = NULL;
  gint64 now_us = 0;

  if (!check_arguments (self, error) || !get_time (self, &now_us, error) ||
      !make_uptane (self, error))
    return NULL;
  assignments = pawl_tuf_uptane_check (self->uptane, now_us, error);
  if (assignments != NULL)
    return download_all (self, assignments, error);
  self->repository = pawl_tuf_uptane_get_repository (self->uptane);
  self->role = pawl_tuf_uptane_dup_role (self->uptane);
  return NULL;
}

static void
print_result (GVariant *targets)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) result = NULL;
  g_autofree char *text = NULL;

  g_variant_dict_insert (&dict, "status", "s", "ok");
  g_variant_dict_insert_value (&dict, "targets", targets);
  result = g_variant_ref_sink (g_variant_dict_end (&dict));
  text = pawl_tuf_variant_to_json (result);
  g_print ("%s\n", text);
}

static gboolean
is_delegated (const char *role)
{
  return role != NULL &&
         !g_strv_contains ((const char *const[]){"root", "timestamp", "snapshot", "targets", NULL},
                           role);
}

/* The vectors of the ATS dialect have one word for an image that the Image repository does not
 * have: listed by nobody, by nobody who may, or by a delegated role that is over. */
static const char *
get_class (Program *self, const GError *error)
{
  if (is_ats (self) && g_strcmp0 (self->repository, "image") == 0 &&
      (g_error_matches (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_NOT_FOUND) ||
       (g_error_matches (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_EXPIRED) &&
        is_delegated (self->role))))
    return "TargetMismatch";
  return pawl_tuf_error_get_class (error);
}

static void
print_error (Program *self, const GError *error)
{
  g_auto (GVariantDict) inner = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *message = g_utf8_make_valid (error->message, -1);
  g_autoptr (GVariant) result = NULL;
  g_autofree char *text = NULL;

  g_variant_dict_insert (&inner, "class", "s", get_class (self, error));
  g_variant_dict_insert (&inner, "repo", "s", self->repository != NULL ? self->repository : "");
  g_variant_dict_insert (&inner, "role", "s", self->role != NULL ? self->role : "root");
  g_variant_dict_insert (&inner, "message", "s", message);
  g_variant_dict_insert (&dict, "status", "s", "error");
  g_variant_dict_insert_value (&dict, "error", g_variant_dict_end (&inner));
  result = g_variant_ref_sink (g_variant_dict_end (&dict));
  text = pawl_tuf_variant_to_json (result);
  g_print ("%s\n", text);
}

int
main (int argc, char **argv)
{
  g_auto (Program) self = {0};
  const GOptionEntry entries[] = {
    {"state-dir",        0, 0, G_OPTION_ARG_FILENAME,       &self.state_dir,      NULL, NULL},
    {"download-dir",     0, 0, G_OPTION_ARG_FILENAME,       &self.download_dir,   NULL, NULL},
    {"director",         0, 0, G_OPTION_ARG_FILENAME,       &self.director_url,   NULL, NULL},
    {"image-repo",       0, 0, G_OPTION_ARG_FILENAME,       &self.image_url,      NULL, NULL},
    {"primary-ecu",      0, 0, G_OPTION_ARG_FILENAME,       &self.primary_ecu,    NULL, NULL},
    {"secondary-ecu",    0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self.secondary_ecus, NULL, NULL},
    {"director-root",    0, 0, G_OPTION_ARG_FILENAME,       &self.director_root,  NULL, NULL},
    {"image-root",       0, 0, G_OPTION_ARG_FILENAME,       &self.image_root,     NULL, NULL},
    {"time",             0, 0, G_OPTION_ARG_FILENAME,       &self.time,           NULL, NULL},
    {"profile",          0, 0, G_OPTION_ARG_FILENAME,       &self.profile,        NULL, NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self.words,          NULL, NULL},
    {NULL,               0, 0, G_OPTION_ARG_NONE,           NULL,                 NULL, NULL},
  };
  g_autoptr (GOptionContext) options = g_option_context_new ("uptane-check");
  g_autoptr (GError) error = NULL;
  GVariant *targets = NULL;

  g_option_context_add_main_entries (options, entries, NULL);
  self.web = web_fetch_new ();
  if (g_option_context_parse (options, &argc, &argv, &error))
    targets = run (&self, &error);
  if (targets != NULL)
    {
      print_result (targets);
      return 0;
    }
  print_error (&self, error);
  return 1;
}
