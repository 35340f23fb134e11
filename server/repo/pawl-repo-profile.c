/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-profile.h"

#include "pawl-repo-error.h"

static const PawlRepoProfile profiles[] = {
  {
   "simple", {
      {"root", 1, "365d"},
      {"targets", 1, "365d"},
      {"snapshot", 1, "30d"},
      {"timestamp", 1, "7d"},
    }, },
  {
   "team",       {
      {"root", 2, "365d"},
      {"targets", 2, "180d"},
      {"snapshot", 1, "14d"},
      {"timestamp", 1, "3d"},
    }, },
  {
   "strict",   {
      {"root", 3, "365d"},
      {"targets", 3, "90d"},
      {"snapshot", 1, "7d"},
      {"timestamp", 1, "1d"},
    }, },
};

/*< private >
 * pawl_repo_profile_find:
 * @name: a profile's name
 * @error: return location
 *
 * Returns: (transfer none): the profile
 */
const PawlRepoProfile *
pawl_repo_profile_find (const char *name, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    if (g_str_equal (profiles[i].name, name))
      return &profiles[i];
  pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "profile “%s”: wanted simple, team or strict",
                  name);
  return NULL;
}
