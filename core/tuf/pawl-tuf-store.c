/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl-tuf/pawl-tuf-client.h>

#include <pawl-tuf/pawl-tuf-error.h>

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

struct _PawlTufStore
{
  GObject parent_instance;

  char *folder; /* (owned) */
};

G_DEFINE_FINAL_TYPE (PawlTufStore, pawl_tuf_store, G_TYPE_OBJECT)

static void
pawl_tuf_store_finalize (GObject *object)
{
  PawlTufStore *self = PAWL_TUF_STORE (object);

  g_clear_pointer (&self->folder, g_free);
  G_OBJECT_CLASS (pawl_tuf_store_parent_class)->finalize (object);
}

static void
pawl_tuf_store_class_init (PawlTufStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_tuf_store_finalize;
}

static void
pawl_tuf_store_init (PawlTufStore *self)
{
}

/**
 * pawl_tuf_store_new:
 * @folder: where the files are; made, with those above it, when the first one is saved
 *
 * Returns: (transfer full): the store
 *
 * Since: 1.0
 */
PawlTufStore *
pawl_tuf_store_new (const char *folder)
{
  PawlTufStore *self = g_object_new (PAWL_TUF_TYPE_STORE, NULL);

  self->folder = g_strdup (folder);
  return self;
}

/* The names of delegated roles come from outside: escaped, none leaves the folder. */
static char *
make_path (PawlTufStore *self, const char *role)
{
  g_autofree char *escaped = g_uri_escape_string (role, NULL, FALSE);
  g_autofree char *name = g_strconcat (escaped, ".json", NULL);

  return g_build_filename (self->folder, name, NULL);
}

static gboolean
fail (GError **error, const char *verb, const char *path, const char *reason)
{
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_STORE, "%s %s: %s", verb, path, reason);
  return FALSE;
}

/**
 * pawl_tuf_store_load:
 * @self: a store
 * @role: the role
 * @error: return location
 *
 * Errors: %PAWL_TUF_ERROR_STORE when there is a file and it cannot be read.
 *
 * Returns: (transfer full) (nullable): the file; %NULL without an error when there is none
 *
 * Since: 1.0
 */
GBytes *
pawl_tuf_store_load (PawlTufStore *self, const char *role, GError **error)
{
  g_autofree char *path = make_path (self, role);
  g_autoptr (GError) local_error = NULL;
  char *data = NULL;
  gsize size = 0;

  if (g_file_get_contents (path, &data, &size, &local_error))
    return g_bytes_new_take (data, size);
  if (!g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    fail (error, "read", path, local_error->message);
  return NULL;
}

/**
 * pawl_tuf_store_save:
 * @self: a store
 * @role: the role
 * @bytes: its file
 * @error: return location
 *
 * Errors: %PAWL_TUF_ERROR_STORE; the former file is still there then.
 *
 * Returns: %TRUE when @bytes are on the disk, whatever happens next
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_store_save (PawlTufStore *self, const char *role, GBytes *bytes, GError **error)
{
  g_autofree char *path = make_path (self, role);
  g_autoptr (GError) local_error = NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (g_mkdir_with_parents (self->folder, 0755) < 0)
    return fail (error, "make", self->folder, g_strerror (errno));
  if (g_file_set_contents_full (path, data, (gssize) size,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644,
                                &local_error))
    return TRUE;
  return fail (error, "write", path, local_error->message);
}

static gboolean
sync_folder (PawlTufStore *self, GError **error)
{
  int fd = open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done = fd >= 0 && fsync (fd) == 0;
  int saved = errno;

  if (fd >= 0)
    close (fd);
  return done || fail (error, "sync", self->folder, g_strerror (saved));
}

/**
 * pawl_tuf_store_remove:
 * @self: a store
 * @role: the role
 * @error: return location
 *
 * Errors: %PAWL_TUF_ERROR_STORE.
 *
 * Returns: %TRUE when there is no file of @role, whatever happens next
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_store_remove (PawlTufStore *self, const char *role, GError **error)
{
  g_autofree char *path = make_path (self, role);

  if (g_unlink (path) == 0)
    return sync_folder (self, error);
  return errno == ENOENT || fail (error, "remove", path, g_strerror (errno));
}
