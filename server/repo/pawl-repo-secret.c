/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-secret.h"

#include "pawl-repo-error.h"
#include "pawl-repo-file.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define MIN_LENGTH 8

void
pawl_repo_secrets_clear (PawlRepoSecrets *self)
{
  g_clear_pointer (&self->keys_folder, g_free);
  g_clear_pointer (&self->passphrase_file, g_free);
  g_clear_pointer (&self->uris, g_strfreev);
}

void
pawl_repo_secrets_wipe (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/*< private >
 * pawl_repo_secrets_use_defaults:
 * @self: what the command line said
 *
 * Fills in `$PAWL_REPO_KEYS`, or else a folder of this person's.
 */
void
pawl_repo_secrets_use_defaults (PawlRepoSecrets *self)
{
  const char *folder = g_getenv ("PAWL_REPO_KEYS");

  if (self->keys_folder != NULL)
    return;
  self->keys_folder = folder != NULL
                        ? g_strdup (folder)
                        : g_build_filename (g_get_user_config_dir (), "pawl-repo", "keys", NULL);
}

char *
pawl_repo_secrets_dup_key_path (PawlRepoSecrets *self, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".pem", NULL);

  return g_build_filename (self->keys_folder, file, NULL);
}

static char *
read_line (int fd)
{
  char line[1024];
  gsize length = 0;
  char c;

  while (length < sizeof line - 1 && read (fd, &c, 1) == 1 && c != '\n')
    line[length++] = c;
  line[length] = '\0';
  return g_strdup (line);
}

/* Only from a terminal: whoever pipes something in means something else. */
static char *
ask_terminal (const char *prompt)
{
  struct termios shown;
  struct termios hidden;
  char *secret;

  if (tcgetattr (STDIN_FILENO, &shown) < 0)
    return NULL;
  hidden = shown;
  hidden.c_lflag &= ~(tcflag_t) ECHO;
  fprintf (stderr, "%s: ", prompt);
  fflush (stderr);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &hidden);
  secret = read_line (STDIN_FILENO);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &shown);
  fprintf (stderr, "\n");
  return secret;
}

/* What was given without asking anybody. */
static char *
dup_given (PawlRepoSecrets *self)
{
  const char *environment = g_getenv ("PAWL_REPO_PASSPHRASE");
  char *text = NULL;

  if (self->passphrase_file != NULL)
    return g_file_get_contents (self->passphrase_file, &text, NULL, NULL)
             ? g_strdelimit (g_strchomp (text), "\r\n", '\0')
             : NULL;
  return g_strdup (environment);
}

/*< private >
 * pawl_repo_secrets_ask:
 * @self: where secrets come from
 * @what: a file or token
 * @attempt: 0 at first
 *
 * Returns: (transfer full) (nullable): the passphrase or PIN
 */
char *
pawl_repo_secrets_ask (PawlRepoSecrets *self, const char *what, guint attempt)
{
  g_autofree char *prompt = g_strdup_printf ("Passphrase of %s", what);
  char *given = dup_given (self);

  /* What was given does not get better by trying it again. */
  if (given != NULL && attempt == 0)
    return given;
  pawl_repo_secrets_wipe (given);
  return given == NULL ? ask_terminal (prompt) : NULL;
}

/*< private >
 * pawl_repo_secrets_ask_new:
 * @self: where secrets come from
 * @what: the new key
 * @error: return location
 *
 * Returns: (transfer full): a passphrase for it, given or typed twice
 */
char *
pawl_repo_secrets_ask_new (PawlRepoSecrets *self, const char *what, GError **error)
{
  g_autofree char *prompt = g_strdup_printf ("New passphrase of %s", what);
  char *secret = dup_given (self);
  char *again = NULL;
  gboolean same = TRUE;

  if (secret == NULL)
    {
      secret = ask_terminal (prompt);
      again = secret != NULL ? ask_terminal ("The same again") : NULL;
      same = g_strcmp0 (secret, again) == 0;
      pawl_repo_secrets_wipe (again);
    }
  if (secret != NULL && same && strlen (secret) >= MIN_LENGTH)
    return secret;
  pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                  secret == NULL ? "%s: it is not written unencrypted: give a passphrase with "
                                   "--passphrase-file or PAWL_REPO_PASSPHRASE, or --insecure"
                  : !same        ? "%s: the passphrases are not the same"
                                 : "%s: the passphrase has fewer than 8 characters",
                  what);
  pawl_repo_secrets_wipe (secret);
  return NULL;
}

static char *
ask_cb (const char *what, guint attempt, gpointer user_data)
{
  return pawl_repo_secrets_ask (user_data, what, attempt);
}

/*< private >
 * pawl_repo_secrets_open:
 * @self: where secrets come from; has to outlive the signer
 * @uri: a file, `pkcs11:` or `exec:`
 * @error: return location
 *
 * Returns: (transfer full): the private key
 */
PawlTufSigner *
pawl_repo_secrets_open (PawlRepoSecrets *self, const char *uri, GError **error)
{
  return pawl_tuf_signer_new (uri, ask_cb, self, error);
}
