/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What of a commit is here, and how much room things need and have. */
#include "pawl-ostree-size.h"

#include <errno.h>
#include <fcntl.h>
#include <pawl/pawl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Whether nothing of @commit is missing. A pull that was broken off leaves a mark. */
gboolean
pawl_ostree_size_has_whole (OstreeRepo *repo, const char *commit)
{
  OstreeRepoCommitState state = OSTREE_REPO_COMMIT_STATE_NORMAL;

  return ostree_repo_load_commit (repo, commit, NULL, &state, NULL) &&
         (state & OSTREE_REPO_COMMIT_STATE_PARTIAL) == 0;
}

static gboolean
add_missing (OstreeRepo *repo,
             const OstreeCommitSizesEntry *entry,
             guint64 *download,
             guint64 *disk,
             GCancellable *cancellable)
{
  gboolean has = FALSE;

  if (!ostree_repo_has_object (repo, entry->objtype, entry->checksum, &has, cancellable, NULL))
    return FALSE;
  if (!has)
    {
      *download += entry->archived;
      *disk += entry->unpacked;
    }
  return TRUE;
}

/*< private >
 * pawl_ostree_size_of_missing:
 * @repo: the device's repository, with at least the commit object
 * @commit: which
 * @out_download: bytes that are still to be fetched
 * @out_disk: bytes that they take in the repository
 * @cancellable: cancels
 *
 * Adds up what the commit says about its objects (the metadata key `ostree.sizes`, which a
 * publisher may or may not write), leaving out those that are here already.
 *
 * Returns: %TRUE if it is known
 */
gboolean
pawl_ostree_size_of_missing (OstreeRepo *repo,
                             const char *commit,
                             guint64 *out_download,
                             guint64 *out_disk,
                             GCancellable *cancellable)
{
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  guint64 download = 0, disk = 0;

  if (!ostree_repo_load_commit (repo, commit, &variant, NULL, NULL) ||
      !ostree_commit_get_object_sizes (variant, &entries, NULL))
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    if (!add_missing (repo, entries->pdata[i], &download, &disk, cancellable))
      return FALSE;
  *out_download = download;
  *out_disk = disk;
  return TRUE;
}

static gboolean
is_boot_file (const char *name)
{
  return g_str_has_prefix (name, "vmlinuz") || g_str_has_prefix (name, "initramfs") ||
         g_str_has_prefix (name, "initrd") || g_str_has_suffix (name, ".dtb");
}

static gboolean
add_boot_file (GFile *file, GFileInfo *info, GHashTable *sizes, GError **error)
{
  if (!ostree_repo_file_ensure_resolved (OSTREE_REPO_FILE (file), error))
    return FALSE;
  g_hash_table_insert (sizes, g_strdup (ostree_repo_file_get_checksum (OSTREE_REPO_FILE (file))),
                       GSIZE_TO_POINTER ((gsize) g_file_info_get_size (info)));
  return TRUE;
}

/* Collects the boot files of one folder and of the folders in it, into checksum to size. A folder
 * that is not there has none. */
static gboolean
collect (GFile *folder, guint depth, GHashTable *sizes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileEnumerator) files =
    g_file_enumerate_children (folder, "standard::name,standard::type,standard::size",
                               G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, cancellable, NULL);
  GFileInfo *info;
  GFile *file;

  while (files != NULL)
    {
      if (!g_file_enumerator_iterate (files, &info, &file, cancellable, error))
        return FALSE;
      if (info == NULL)
        break;
      if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
        {
          if (depth > 0 && !collect (file, depth - 1, sizes, cancellable, error))
            return FALSE;
        }
      else if (is_boot_file (g_file_info_get_name (info)) &&
               !add_boot_file (file, info, sizes, error))
        return FALSE;
    }
  return TRUE;
}

/* The files that deploying @commit copies to /boot. */
static GHashTable *
collect_boot_files (OstreeRepo *repo, const char *commit, GCancellable *cancellable, GError **error)
{
  /* The first folder that has any is the one that libostree takes. */
  static const struct
  {
    const char *path;
    guint depth;
  } places[] = {
    {"usr/lib/modules",     1},
    {"usr/lib/ostree-boot", 0},
    {"boot",                0},
  };
  g_autoptr (GHashTable) sizes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GFile) root = NULL;

  if (!ostree_repo_read_commit (repo, commit, &root, NULL, cancellable, error))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (places) && g_hash_table_size (sizes) == 0; i++)
    {
      g_autoptr (GFile) folder = g_file_resolve_relative_path (root, places[i].path);

      if (!collect (folder, places[i].depth, sizes, cancellable, error))
        return NULL;
    }
  return g_steal_pointer (&sizes);
}

