/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-audit.h"

#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-json.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define NO_LINE "0000000000000000000000000000000000000000000000000000000000000000"

void
pawl_repo_audit_state_clear (PawlRepoAuditState *state)
{
  g_clear_pointer (&state->head, g_free);
}

static gboolean
check_line (PawlRepoAuditState *state, const char *line, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line));
  g_autofree char *what = g_strdup_printf ("line %u", state->lines + 1);
  g_autoptr (JsonObject) object = pawl_repo_json_parse (bytes, what, error);
  const char *previous = pawl_repo_json_get_string (object, "previous");
  const char *time = pawl_repo_json_get_string (object, "time");

  if (object == NULL)
    return FALSE;
  if (previous == NULL || time == NULL || !pawl_tuf_parse_time (time, &state->last_us))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s: wanted a time and a hash", what);
  if (!g_str_equal (previous, state->head))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                           "%s follows %s, wanted %s: an earlier line was changed or is missing; "
                           "compare with the colleagues' copies",
                           what, previous, state->head);
  g_free (state->head);
  state->head = pawl_tuf_hash ("sha256", bytes);
  state->lines++;
  return TRUE;
}

/* A line without its end is one whose writer was killed; nothing came of it. */
static gsize
find_end (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  while (size > 0 && data[size - 1] != '\n')
    size--;
  return size;
}

static gboolean
check_bytes (GBytes *bytes, PawlRepoAuditState *state, GError **error)
{
  const char *data = g_bytes_get_data (bytes, NULL);
  gsize end = find_end (bytes);

  for (gsize start = 0; start < end;)
    {
      const char *newline = memchr (data + start, '\n', end - start);
      g_autofree char *line = g_strndup (data + start, (gsize) (newline - data) - start);

      if (!check_line (state, line, error))
        return FALSE;
      start = (gsize) (newline - data) + 1;
    }
  return TRUE;
}

/*< private >
 * pawl_repo_audit_check:
 * @path: an audit log; one that is not there is empty
 * @out_state: (out caller-allocates): what was found
 * @error: return location
 *
 * Returns: %TRUE if each line follows the one before it
 */
gboolean
pawl_repo_audit_check (const char *path, PawlRepoAuditState *out_state, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) bytes = pawl_repo_file_read_optional (path, &local_error);

  out_state->head = g_strdup (NO_LINE);
  if (bytes != NULL && check_bytes (bytes, out_state, error))
    return TRUE;
  if (bytes == NULL && local_error == NULL)
    return TRUE;
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_prefix_error (error, "%s: ", path);
  return FALSE;
}

static GBytes *
make_line (const char *previous,
           gint64 now_us,
           const char *command,
           const char *detail,
           GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (now_us / G_USEC_PER_SEC);
  g_autofree char *time_text = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *who = g_strdup_printf ("%s@%s", g_get_user_name (), g_get_host_name ());
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  char *line;

  json_object_set_string_member (object, "time", time_text);
  json_object_set_string_member (object, "who", who);
  json_object_set_string_member (object, "command", command);
  json_object_set_string_member (object, "detail", detail);
  json_object_set_string_member (object, "previous", previous);
  bytes = pawl_repo_json_canonicalize (object, PAWL_TUF_FORM_ATS, error);
  if (bytes == NULL)
    return NULL;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  line = g_strconcat (text, "\n", NULL);
  return g_bytes_new_take (line, strlen (line));
}

static gboolean
write_at (const char *path, goffset end, GBytes *line, GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (line, &size);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  gboolean done = fd >= 0 && ftruncate (fd, end) == 0 &&
                  pwrite (fd, data, size, end) == (gssize) size && fsync (fd) == 0;
  int saved = errno;

  if (fd >= 0)
    close (fd);
  return done ||
         pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "write %s: %s", path, g_strerror (saved));
}

/*< private >
 * pawl_repo_audit_append:
 * @path: an audit log
 * @now_us: the time, in microseconds since 1970, UTC
 * @command: what is being done
 * @detail: to what
 * @error: return location
 *
 * Adds a line, over the torn one of a writer that was killed.
 *
 * Returns: %TRUE when the line is on the disk
 */
gboolean
pawl_repo_audit_append (const char *path,
                        gint64 now_us,
                        const char *command,
                        const char *detail,
                        GError **error)
{
  g_auto (PawlRepoAuditState) state = {0, NULL, 0};
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) line = NULL;

  if (!pawl_repo_audit_check (path, &state, error))
    return FALSE;
  bytes = pawl_repo_file_read_optional (path, NULL);
  line = make_line (state.head, now_us, command, detail, error);
  return line != NULL &&
         write_at (path, bytes != NULL ? (goffset) find_end (bytes) : 0, line, error);
}
