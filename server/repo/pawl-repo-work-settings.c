/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a work folder is told once and asked often: lifetimes, versions, the clock; and its log. */
#include "pawl-repo-work.h"

#include "pawl-repo-audit.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"

/* A machine whose clock is a little ahead must not stop its colleagues. */
#define CLOCK_TOLERANCE_US (10 * 60 * G_USEC_PER_SEC)

/* ---- settings ---- */

/*< private >
 * pawl_repo_work_save_config:
 * @self: a work folder
 * @error: return location
 *
 * Returns: %TRUE when its `config` is on the disk
 */
gboolean
pawl_repo_work_save_config (PawlRepoWork *self, GError **error)
{
  g_autofree char *path = pawl_repo_work_dup_path (self, "repo.conf", NULL);
  gsize size = 0;
  char *text = g_key_file_to_data (self->config, &size, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, size);

  return pawl_repo_file_write (path, bytes, 0644, error);
}

const char *
pawl_repo_work_get_profile (PawlRepoWork *self)
{
  g_autofree char *name = g_key_file_get_string (self->config, "repository", "profile", NULL);

  return g_intern_string (name != NULL ? name : "simple");
}

/*< private >
 * pawl_repo_parse_duration:
 * @text: a number and `d`, `h` or `m`
 * @out_s: (out): seconds; at least 60, at most 100 years
 * @error: return location
 *
 * Returns: %TRUE if @text is a duration
 */
gboolean
pawl_repo_parse_duration (const char *text, gint64 *out_s, GError **error)
{
  char *end = NULL;
  gint64 number = g_ascii_strtoll (text, &end, 10);
  gint64 unit = g_strcmp0 (end, "d") == 0   ? 86400
                : g_strcmp0 (end, "h") == 0 ? 3600
                : g_strcmp0 (end, "m") == 0 ? 60
                                            : 0;

  if (unit > 0 && number >= 1 && number <= G_GINT64_CONSTANT (36500) * 86400 / unit &&
      g_ascii_isdigit (*text))
    {
      *out_s = number * unit;
      return TRUE;
    }
  return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                         "“%s”: wanted a number and d, h or m, as in 90d, up to 36500d", text);
}

/*< private >
 * pawl_repo_work_get_lifetime_s:
 * @self: a work folder
 * @role: a role; delegated roles live as long as targets unless they are named
 *
 * Returns: for how many seconds its next version is to be good
 */
gint64
pawl_repo_work_get_lifetime_s (PawlRepoWork *self, const char *role)
{
  g_autofree char *text = g_key_file_get_string (self->config, "lifetime", role, NULL);
  gint64 seconds = 86400;

  if (text == NULL)
    text = g_key_file_get_string (self->config, "lifetime", "targets", NULL);
  if (text != NULL)
    pawl_repo_parse_duration (text, &seconds, NULL);
  return seconds;
}

gboolean
pawl_repo_work_set_lifetime (PawlRepoWork *self, const char *role, const char *text, GError **error)
{
  gint64 seconds;

  if (!pawl_repo_parse_duration (text, &seconds, error))
    return FALSE;
  g_key_file_set_string (self->config, "lifetime", role, text);
  return pawl_repo_work_save_config (self, error);
}

/*< private >
 * pawl_repo_work_get_next_version:
 * @self: a work folder
 * @role: a role
 * @version: of today; 0 before the first
 *
 * Returns: the version that follows it, and all that a thief may have signed
 */
gint64
pawl_repo_work_get_next_version (PawlRepoWork *self, const char *role, gint64 version)
{
  /* Without a setting this is 0. Roots have no gaps. */
  gint64 above = g_key_file_get_int64 (self->config, "recovery", "versions-above", NULL);

  return g_str_equal (role, "root") ? version + 1 : MAX (version, above) + 1;
}

/*< private >
 * pawl_repo_work_set_versions_above:
 * @self: a work folder
 * @version: that all next versions of all roles but the root have to be above
 * @error: return location
 *
 * Returns: %TRUE when it is written down
 */
gboolean
pawl_repo_work_set_versions_above (PawlRepoWork *self, gint64 version, GError **error)
{
  gint64 above = g_key_file_get_int64 (self->config, "recovery", "versions-above", NULL);

  if (version <= above)
    return TRUE;
  if (version > G_MAXINT32)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "version %" G_GINT64_FORMAT
                           ": wanted at most %d: beyond it devices are better helped by other "
                           "names of roles",
                           version, G_MAXINT32);
  g_key_file_set_int64 (self->config, "recovery", "versions-above", version);
  return pawl_repo_work_save_config (self, error);
}

/* ---- the clock and the log ---- */

/*< private >
 * pawl_repo_work_get_now_us:
 * @self: a work folder
 * @error: return location
 *
 * Returns: the time in microseconds since 1970, UTC; -1 when the clock is behind what was logged,
 * because what would be signed now would be born expired
 */
gint64
pawl_repo_work_get_now_us (PawlRepoWork *self, GError **error)
{
  g_autofree char *path = pawl_repo_work_dup_path (self, "audit.log", NULL);
  g_auto (PawlRepoAuditState) state = {0, NULL, 0};
  g_autoptr (GDateTime) last = NULL;
  g_autofree char *text = NULL;
  gint64 now_us = g_get_real_time ();

  if (!pawl_repo_audit_check (path, &state, error))
    return -1;
  if (now_us + CLOCK_TOLERANCE_US >= state.last_us)
    return now_us;
  last = g_date_time_new_from_unix_utc (state.last_us / G_USEC_PER_SEC);
  text = g_date_time_format_iso8601 (last);
  pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                  "this machine's clock is in the past: the last entry of %s is of %s: set the "
                  "clock",
                  path, text);
  return -1;
}

/*< private >
 * pawl_repo_work_dup_expires:
 * @self: a work folder
 * @role: a role
 * @error: return location
 *
 * Returns: (transfer full): when a version that is made now is to expire
 */
char *
pawl_repo_work_dup_expires (PawlRepoWork *self, const char *role, GError **error)
{
  gint64 now_us = pawl_repo_work_get_now_us (self, error);
  g_autoptr (GDateTime) time = NULL;

  if (now_us < 0)
    return NULL;
  time = g_date_time_new_from_unix_utc (now_us / G_USEC_PER_SEC +
                                        pawl_repo_work_get_lifetime_s (self, role));
  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}

/*< private >
 * pawl_repo_work_log:
 * @self: a work folder
 * @error: return location
 * @command: what is being done
 * @format: to what
 *
 * Writes the audit log; before the effect, so that none is without its entry.
 *
 * Returns: %TRUE when it is on the disk
 */
gboolean
pawl_repo_work_log (PawlRepoWork *self,
                    GError **error,
                    const char *command,
                    const char *format,
                    ...)
{
  g_autofree char *path = pawl_repo_work_dup_path (self, "audit.log", NULL);
  g_autofree char *detail = NULL;
  gint64 now_us = pawl_repo_work_get_now_us (self, error);
  va_list args;

  if (now_us < 0)
    return FALSE;
  va_start (args, format);
  detail = g_strdup_vprintf (format, args);
  va_end (args);
  return pawl_repo_audit_append (path, now_us, command, detail, error);
}