/*< private >
 * pawl_ostree_size_of_boot:
 * @repo: the device's repository
 * @commit: what is going to be deployed, complete in @repo
 * @running: (nullable): what runs, whose kernel is in /boot already
 * @out_bytes: what its kernel, initramfs and device trees need in /boot; 0 when they are those of
 *   @running
 * @cancellable: cancels
 * @error: return location
 *
 * Returns: %TRUE if it is known
 */
gboolean
pawl_ostree_size_of_boot (OstreeRepo *repo,
                          const char *commit,
                          const char *running,
                          guint64 *out_bytes,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GHashTable) wanted = collect_boot_files (repo, commit, cancellable, error);
  g_autoptr (GHashTable) present = NULL;
  guint64 bytes = 0;
  gboolean all_there = TRUE;
  GHashTableIter iter;
  gpointer checksum, size;

  if (wanted == NULL)
    return FALSE;
  if (running != NULL)
    present = collect_boot_files (repo, running, cancellable, NULL);
  g_hash_table_iter_init (&iter, wanted);
  while (g_hash_table_iter_next (&iter, &checksum, &size))
    {
      bytes += GPOINTER_TO_SIZE (size);
      all_there &= present != NULL && g_hash_table_contains (present, checksum);
    }
  /* Kernel and initramfs are copied into one folder named after both: it is there whole or not. */
  *out_bytes = all_there ? 0 : bytes;
  return TRUE;
}

static gboolean
fail_errno (const char *path, GError **error)
{
  int saved = errno;

  g_set_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE, "%s: its free space cannot be told: %s", path,
               g_strerror (saved));
  return FALSE;
}

/*< private >
 * pawl_ostree_size_get_free:
 * @dir_fd: an open folder
 * @path: a path in it
 * @out_bytes: what others than root could still write there
 * @error: return location; #PAWL_ERROR_STORAGE
 *
 * Returns: %TRUE if it is known
 */
gboolean
pawl_ostree_size_get_free (int dir_fd, const char *path, guint64 *out_bytes, GError **error)
{
  struct statvfs stats;
  int fd = openat (dir_fd, path, O_PATH | O_CLOEXEC);
  int result;

  if (fd < 0)
    return fail_errno (path, error);
  result = fstatvfs (fd, &stats);
  close (fd);
  if (result < 0)
    return fail_errno (path, error);
  *out_bytes = (guint64) stats.f_bavail * stats.f_frsize;
  return TRUE;
}

/* Where @path is for who reads about it. Without /proc it is told as it was given. */
static char *
dup_whole_path (int dir_fd, const char *path)
{
  int fd = openat (dir_fd, path, O_PATH | O_CLOEXEC);
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  char *whole = fd >= 0 ? g_file_read_link (link, NULL) : NULL;

  if (fd >= 0)
    close (fd);
  return whole != NULL ? whole : g_strdup (path);
}

/*< private >
 * pawl_ostree_size_check_free:
 * @dir_fd: an open folder
 * @path: a path in it
 * @wanted: bytes that are needed there
 * @name: what needs them, for the message
 * @error: return location; #PAWL_ERROR_NO_SPACE
 *
 * Returns: %TRUE if there is room
 */
gboolean
pawl_ostree_size_check_free (int dir_fd,
                             const char *path,
                             guint64 wanted,
                             const char *name,
                             GError **error)
{
  g_autofree char *whole = NULL;
  guint64 bytes = 0;

  if (!pawl_ostree_size_get_free (dir_fd, path, &bytes, error))
    return FALSE;
  if (bytes >= wanted)
    return TRUE;
  whole = dup_whole_path (dir_fd, path);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_NO_SPACE,
               "%s: %" G_GUINT64_FORMAT " KiB are free in %s, wanted %" G_GUINT64_FORMAT
               " KiB; make room there",
               name, bytes >> 10, whole, (wanted + 1023) >> 10);
  return FALSE;
}
