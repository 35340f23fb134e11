/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The targets' bytes below the published folder: under a name with their hash, which never changes,
 * and in the ATS format under their plain name as well, which is another name of the same file. */
#include "pawl-repo-publish.h"

#include "pawl-repo-batch.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"

typedef struct
{
  PawlRepoWork *work; /* (unowned) */
  const char *folder;
  PawlRepoPublished *published; /* (unowned) */
  PawlRepoBatch *batch;         /* (owned) */
} Contents;

typedef struct
{
  const char *name;
  const char *sha256;
  char *hashed; /* (owned): paths */
  char *plain;  /* (owned) */
} Target;

static void
target_clear (Target *target)
{
  g_free (target->hashed);
  g_free (target->plain);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Target, target_clear)

typedef gboolean (*TargetFunc) (Contents *self, Target *target, GError **error);

static gboolean
copy (Contents *self, Target *target, GError **error)
{
  g_autofree char *source = pawl_repo_work_dup_content_path (self->work, target->sha256);

  /* Under such a name there is never anything else. */
  if (g_file_test (target->hashed, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!g_file_test (source, G_FILE_TEST_EXISTS))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                           "target %s: its bytes are neither in %s nor in %s: add them again",
                           target->name, source, target->hashed);
  self->published->contents++;
  return pawl_repo_batch_copy (self->batch, target->hashed, source, target->sha256, error) &&
         pawl_repo_batch_commit_if_large (self->batch, error);
}

static gboolean
link_plain (Contents *self, Target *target, GError **error)
{
  g_auto (PawlRepoDigest) digest = {NULL, NULL, 0};

  if (pawl_repo_file_is_same (target->hashed, target->plain))
    return TRUE;
  if (g_file_test (target->plain, G_FILE_TEST_EXISTS) &&
      pawl_repo_file_digest (target->plain, &digest, NULL) &&
      g_str_equal (digest.sha256, target->sha256))
    return TRUE;
  return pawl_repo_batch_link (self->batch, PAWL_REPO_BATCH_LAST, target->plain, target->hashed,
                               error) &&
         pawl_repo_batch_commit_if_large (self->batch, error);
}

/* ---- all targets ---- */

static gboolean
is_wanted (Contents *self, PawlTufDocument *document, PawlTufValue target, const char *name)
{
  PawlTufValue custom = pawl_tuf_document_get_member (document, target, "custom");
  gint64 length = 0;

  pawl_tuf_document_get_int (document, pawl_tuf_document_get_member (document, target, "length"),
                             &length);
  return length > 0 &&
         (self->published->only == NULL || g_strv_contains (self->published->only, name)) &&
         !pawl_tuf_value_exists (pawl_tuf_document_get_member (document, custom, "uri"));
}

static gboolean
visit (Contents *self,
       PawlTufDocument *document,
       PawlTufValue name_value,
       PawlTufValue value,
       TargetFunc func,
       GError **error)
{
  PawlTufValue hashes = pawl_tuf_document_get_member (document, value, "hashes");
  g_autofree char *sha256 =
    pawl_tuf_document_dup_string (document,
                                  pawl_tuf_document_get_member (document, hashes, "sha256"));
  g_autofree char *name = pawl_tuf_document_dup_string (document, name_value);
  g_autofree char *folder = g_path_get_dirname (name);
  g_autofree char *base = g_path_get_basename (name);
  g_autofree char *hashed = NULL;
  g_auto (Target) target = {name, sha256, NULL, NULL};

  if (sha256 == NULL || !is_wanted (self, document, value, name))
    return TRUE;
  hashed = g_strdup_printf ("%s.%s", sha256, base);
  target.hashed = g_build_filename (self->folder, "targets", folder, hashed, NULL);
  target.plain = g_build_filename (self->folder, "targets", name, NULL);
  return func (self, &target, error);
}

static gboolean
visit_role (Contents *self, const char *role, TargetFunc func, GError **error)
{
  g_autoptr (PawlTufMetadata) metadata = pawl_repo_work_need_current (self->work, role, error);
  PawlTufDocument *document;
  PawlTufIter iter;
  PawlTufValue name, value;

  if (metadata == NULL)
    return FALSE;
  document = pawl_tuf_metadata_get_document (metadata);
  pawl_tuf_iter_init (&iter, document, pawl_tuf_metadata_get_member (metadata, "targets"));
  while (pawl_tuf_iter_next (&iter, &name, &value))
    if (!visit (self, document, name, value, func, error))
      return FALSE;
  return TRUE;
}

static gboolean
visit_all (Contents *self, TargetFunc func, GError **error)
{
  g_autoptr (GPtrArray) delegated = pawl_repo_work_list_delegated (self->work, error);

  if (delegated == NULL || !visit_role (self, "targets", func, error))
    return FALSE;
  for (guint i = 0; i < delegated->len; i++)
    if (!visit_role (self, delegated->pdata[i], func, error))
      return FALSE;
  return pawl_repo_batch_commit (self->batch, error);
}

/*< private >
 * pawl_repo_publish_contents:
 * @work: a work folder
 * @folder: what a web server gives out
 * @published: (inout): what is wanted, and what was done
 * @error: return location
 *
 * Returns: %TRUE when the bytes of all targets are on the disk
 */
gboolean
pawl_repo_publish_contents (PawlRepoWork *work,
                            const char *folder,
                            PawlRepoPublished *published,
                            GError **error)
{
  g_autoptr (PawlRepoBatch) batch = pawl_repo_batch_new (folder);
  Contents self = {work, folder, published, batch};

  return visit_all (&self, copy, error) &&
         (work->dialect == PAWL_TUF_DIALECT_TUF || visit_all (&self, link_plain, error));
}
