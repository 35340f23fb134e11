/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What the Director signs: for each device a targets file, in the TUF format also a snapshot of it
 * and a timestamp. Each file waits in `pending/` until it has enough signatures, and the next one
 * is made only then, as it has its hash; when the last one has enough, all appear in `signed/`. */
#include "pawl-repo-director.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-holders.h"
#include "pawl-repo-sign.h"
#include "pawl-repo-stage.h"

/* aktualizr does not read more of a Director's targets file. */
#define ATS_TARGETS_MAX (64 << 10)

/* In the order in which they build on each other. */
static const char *const chain[] = {"targets", "snapshot", "timestamp"};

typedef struct
{
  PawlRepoDirector *director;          /* (unowned) */
  PawlRepoDirectorSign *job;           /* (unowned) */
  PawlTufMetadata *root;               /* (owned) */
  PawlTufMetadata *former;             /* (owned) (nullable): the root before it */
  PawlRepoBatch *batch;                /* (owned) */
  guint files;                         /* of the chain, for each device */
  char *expires[G_N_ELEMENTS (chain)]; /* (owned) */
} Signing;

static void
signing_clear (Signing *self)
{
  g_clear_object (&self->root);
  g_clear_object (&self->former);
  g_clear_pointer (&self->batch, pawl_repo_batch_free);
  for (guint i = 0; i < G_N_ELEMENTS (chain); i++)
    g_free (self->expires[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Signing, signing_clear)

/*< private >
 * pawl_repo_director_dup_file_path:
 * @self: a Director
 * @state: `pending` or `signed`
 * @device: a device
 * @role: a role
 *
 * Returns: (transfer full): where that file of the device is
 */
char *
pawl_repo_director_dup_file_path (PawlRepoDirector *self,
                                  const char *state,
                                  const char *device,
                                  const char *role)
{
  g_autofree char *file = g_strconcat (role, ".json", NULL);

  return pawl_repo_work_dup_path (self->work, state, device, file, NULL);
}

static PawlTufMetadata *
load (Signing *self, const char *state, const char *device, const char *role)
{
  g_autofree char *path = pawl_repo_director_dup_file_path (self->director, state, device, role);
  g_autoptr (GBytes) bytes = pawl_repo_file_read_optional (path, NULL);

  return bytes != NULL ? pawl_repo_envelope_read (role, bytes, NULL) : NULL;
}

/* ---- what is good already ---- */

/* Whose signatures it says to have. For those that were made here, and tried when they were made,
 * it is as good as trying them again, and for a large fleet much of the cost; publishing tries all.
 */
static gboolean
names_enough_holders (Signing *self, PawlTufMetadata *file, const char *role)
{
  g_autoptr (GPtrArray) ids = pawl_repo_envelope_list_key_ids (file);
  gint64 missing = pawl_repo_holders_get_threshold (self->root, role);

  for (guint i = 0; i < ids->len && missing > 0; i++)
    {
      guint first = i;

      g_ptr_array_find_with_equal_func (ids, ids->pdata[i], g_str_equal, &first);
      if (first == i && pawl_repo_holders_may_sign (self->root, role, ids->pdata[i]))
        missing--;
    }
  return missing <= 0;
}

static gboolean
is_fresh (Signing *self, PawlTufMetadata *file, const char *role)
{
  return pawl_tuf_metadata_get_expires_us (file) >= self->job->limit_us &&
         names_enough_holders (self, file, role);
}

/* All files of a device have one version; a kill between two of them shows in that. */
static gboolean
is_current (Signing *self, const char *device, PawlTufMetadata *targets, JsonObject *object)
{
  if (targets == NULL || !pawl_repo_director_says_the_same (targets, object) ||
      !is_fresh (self, targets, "targets"))
    return FALSE;
  for (guint i = 1; i < self->files; i++)
    {
      g_autoptr (PawlTufMetadata) file = load (self, "signed", device, chain[i]);

      if (file == NULL || !is_fresh (self, file, chain[i]) ||
          pawl_tuf_metadata_get_version (file) != pawl_tuf_metadata_get_version (targets))
        return FALSE;
    }
  return TRUE;
}

/* ---- one file ---- */

static JsonObject *
describe (Signing *self, guint i, gint64 version, PawlTufMetadata *described)
{
  JsonObject *object =
    pawl_repo_stage_new_signed (self->director->work, chain[i], version, self->expires[i]);
  JsonObject *meta = pawl_repo_json_ensure_object (object, "meta");
  g_autofree char *name = g_strconcat (chain[i - 1], ".json", NULL);

  json_object_set_object_member (meta, name, pawl_repo_stage_describe (described));
  return object;
}

/* What waits is gone on with when it still is what has to be signed.
 *
 * @out_is_new: whether it has no signature yet */
static PawlTufMetadata *
begin (Signing *self,
       const char *device,
       guint i,
       JsonObject *object,
       gboolean *out_is_new,
       GError **error)
{
  g_autoptr (PawlTufMetadata) pending = load (self, "pending", device, chain[i]);
  g_autoptr (GBytes) bytes = NULL;

  *out_is_new =
    pending == NULL || !pawl_repo_director_says_the_same (pending, object) ||
    pawl_tuf_metadata_get_version (pending) != pawl_repo_json_get_int (object, "version", 0) ||
    pawl_tuf_metadata_get_expires_us (pending) < self->job->limit_us;
  if (!*out_is_new)
    return g_steal_pointer (&pending);
  bytes = pawl_repo_envelope_new (object, self->director->work->dialect, error);
  return bytes != NULL ? pawl_repo_envelope_read (chain[i], bytes, error) : NULL;
}

static gboolean
check_size (Signing *self, GBytes *bytes, GError **error)
{
  return self->director->work->dialect == PAWL_TUF_DIALECT_TUF ||
         g_bytes_get_size (bytes) <= ATS_TARGETS_MAX ||
         pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                         "its targets file has %" G_GSIZE_FORMAT
                         " bytes, wanted at most %d: aktualizr reads no more",
                         g_bytes_get_size (bytes), ATS_TARGETS_MAX);
}

static GBytes *
get_bytes (PawlTufMetadata *file)
{
  return pawl_tuf_document_get_bytes (pawl_tuf_metadata_get_document (file));
}

/* @out_complete: whether it has enough of them
 *
 * Returns: (transfer full): the file with the signatures that can be had here */
static PawlTufMetadata *
advance (Signing *self,
         const char *device,
         guint i,
         JsonObject *object,
         gboolean *out_complete,
         GError **error)
{
  gboolean is_new = FALSE;
  g_autoptr (PawlTufMetadata) begun = begin (self, device, i, object, &is_new, error);
  g_autoptr (PawlTufMetadata) file = NULL;

  if (begun == NULL)
    return NULL;
  file = pawl_repo_sign_file (begun, chain[i], self->root, self->former, self->job->signers,
                              &self->job->signatures, error);
  if (file == NULL || !check_size (self, get_bytes (file), error))
    return NULL;
  *out_complete =
    is_new ? names_enough_holders (self, file, chain[i])
           : pawl_tuf_metadata_verify (file, self->root, chain[i], PAWL_TUF_KEY_FLAGS_NONE, NULL);
  return g_steal_pointer (&file);
}

/* ---- one device ---- */

static gboolean
save_pending (Signing *self, const char *device, GPtrArray *files, GError **error)
{
  self->job->waiting++;
  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *path =
        pawl_repo_director_dup_file_path (self->director, "pending", device, chain[i]);

      if (!pawl_repo_batch_add (self->batch, PAWL_REPO_BATCH_FIRST, path,
                                get_bytes (files->pdata[i]), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
save_signed (Signing *self, const char *device, GPtrArray *files, GError **error)
{
  self->job->devices++;
  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *path =
        pawl_repo_director_dup_file_path (self->director, "signed", device, chain[i]);
      g_autofree char *pending =
        pawl_repo_director_dup_file_path (self->director, "pending", device, chain[i]);
      PawlRepoBatchWhen when = i + 1 < files->len ? PAWL_REPO_BATCH_FIRST : PAWL_REPO_BATCH_LAST;

      if (!pawl_repo_batch_add (self->batch, when, path, get_bytes (files->pdata[i]), error))
        return FALSE;
      pawl_repo_batch_remove (self->batch, pending);
    }
  return TRUE;
}

/* @targets: what the device is told now */
static gboolean
sign_files (Signing *self, const char *device, JsonObject *targets, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 version = pawl_repo_json_get_int (targets, "version", 0);
  g_autoptr (JsonObject) object = json_object_ref (targets);

  for (guint i = 0; i < self->files; i++)
    {
      gboolean complete = FALSE;
      PawlTufMetadata *file = advance (self, device, i, object, &complete, error);

      if (file == NULL)
        return FALSE;
      g_ptr_array_add (files, file);
      if (!complete)
        return save_pending (self, device, files, error);
      json_object_unref (object);
      object = i + 1 < self->files ? describe (self, i + 1, version, file) : NULL;
    }
  return save_signed (self, device, files, error);
}

/* What the device has now. One that cannot be read is an error: its version is not known, and the
 * device refuses one that is lower.
 *
 * Returns: (transfer full) (nullable): %NULL without an error when it has nothing yet */
static PawlTufMetadata *
load_former (Signing *self, const char *device, GError **error)
{
  g_autofree char *path =
    pawl_repo_director_dup_file_path (self->director, "signed", device, "targets");
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) bytes = pawl_repo_file_read_optional (path, &local_error);
  PawlTufMetadata *former =
    bytes != NULL ? pawl_repo_envelope_read ("targets", bytes, &local_error) : NULL;

  if (local_error != NULL)
    pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s: it is damaged: %s: restore it from git",
                    path, local_error->message);
  return former;
}

static gboolean
sign_device (Signing *self, const char *device, GError **error)
{
  PawlRepoWork *work = self->director->work;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PawlTufMetadata) former = load_former (self, device, &local_error);
  gint64 version = former != NULL ? pawl_tuf_metadata_get_version (former) : 0;
  g_autoptr (JsonObject) targets = NULL;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  targets =
    pawl_repo_director_make_targets (self->director, device,
                                     pawl_repo_work_get_next_version (work, "targets", version),
                                     self->expires[0], error);
  if (targets == NULL)
    return FALSE;
  return is_current (self, device, former, targets) ||
         (sign_files (self, device, targets, error) &&
          pawl_repo_batch_commit_if_large (self->batch, error));
}

