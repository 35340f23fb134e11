/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Where metadata and bytes come from: the servers, or a medium. */
#include "pawl-uptane-job.h"

/* More than any of them has. */
#define MAX_SNAPSHOT (64 << 10)

/*< private >
 * pawl_uptane_source_is_lockbox:
 * @job: a job with a medium
 * @error: return location; what the transport says
 *
 * Finds out which of the two layouts the medium has. For a worker thread.
 *
 * Returns: %TRUE if @job knows it
 */
gboolean
pawl_uptane_source_is_lockbox (PawlUptaneJob *job, GError **error)
{
  gboolean missing = FALSE;
  g_autoptr (GBytes) bytes =
    pawl_tuf_bridge_fetch ("offline-snapshot.json", MAX_SNAPSHOT, &missing, job->director, error);

  job->is_lockbox = bytes != NULL;
  return bytes != NULL || missing;
}

static void
add_uri (GStrvBuilder *builder, PawlTufMetadata *metadata, PawlTufValue value)
{
  g_autofree char *uri = pawl_tuf_plugin_dup_uri (metadata, value);

  if (uri != NULL)
    g_strv_builder_add (builder, uri);
}

/* A commit is no file of the repository. Old entries do not say what they are, and have no bytes.
 */
static gboolean
is_commit (PawlTarget *target)
{
  const char *format = pawl_target_get_format (target);

  return g_ascii_strcasecmp (format, "OSTREE") == 0 ||
         (*format == '\0' && pawl_target_get_length (target) == 0);
}

/* Of a medium, below its folders. The network is not asked: who brings a medium has a reason. */
static GStrv
make_source_uris (PawlUptaneJob *job, const char *name, const char *path, gboolean commit)
{
  const char *const source[] = {job->source, NULL};
  g_autofree char *escaped = g_uri_escape_string (name, "/", FALSE);
  g_autofree char *below = NULL;

  if (commit)
    below = g_strdup (job->is_lockbox ? "images/ostree" : "repo/ostree");
  else if (job->is_lockbox)
    below = g_strconcat ("images/", escaped, NULL);
  else
    below = g_strconcat ("repo/targets/", path, NULL);
  return pawl_tuf_plugin_make_uris (source, below);
}

/* The Director's address comes before the Image repository's. */
static GStrv
make_server_uris (PawlUptaneJob *job,
                  PawlTufAssignment *assignment,
                  const char *path,
                  gboolean commit)
{
  PawlTufFound *found = assignment->found;
  g_autofree char *below = g_strconcat ("targets/", path, NULL);
  g_auto (GStrv) places = pawl_tuf_plugin_make_uris ((const char *const *) job->image_urls, below);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  add_uri (builder, assignment->director, assignment->entry);
  add_uri (builder, found->metadata, found->target);
  if (!commit)
    g_strv_builder_addv (builder, (const char **) places);
  return g_strv_builder_end (builder);
}

/*< private >
 * pawl_uptane_make_uris:
 * @job: a job
 * @image: the Image repository
 * @assignment: what was assigned
 *
 * Returns: (transfer full): where its bytes are, in order of preference
 */
GStrv
pawl_uptane_make_uris (PawlUptaneJob *job, PawlTufClient *image, PawlTufAssignment *assignment)
{
  PawlTufFound *found = assignment->found;
  g_autofree char *path =
    job->is_lockbox ? NULL : pawl_tuf_client_dup_target_path (image, assignment->name, found);
  g_autoptr (PawlTarget) plain =
    pawl_tuf_plugin_make_target (found->metadata, found->target, assignment->name, NULL, NULL);
  gboolean commit = plain != NULL && is_commit (plain);

  if (job->source != NULL)
    return make_source_uris (job, assignment->name, path, commit);
  return make_server_uris (job, assignment, path, commit);
}
