/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* One file that a timestamp or a snapshot announces: its name, its size, and whether it is the one
 * (TUF 1.0.34, 5.5 and 5.6). */
#include "pawl-tuf-announced.h"

#include <pawl-tuf/pawl-tuf-error.h>

gboolean
pawl_tuf_announced_fail_rollback (GError **error, const char *what, gint64 found, gint64 known)
{
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_ROLLBACK,
               "%s: found version %" G_GINT64_FORMAT ", and %" G_GINT64_FORMAT " was there before",
               what, found, known);
  return FALSE;
}

gint64
pawl_tuf_announced_get_version (PawlTufMetadata *metadata, PawlTufValue entry)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  gint64 version = 0;

  pawl_tuf_document_get_int (document, pawl_tuf_document_get_member (document, entry, "version"),
                             &version);
  return version;
}

gboolean
pawl_tuf_announced_is_same (PawlTufMetadata *stored, GBytes *bytes)
{
  return stored != NULL &&
         g_bytes_equal (pawl_tuf_document_get_bytes (pawl_tuf_metadata_get_document (stored)),
                        bytes);
}

static gboolean
is_delegated (const char *role)
{
  return !g_str_equal (role, "snapshot") && !g_str_equal (role, "targets");
}

static char *
make_path (PawlTufClient *self, const char *role, gint64 version)
{
  g_autofree char *escaped = g_uri_escape_string (role, NULL, FALSE);

  if (pawl_tuf_client_is_ats (self) && is_delegated (role))
    return g_strdup_printf ("delegations/%s.json", escaped);
  if (!self->plain && pawl_tuf_metadata_get_consistent_snapshot (self->root))
    return g_strdup_printf ("%" G_GINT64_FORMAT ".%s.json", version, escaped);
  return g_strdup_printf ("%s.json", escaped);
}

/* The announced length is the limit, but never above ours: whoever has stolen an online key must
 * not be able to fill the memory. A snapshot of the ATS dialect gives the length of the canonical
 * form, which the file need not have. */
static gsize
limit_of (PawlTufClient *self, PawlTufMetadata *describer, PawlTufValue entry, PawlTufType type)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (describer);
  gsize limit = pawl_tuf_client_get_limit (self, type);
  gint64 length = 0;

  if (describer != self->timestamp && pawl_tuf_client_is_ats (self))
    return limit;
  if (pawl_tuf_document_get_int (document, pawl_tuf_document_get_member (document, entry, "length"),
                                 &length))
    return MIN ((gsize) length, limit);
  return limit;
}

/* 5.6.7.1: one error for all files of a repository, another for those of a role that is somebody
 * else's. */
static void
fail_missing (PawlTufClient *self, const char *role, const char *path, GError **error)
{
  g_set_error (error, PAWL_TUF_ERROR,
               is_delegated (role) && !self->offline ? PAWL_TUF_ERROR_DELEGATION_MISSING
                                                     : PAWL_TUF_ERROR_FETCH,
               "%s has no %s", self->offline ? "the store" : "the repository", path);
}

/* The announced hashes come first: they keep forged bytes from the verifier (5.5.2, 5.6.2). */
PawlTufMetadata *
pawl_tuf_announced_fetch (PawlTufClient *self,
                          PawlTufType type,
                          const char *role,
                          PawlTufMetadata *delegator,
                          PawlTufMetadata *describer,
                          PawlTufValue entry,
                          GError **error)
{
  g_autofree char *path = make_path (self, role, pawl_tuf_announced_get_version (describer, entry));
  gboolean missing = FALSE;
  g_autoptr (GBytes) bytes =
    pawl_tuf_client_fetch (self, path, limit_of (self, describer, entry, type), &missing, error);
  g_autoptr (PawlTufMetadata) metadata = NULL;

  if (missing)
    fail_missing (self, role, path, error);
  if (bytes == NULL)
    return NULL;
  metadata = pawl_tuf_metadata_new (type, bytes, error);
  if (metadata == NULL || !pawl_tuf_metadata_check_described (metadata, describer, entry, error) ||
      !pawl_tuf_metadata_verify (metadata, delegator, role, pawl_tuf_client_get_key_flags (self),
                                 error))
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  return g_steal_pointer (&metadata);
}

gboolean
pawl_tuf_announced_is_still_good (PawlTufClient *self,
                                  PawlTufMetadata *stored,
                                  PawlTufMetadata *describer,
                                  PawlTufValue entry)
{
  return stored != NULL && pawl_tuf_metadata_check_described (stored, describer, entry, NULL) &&
         pawl_tuf_metadata_check_expiry (stored, self->now_us, NULL);
}

static gboolean
fail_gone (GError **error, const char *file_name, gint64 known)
{
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_ROLLBACK,
               "snapshot: found no %s, and version %" G_GINT64_FORMAT " was there before",
               file_name, known);
  return FALSE;
}

gboolean
pawl_tuf_announced_check_version (const char *what,
                                  PawlTufMetadata *stored,
                                  PawlTufMetadata *fetched,
                                  GError **error)
{
  gint64 known = pawl_tuf_metadata_get_version (stored);
  gint64 found = pawl_tuf_metadata_get_version (fetched);

  return found >= known || pawl_tuf_announced_fail_rollback (error, what, found, known);
}

gboolean
pawl_tuf_announced_check_entries (PawlTufMetadata *stored,
                                  PawlTufMetadata *fetched,
                                  gboolean may_end,
                                  GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (stored);
  PawlTufIter iter;
  PawlTufValue name, entry;

  pawl_tuf_iter_init (&iter, document, pawl_tuf_metadata_get_member (stored, "meta"));
  while (pawl_tuf_iter_next (&iter, &name, &entry))
    {
      g_autofree char *file_name = pawl_tuf_document_dup_string (document, name);
      PawlTufValue now = pawl_tuf_metadata_find_meta (fetched, file_name);
      gint64 known = pawl_tuf_announced_get_version (stored, entry);
      gint64 found = pawl_tuf_announced_get_version (fetched, now);

      /* Old repositories list the root, too, and stop to. */
      if (g_str_equal (file_name, "root.json"))
        continue;
      if (!pawl_tuf_value_exists (now) && may_end)
        continue;
      if (!pawl_tuf_value_exists (now))
        return fail_gone (error, file_name, known);
      if (found < known)
        return pawl_tuf_announced_fail_rollback (error, file_name, found, known);
    }
  return TRUE;
}
