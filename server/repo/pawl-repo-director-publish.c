/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a web server gives to each device. The roots of all are one file each with many names; the
 * other files have their version in their name, but for the one that a device asks for first, and
 * that one appears last. */
#include "pawl-repo-director.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-tree.h"

/* No device has a name with a dot in front. */
#define ROOTS ".roots"

typedef struct
{
  PawlRepoDirector *director; /* (unowned) */
  const char *folder;
  PawlTufMetadata *root; /* (owned) */
  gint64 last_root;
  PawlRepoBatch *batch; /* (owned) */
  guint files;
} Fleet;

static void
fleet_clear (Fleet *self)
{
  g_clear_object (&self->root);
  g_clear_pointer (&self->batch, pawl_repo_batch_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fleet, fleet_clear)

/* The files of one device. */
typedef struct
{
  const char *name;
  char *folder;     /* (owned) */
  GPtrArray *files; /* (owned) (element-type PawlTufMetadata): targets, snapshot, timestamp */
  GBytes *there;    /* (owned) (nullable): the last of them, as it is public */
} Device;

static void
device_clear (Device *self)
{
  g_free (self->folder);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->there, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Device, device_clear)

static const char *const tuf_roles[] = {"targets", "snapshot", "timestamp", NULL};
static const char *const ats_roles[] = {"targets", NULL};

static const char *const *
get_roles (Fleet *self)
{
  return self->director->work->dialect == PAWL_TUF_DIALECT_TUF ? tuf_roles : ats_roles;
}

static GBytes *
get_bytes (Device *device, guint i)
{
  return pawl_tuf_document_get_bytes (pawl_tuf_metadata_get_document (device->files->pdata[i]));
}

/* ---- roots ---- */

static char *
dup_root_name (gint64 version)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT ".root.json", version);
}

