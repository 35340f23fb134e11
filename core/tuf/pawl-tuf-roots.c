/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* From the trusted root to the last one (TUF 1.0.34, 5.3). */
#include "pawl-tuf-client-private.h"

#include <pawl-tuf/pawl-tuf-error.h>

#define MAX_ROOT_ROTATIONS 1024

static gboolean
load_root (PawlTufClient *self, GError **error)
{
  g_autoptr (PawlTufMetadata) stored = NULL;

  if (self->root != NULL)
    return TRUE;
  stored = pawl_tuf_client_load_local (self, PAWL_TUF_TYPE_ROOT, "root", NULL);
  if (stored == NULL)
    {
      g_set_error_literal (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_STORE,
                           "there is no trusted root: give the device the repository's first one");
      return FALSE;
    }
  self->root = g_steal_pointer (&stored);
  return TRUE;
}

/* 5.3.11: a lost online key may have signed versions beyond all honest ones, so what its successor
 * signs must not be compared with them. This comes before @next is stored: whatever ends the update
 * afterwards, no later one would see that the keys have changed. */
static gboolean
forget_rotated (PawlTufClient *self, PawlTufMetadata *next, GError **error)
{
  if (pawl_tuf_metadata_has_same_keys (self->root, next, "timestamp") &&
      pawl_tuf_metadata_has_same_keys (self->root, next, "snapshot"))
    return TRUE;
  g_clear_object (&self->timestamp);
  g_clear_object (&self->snapshot);
  return pawl_tuf_store_remove (self->store, "timestamp", error) &&
         pawl_tuf_store_remove (self->store, "snapshot", error);
}

/* 5.3.4 to 5.3.8, and 5.3.11, for the root that follows the trusted one. */
static gboolean
follow_root (PawlTufClient *self, GBytes *bytes, GError **error)
{
  PawlTufKeyFlags flags = pawl_tuf_client_get_key_flags (self);
  g_autoptr (PawlTufMetadata) next =
    pawl_tuf_client_read (self, PAWL_TUF_TYPE_ROOT, "root", self->root, bytes, error);

  if (next == NULL || !pawl_tuf_metadata_verify (next, next, "root", flags, error))
    return FALSE;
  if (pawl_tuf_metadata_get_version (next) != pawl_tuf_metadata_get_version (self->root) + 1)
    {
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_ROOT_ROTATION,
                   "root: found version %" G_GINT64_FORMAT ", wanted %" G_GINT64_FORMAT,
                   pawl_tuf_metadata_get_version (next),
                   pawl_tuf_metadata_get_version (self->root) + 1);
      return FALSE;
    }
  if (!forget_rotated (self, next, error) || !pawl_tuf_client_save (self, "root", next, error))
    return FALSE;
  g_set_object (&self->root, next);
  return TRUE;
}

/* Says in @out_end that there is no next root. */
static gboolean
rotate_once (PawlTufClient *self, gboolean *out_end, GError **error)
{
  g_autofree char *path = g_strdup_printf ("%" G_GINT64_FORMAT ".root.json",
                                           pawl_tuf_metadata_get_version (self->root) + 1);
  g_autoptr (GBytes) bytes =
    pawl_tuf_client_fetch (self, path, pawl_tuf_client_get_limit (self, PAWL_TUF_TYPE_ROOT),
                           out_end, error);

  if (bytes == NULL)
    return *out_end;
  return follow_root (self, bytes, error);
}

gboolean
pawl_tuf_roots_follow (PawlTufClient *self, GError **error)
{
  guint rotations =
    self->limits.root_rotations > 0 ? self->limits.root_rotations : MAX_ROOT_ROTATIONS;
  gboolean end = FALSE;

  if (!load_root (self, error))
    return FALSE;
  for (guint i = 0; i < rotations && !end; i++)
    if (!rotate_once (self, &end, error))
      return FALSE;
  return pawl_tuf_metadata_check_expiry (self->root, self->now_us, error);
}