/* ---- all of them ---- */

static gboolean
prepare (Signing *self, GError **error)
{
  PawlRepoWork *work = self->director->work;
  gint64 last = pawl_repo_work_get_root_version (work);

  if (last == 0)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_INCOMPLETE,
                           "the Director has no signed root: run “pawl-repo -C %s sign”, then “tx "
                           "apply”",
                           work->folder);
  self->root = pawl_repo_work_load_root (work, last, error);
  if (self->root == NULL)
    return FALSE;
  /* A role whose key moves on is signed by both, so that devices which have not seen the new root
   * yet are not stopped. */
  if (last > 1)
    self->former = pawl_repo_work_load_root (work, last - 1, NULL);
  self->files = work->dialect == PAWL_TUF_DIALECT_TUF ? G_N_ELEMENTS (chain) : 1;
  self->batch = pawl_repo_batch_new (work->folder);
  for (guint i = 0; i < self->files; i++)
    {
      self->expires[i] = pawl_repo_work_dup_expires (work, chain[i], error);
      if (self->expires[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

/*< private >
 * pawl_repo_director_sign:
 * @self: a Director
 * @job: with whose keys, and what is new enough
 * @error: return location
 *
 * Signs what each device is assigned, where that is new, expires soon, or has keys that do not
 * count any more.
 *
 * Returns: %TRUE if every device has what it is assigned, or waits for other holders
 */
gboolean
pawl_repo_director_sign (PawlRepoDirector *self, PawlRepoDirectorSign *job, GError **error)
{
  g_auto (Signing) signing = {.director = self, .job = job};
  g_autoptr (GPtrArray) devices =
    prepare (&signing, error) ? pawl_repo_director_list_devices (self, error) : NULL;

  if (devices == NULL ||
      !pawl_repo_work_log (self->work, error, "director sign", "%u devices", devices->len))
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    if (!sign_device (&signing, devices->pdata[i], error))
      {
        g_prefix_error (error, "device %s: ", (char *) devices->pdata[i]);
        return FALSE;
      }
  /* A colleague's signatures may have been the last ones for some. */
  if (job->waiting > 0 && job->signatures == 0 && job->devices == 0)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_INCOMPLETE,
                           "%u devices wait for signatures, and these keys make none: name others "
                           "with --signer",
                           job->waiting);
  return pawl_repo_batch_commit (signing.batch, error);
}