static gboolean
write_roots (Fleet *self, GError **error)
{
  for (gint64 version = 1; version <= self->last_root; version++)
    {
      g_autofree char *source =
        pawl_repo_work_dup_role_path (self->director->work, "root", version);
      g_autofree char *name = dup_root_name (version);
      g_autofree char *path = g_build_filename (self->folder, ROOTS, name, NULL);
      g_autoptr (GBytes) bytes = pawl_repo_file_read (source, error);

      if (bytes == NULL || !pawl_repo_file_write_changed (path, bytes, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
has_same_bytes (const char *one, const char *two)
{
  g_autoptr (GBytes) a = pawl_repo_file_read_optional (one, NULL);
  g_autoptr (GBytes) b = pawl_repo_file_read_optional (two, NULL);

  return a != NULL && b != NULL && g_bytes_equal (a, b);
}

static gboolean
add_root (Fleet *self,
          Device *device,
          const char *as,
          gint64 version,
          PawlRepoBatchWhen when,
          GError **error)
{
  g_autofree char *name = dup_root_name (version);
  g_autofree char *source = g_build_filename (self->folder, ROOTS, name, NULL);
  g_autofree char *path = g_build_filename (device->folder, as != NULL ? as : name, NULL);

  if (pawl_repo_file_is_same (source, path) || has_same_bytes (source, path))
    return TRUE;
  self->files++;
  return pawl_repo_batch_link (self->batch, when, path, source, error);
}

static gboolean
add_roots (Fleet *self, Device *device, PawlRepoBatchWhen when, GError **error)
{
  for (gint64 version = 1; version <= self->last_root; version++)
    if (!add_root (self, device, NULL, version, when, error))
      return FALSE;
  return self->director->work->dialect == PAWL_TUF_DIALECT_TUF ||
         add_root (self, device, "root.json", self->last_root, when, error);
}

/* The last root that the device can have seen. */
static PawlTufMetadata *
load_published_root (Fleet *self, Device *device)
{
  for (gint64 version = self->last_root; version > 0; version--)
    {
      g_autofree char *name = dup_root_name (version);
      g_autofree char *path = g_build_filename (device->folder, name, NULL);
      g_autoptr (GBytes) bytes = pawl_repo_file_read_optional (path, NULL);

      if (bytes != NULL)
        return pawl_repo_envelope_read ("root", bytes, NULL);
    }
  return NULL;
}

/* ---- whether it is good ---- */

static gboolean
is_signed_for (Fleet *self, Device *device, PawlTufMetadata *root, GError **error)
{
  for (guint i = 0; i < device->files->len; i++)
    if (!pawl_tuf_metadata_verify (device->files->pdata[i], root, get_roles (self)[i],
                                   PAWL_TUF_KEY_FLAGS_NONE, error))
      return FALSE;
  return TRUE;
}

static gboolean
is_whole (Device *device)
{
  gint64 version = pawl_tuf_metadata_get_version (device->files->pdata[0]);

  for (guint i = 1; i < device->files->len; i++)
    if (pawl_tuf_metadata_get_version (device->files->pdata[i]) != version)
      return FALSE;
  return TRUE;
}

/* A mistake that reaches the web server reaches the device. */
static gboolean
check (Fleet *self, Device *device, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (is_whole (device) && is_signed_for (self, device, self->root, &local_error))
    return TRUE;
  return pawl_repo_fail (error, PAWL_REPO_ERROR_INCOMPLETE,
                         "device %s: it would refuse its files: %s: run “pawl-repo director sign” "
                         "first, and if that finds nothing new, with --if-expires-within 36500d",
                         device->name,
                         local_error != NULL ? local_error->message
                                             : "they are of several versions");
}

/* ---- one device ---- */

/* @out_signed: whether there is something to give to it */
static gboolean
load_files (Fleet *self, Device *device, gboolean *out_signed, GError **error)
{
  const char *const *roles = get_roles (self);
  guint n = g_strv_length ((char **) roles);
  g_autofree char *last = g_strconcat (roles[n - 1], ".json", NULL);
  g_autofree char *public = g_build_filename (device->folder, last, NULL);

  device->files = g_ptr_array_new_with_free_func (g_object_unref);
  device->there = pawl_repo_file_read_optional (public, NULL);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path =
        pawl_repo_director_dup_file_path (self->director, "signed", device->name, roles[i]);
      g_autoptr (GBytes) bytes = pawl_repo_file_read_optional (path, NULL);
      PawlTufMetadata *file = NULL;

      if (bytes == NULL)
        return TRUE;
      file = pawl_repo_envelope_read (roles[i], bytes, error);
      if (file == NULL)
        {
          g_prefix_error (error, "%s: it is damaged: restore it from git: ", path);
          return FALSE;
        }
      g_ptr_array_add (device->files, file);
    }
  *out_signed = TRUE;
  return TRUE;
}

static gboolean
add_files (Fleet *self, Device *device, GError **error)
{
  const char *const *roles = get_roles (self);
  gboolean consistent = pawl_tuf_metadata_get_consistent_snapshot (self->root);

  for (guint i = 0; i < device->files->len; i++)
    {
      gboolean last = i + 1 == device->files->len;
      gint64 version = pawl_tuf_metadata_get_version (device->files->pdata[i]);
      g_autofree char *name =
        consistent && !last ? g_strdup_printf ("%" G_GINT64_FORMAT ".%s.json", version, roles[i])
                            : g_strconcat (roles[i], ".json", NULL);
      g_autofree char *path = g_build_filename (device->folder, name, NULL);

      if (!pawl_repo_batch_add (self->batch, last ? PAWL_REPO_BATCH_LAST : PAWL_REPO_BATCH_FIRST,
                                path, get_bytes (device, i), error))
        return FALSE;
      self->files++;
    }
  return TRUE;
}

/* A device in the middle of a look still asks for those that were public until now. */
static gboolean
remove_old (Fleet *self, Device *device, GError **error)
{
  const char *role = get_roles (self)[device->files->len - 1];
  g_autoptr (PawlTufMetadata) there =
    device->there != NULL ? pawl_repo_envelope_read (role, device->there, NULL) : NULL;
  g_autoptr (GPtrArray) names =
    there != NULL ? pawl_repo_file_list (device->folder, ".json", error) : g_ptr_array_new ();
  gint64 oldest = there != NULL ? pawl_tuf_metadata_get_version (there) : 0;

  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    {
      char *end = NULL;
      gint64 version = g_ascii_strtoll (names->pdata[i], &end, 10);
      g_autofree char *file = g_strconcat (names->pdata[i], ".json", NULL);
      g_autofree char *path = g_build_filename (device->folder, file, NULL);

      if (version > 0 && version < oldest &&
          (g_str_equal (end, ".targets") || g_str_equal (end, ".snapshot")))
        pawl_repo_batch_remove (self->batch, path);
    }
  return TRUE;
}

static gboolean
publish_files (Fleet *self, Device *device, GError **error)
{
  g_autoptr (PawlTufMetadata) former = NULL;
  gboolean root_last;

  if (!check (self, device, error))
    return FALSE;
  /* As with a repository: a new root appears last when devices accept the files without it. */
  former = load_published_root (self, device);
  root_last = former != NULL && (pawl_tuf_metadata_get_version (former) == self->last_root ||
                                 is_signed_for (self, device, former, NULL));
  return (root_last || add_roots (self, device, PAWL_REPO_BATCH_FIRST, error)) &&
         add_files (self, device, error) &&
         (!root_last || add_roots (self, device, PAWL_REPO_BATCH_LAST, error)) &&
         remove_old (self, device, error);
}

static gboolean
has_last_root (Fleet *self, Device *device)
{
  g_autofree char *name = dup_root_name (self->last_root);
  g_autofree char *path = g_build_filename (device->folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
publish_device (Fleet *self, const char *name, GError **error)
{
  g_auto (Device) device = {.name = name};
  gboolean is_signed = FALSE;

  device.folder = g_build_filename (self->folder, name, NULL);
  if (!load_files (self, &device, &is_signed, error))
    return FALSE;
  if (!is_signed)
    return add_roots (self, &device, PAWL_REPO_BATCH_FIRST, error);
  if (device.there != NULL && has_last_root (self, &device) &&
      g_bytes_equal (device.there, get_bytes (&device, device.files->len - 1)))
    return TRUE;
  return publish_files (self, &device, error) &&
         pawl_repo_batch_commit_if_large (self->batch, error);
}

static gboolean
publish_devices (Fleet *self, GError **error)
{
  g_autoptr (GPtrArray) devices = pawl_repo_director_list_devices (self->director, error);

  if (devices == NULL || !write_roots (self, error))
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    if (!publish_device (self, devices->pdata[i], error))
      return FALSE;
  return pawl_repo_batch_commit (self->batch, error);
}

/*< private >
 * pawl_repo_director_publish:
 * @self: a Director
 * @folder: gets a folder for each device
 * @switched: whether @folder is to be a link to a whole tree
 * @out_files: (out): how many files are new
 * @error: return location
 *
 * Returns: %TRUE when all signed files are there
 */
gboolean
pawl_repo_director_publish (PawlRepoDirector *self,
                            const char *folder,
                            gboolean switched,
                            guint *out_files,
                            GError **error)
{
  g_auto (Fleet) fleet = {.director = self};
  g_autoptr (PawlRepoTree) tree = NULL;

  fleet.last_root = pawl_repo_work_get_root_version (self->work);
  if (fleet.last_root == 0)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_INCOMPLETE,
                           "%s: there is no signed root yet: see “pawl-repo tx status”",
                           self->work->folder);
  fleet.root = pawl_repo_work_load_root (self->work, fleet.last_root, error);
  if (fleet.root == NULL ||
      !pawl_repo_work_log (self->work, error, "director publish", "%s", folder))
    return FALSE;
  tree = pawl_repo_tree_open (folder, switched, error);
  if (tree == NULL)
    return FALSE;
  fleet.folder = pawl_repo_tree_get_folder (tree);
  fleet.batch = pawl_repo_batch_new (fleet.folder);
  if (!publish_devices (&fleet, error))
    return FALSE;
  *out_files = fleet.files;
  return pawl_repo_tree_show (tree, fleet.files > 0, error);
}
