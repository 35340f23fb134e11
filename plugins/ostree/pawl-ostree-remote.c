/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A pull has to name a remote, and only a remote can say which TLS files to use. Ours is kept in
 * the repository's own configuration rather than in /etc, which a sandboxed daemon cannot write and
 * which every deployment has a copy of. Where to pull from is said anew at each pull.
 *
 * Signatures of OSTree itself are not asked for: the commit's id is pinned by signed metadata, and
 * everything else is reached from it by hashes. */
#include "pawl-ostree-remote.h"

#include "pawl-ostree-size.h"
#include "pawl-ostree-sysroot.h"

#include <string.h>

typedef struct
{
  const char *name;
  const char *value; /* empty: the option is absent */
} Option;

/* The value that the repository has, or NULL without such an option. */
static char *
dup_present (GKeyFile *config, const char *group, const char *name)
{
  return g_key_file_get_string (config, group, name, NULL);
}

/* Puts @option in @config; says whether that changed anything. */
static gboolean
apply (GKeyFile *config, const char *group, const Option *option)
{
  g_autofree char *present = dup_present (config, group, option->name);

  if (*option->value == '\0')
    return present != NULL && g_key_file_remove_key (config, group, option->name, NULL);
  if (g_strcmp0 (present, option->value) == 0)
    return FALSE;
  g_key_file_set_string (config, group, option->name, option->value);
  return TRUE;
}

static gboolean
apply_all (GKeyFile *config, const PawlOstreeSettings *settings, const char *uri)
{
  g_autofree char *group = g_strdup_printf ("remote \"%s\"", settings->remote);
  gboolean has_token = pawl_ostree_settings_has_token_key (settings);
  const Option options[] = {
    {"gpg-verify",           "false"                                        },
    {"gpg-verify-summary",   "false"                                        },
    {"tls-ca-path",          settings->tls_ca_path                          },
    {"tls-client-cert-path", has_token ? "" : settings->tls_client_cert_path},
    {"tls-client-key-path",  has_token ? "" : settings->tls_client_key_path },
  };
  gboolean changed = FALSE;

  if (!g_key_file_has_key (config, group, "url", NULL))
    {
      g_key_file_set_string (config, group, "url", uri);
      changed = TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    changed |= apply (config, group, &options[i]);
  return changed;
}

/*< private >
 * pawl_ostree_remote_ensure:
 * @repo: a writable repository
 * @settings: name and TLS files of the remote
 * @uri: its address, if the remote is new
 * @error: return location
 *
 * Makes the remote, or brings its options up to date. One of that name which an administrator put
 * into /etc/ostree/remotes.d is used as it is.
 *
 * Returns: %TRUE if the remote is there
 */
gboolean
pawl_ostree_remote_ensure (OstreeRepo *repo,
                           const PawlOstreeSettings *settings,
                           const char *uri,
                           GError **error)
{
  g_autoptr (GKeyFile) config = ostree_repo_copy_config (repo);
  g_autoptr (GError) local_error = NULL;

  if (!apply_all (config, settings, uri))
    return TRUE;
  if (!ostree_repo_write_config (repo, config, &local_error))
    {
      if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_EXISTS))
        {
          g_info ("%s: the administrator's remote is used: %s", settings->name,
                  local_error->message);
          return TRUE;
        }
      g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                  "write the remote %s: ", settings->remote);
      return FALSE;
    }
  return ostree_repo_reload_config (repo, NULL, error);
}

/*< private >
 * pawl_ostree_remote_seed:
 * @sysroot: with a writable repository
 * @settings: the name of the remote
 * @error: return location
 *
 * Points Pawl's reference at what runs: so libostree finds a delta from there, even at a server
 * whose summary lists none.
 *
 * Returns: %TRUE if it could be set, or there is nothing to point at
 */
gboolean
pawl_ostree_remote_seed (OstreeSysroot *sysroot, const PawlOstreeSettings *settings, GError **error)
{
  OstreeRepo *repo = ostree_sysroot_repo (sysroot);
  g_autoptr (OstreeDeployment) running = pawl_ostree_sysroot_dup_running (sysroot, settings->os);
  const char *commit = running != NULL ? ostree_deployment_get_csum (running) : NULL;

  if (commit == NULL || !pawl_ostree_size_has_whole (repo, commit))
    return TRUE;
  return ostree_repo_set_ref_immediate (repo, settings->remote, PAWL_OSTREE_REF, commit, NULL,
                                        error);
}
