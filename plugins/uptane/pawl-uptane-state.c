/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-uptane-state.h"

struct _PawlUptaneState
{
  char *path;     /* (owned) */
  GKeyFile *keys; /* (owned) */
};

void
pawl_uptane_state_free (PawlUptaneState *self)
{
  g_free (self->path);
  g_key_file_unref (self->keys);
  g_free (self);
}

/*< private >
 * pawl_uptane_state_load:
 * @folder: the state folder
 * @error: return location; #PAWL_ERROR_STORAGE for a file that is there and cannot be read: what it
 *   holds keeps this device from going back
 *
 * Returns: (transfer full): the state; empty at first
 */
PawlUptaneState *
pawl_uptane_state_load (const char *folder, GError **error)
{
  g_autoptr (PawlUptaneState) self = g_new0 (PawlUptaneState, 1);
  g_autoptr (GError) local_error = NULL;

  self->path = g_build_filename (folder, "uptane", NULL);
  self->keys = g_key_file_new ();
  if (g_key_file_load_from_file (self->keys, self->path, G_KEY_FILE_NONE, &local_error) ||
      g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return g_steal_pointer (&self);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE, "%s: %s", self->path, local_error->message);
  return NULL;
}

gboolean
pawl_uptane_state_save (PawlUptaneState *self, GError **error)
{
  gsize size = 0;
  g_autofree char *data = g_key_file_to_data (self->keys, &size, NULL);
  g_autoptr (GError) local_error = NULL;

  if (g_file_set_contents_full (self->path, data, (gssize) size,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &local_error))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE, "%s: %s", self->path, local_error->message);
  return FALSE;
}

/* (transfer full): never NULL. */
char *
pawl_uptane_state_dup_string (PawlUptaneState *self, const char *group, const char *key)
{
  char *value = g_key_file_get_string (self->keys, group, key, NULL);

  return value != NULL ? value : g_strdup ("");
}

void
pawl_uptane_state_set_string (PawlUptaneState *self,
                              const char *group,
                              const char *key,
                              const char *value)
{
  g_key_file_set_string (self->keys, group, key, value);
}

gint64
pawl_uptane_state_get_int (PawlUptaneState *self, const char *group, const char *key)
{
  return g_key_file_get_int64 (self->keys, group, key, NULL);
}

void
pawl_uptane_state_set_int (PawlUptaneState *self, const char *group, const char *key, gint64 value)
{
  g_key_file_set_int64 (self->keys, group, key, value);
}
