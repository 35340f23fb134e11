/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-cli.h"
#include "pawl-repo-director.h"
#include "pawl-repo-error.h"

static gboolean
init (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) images = NULL;

  if (!pawl_repo_cli_parse (NULL, &args, 0, 0, "director init", error))
    return FALSE;
  images = pawl_repo_cli_open (cli, error);
  if (images == NULL || !pawl_repo_director_create (images, error))
    return FALSE;
  g_print ("Made a Director in %s/director, with a root of its own. Next:\n"
           "  pawl-repo -C %s/director key generate\n"
           "  pawl-repo -C %s/director sign\n"
           "  pawl-repo -C %s/director tx apply\n",
           cli->folder, cli->folder, cli->folder, cli->folder);
  return TRUE;
}

static gboolean
ecu_add (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoDirector) director = NULL;

  if (!pawl_repo_cli_parse (NULL, &args, 3, 3, "director ecu add DEVICE SERIAL HARDWARE-ID", error))
    return FALSE;
  director = pawl_repo_director_open (cli->folder, error);
  if (director == NULL || !pawl_repo_director_add_ecu (director, args[1], args[2], args[3], error))
    return FALSE;
  g_print ("device %s has ECU %s\n", args[1], args[2]);
  return TRUE;
}

static gboolean
print_device (PawlRepoDirector *director, const char *device, GError **error)
{
  g_autoptr (JsonObject) object = pawl_repo_director_load_device (director, device, error);
  JsonObject *ecus = pawl_repo_json_get_object (object, "ecus");
  g_autoptr (GList) serials = ecus != NULL ? json_object_get_members (ecus) : NULL;

  for (GList *l = serials; l != NULL; l = l->next)
    {
      JsonObject *ecu = pawl_repo_json_get_object (ecus, l->data);
      const char *target = pawl_repo_json_get_string (ecu, "target");

      g_print ("%s\t%s\t%s\t%s\n", device, (char *) l->data,
               pawl_repo_json_get_string (ecu, "hardwareId"), target != NULL ? target : "");
    }
  return object != NULL;
}

static gboolean
ecu_list (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoDirector) director = NULL;
  g_autoptr (GPtrArray) devices = NULL;

  if (!pawl_repo_cli_parse (NULL, &args, 0, 0, "director ecu list", error))
    return FALSE;
  director = pawl_repo_director_open (cli->folder, error);
  devices = director != NULL ? pawl_repo_director_list_devices (director, error) : NULL;
  if (devices == NULL)
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    if (!print_device (director, devices->pdata[i], error))
      return FALSE;
  return TRUE;
}

static const PawlRepoCommand ecu_commands[] = {
  {"add",  "", "an ECU of a device, new or not",                 ecu_add },
  {"list", "", "device, serial, hardware id and target of each", ecu_list},
};

static gboolean
ecu (PawlRepoCli *cli, char **args, GError **error)
{
  return pawl_repo_cli_dispatch (cli, "pawl-repo director ecu", ecu_commands,
                                 G_N_ELEMENTS (ecu_commands), args + 1, error);
}

static gboolean
assign (PawlRepoCli *cli, char **args, GError **error)
{
  g_autofree char *hardware_id = NULL;
  const GOptionEntry entries[] = {
    {"all-of", 0, 0, G_OPTION_ARG_STRING, &hardware_id,
     "every ECU of this kind, of all devices; then only TARGET is given", "HARDWARE-ID"},
    {NULL      },
  };
  g_autoptr (PawlRepoDirector) director = NULL;
  guint ecus = 1;
  guint n;

  if (!pawl_repo_cli_parse (entries, &args, 1, 3,
                            "director assign DEVICE SERIAL TARGET | --all-of HARDWARE-ID TARGET",
                            error))
    return FALSE;
  n = g_strv_length (args) - 1;
  if (n != (hardware_id != NULL ? 1 : 3))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "wanted DEVICE SERIAL TARGET, or --all-of HARDWARE-ID TARGET");
  director = pawl_repo_director_open (cli->folder, error);
  if (director == NULL ||
      !(hardware_id != NULL
          ? pawl_repo_director_assign_hardware (director, hardware_id, args[1], &ecus, error)
          : pawl_repo_director_assign (director, args[1], args[2], args[3], error)))
    return FALSE;
  g_print ("%u ECUs are to run %s. Next: pawl-repo director sign\n", ecus,
           hardware_id != NULL ? args[1] : args[3]);
  return TRUE;
}

static gboolean
unassign (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoDirector) director = NULL;

  if (!pawl_repo_cli_parse (NULL, &args, 2, 2, "director unassign DEVICE SERIAL", error))
    return FALSE;
  director = pawl_repo_director_open (cli->folder, error);
  if (director == NULL || !pawl_repo_director_assign (director, args[1], args[2], NULL, error))
    return FALSE;
  g_print ("ECU %s of %s is told nothing. Next: pawl-repo director sign\n", args[2], args[1]);
  return TRUE;
}

#define SIGNER_ENTRIES(secrets)                                                                    \
  {"signer", 's', 0, G_OPTION_ARG_STRING_ARRAY, &(secrets).uris, "a private key; may be repeated", \
   "URI"},                                                                                         \
    {"keys",                                                                                       \
     0,                                                                                            \
     0,                                                                                            \
     G_OPTION_ARG_FILENAME,                                                                        \
     &(secrets).keys_folder,                                                                       \
     "without --signer: the folder of private keys",                                               \
     "FOLDER"},                                                                                    \
  {                                                                                                \
    "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &(secrets).passphrase_file,                    \
      "a file with the passphrase or PIN", "FILE"                                                  \
  }

static gboolean
sign (PawlRepoCli *cli, char **args, GError **error)
{
  g_auto (PawlRepoSecrets) secrets = {NULL, NULL, NULL};
  g_autofree char *within = NULL;
  const GOptionEntry entries[] = {
    {"if-expires-within", 0, 0, G_OPTION_ARG_STRING, &within,
     "also what expires so soon, and says the same: 12h", "DURATION"},
    SIGNER_ENTRIES (secrets),
    {NULL                 },
  };
  g_autoptr (PawlRepoDirector) director = NULL;
  g_autoptr (GPtrArray) signers = NULL;
  PawlRepoDirectorSign job = {NULL};
  gint64 seconds = 0;

  if (!pawl_repo_cli_parse (entries, &args, 0, 0, "director sign [--if-expires-within D]", error) ||
      (within != NULL && !pawl_repo_parse_duration (within, &seconds, error)))
    return FALSE;
  director = pawl_repo_director_open (cli->folder, error);
  signers = director != NULL ? pawl_repo_cli_open_signers (director->work, &secrets, error) : NULL;
  if (signers == NULL)
    return FALSE;
  job.signers = signers;
  job.limit_us = g_get_real_time () + seconds * G_USEC_PER_SEC;
  if (!pawl_repo_director_sign (director, &job, error))
    return FALSE;
  g_print ("%u devices get something new. Next: pawl-repo director publish FOLDER\n", job.devices);
  if (job.waiting > 0)
    g_print (
      "%u devices wait for other holders: give them “pawl-repo director sig export FILE”, or "
      "this branch\n",
      job.waiting);
  return TRUE;
}

static gboolean
publish (PawlRepoCli *cli, char **args, GError **error)
{
  gboolean switched = FALSE;
  const GOptionEntry entries[] = {
    PAWL_REPO_CLI_SWITCH (switched),
    {NULL},
  };
  g_autoptr (PawlRepoDirector) director = NULL;
  guint files = 0;

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, "director publish FOLDER [--switch]", error))
    return FALSE;
  director = pawl_repo_director_open (cli->folder, error);
  if (director == NULL || !pawl_repo_director_publish (director, args[1], switched, &files, error))
    return FALSE;
  g_print ("published in %s: %u files are new\n", args[1], files);
  return TRUE;
}

static gboolean
offline_bundle (PawlRepoCli *cli, char **args, GError **error)
{
  g_auto (PawlRepoSecrets) secrets = {NULL, NULL, NULL};
  g_auto (GStrv) targets = NULL;
  g_autofree char *ostree = NULL;
  const GOptionEntry entries[] = {
    {"target",  0, 0, G_OPTION_ARG_STRING_ARRAY, &targets, "what it brings; may be repeated",
     "TARGET"},
    {"ostree",        0, 0, G_OPTION_ARG_FILENAME, &ostree, "the repository of targets that are commits",
     "REPO"},
    SIGNER_ENTRIES (secrets),
    {NULL},
  };
  g_autoptr (PawlRepoDirector) director = NULL;
  g_autoptr (GPtrArray) signers = NULL;
  PawlRepoDirectorBundle job = {NULL};

  if (!pawl_repo_cli_parse (entries, &args, 2, 2,
                            "director offline-bundle NAME FOLDER --target TARGET…", error))
    return FALSE;
  if (targets == NULL)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "wanted --target");
  director = pawl_repo_director_open (cli->folder, error);
  if (director == NULL)
    return FALSE;
  if (director->work->dialect == PAWL_TUF_DIALECT_ATS)
    {
      signers = pawl_repo_cli_open_signers (director->work, &secrets, error);
      if (signers == NULL)
        return FALSE;
    }
  job.name = args[1];
  job.folder = args[2];
  job.targets = (const char *const *) targets;
  job.ostree = ostree;
  job.signers = signers;
  if (!pawl_repo_director_bundle (director, &job, error))
    return FALSE;
  g_print ("offline update %s is in %s\n", args[1], args[2]);
  return TRUE;
}

static gboolean
sig_export (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoDirector) director = NULL;
  guint files = 0;

  if (!pawl_repo_cli_parse (NULL, &args, 1, 1, "director sig export FILE", error))
    return FALSE;
  director = pawl_repo_director_open (cli->folder, error);
  if (director == NULL || !pawl_repo_director_export (director, args[1], &files, error))
    return FALSE;
  g_print ("%u files that wait are in %s\n", files, args[1]);
  return TRUE;
}

static gboolean
sig_import (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoDirector) director = NULL;
  guint files = 0;

  if (!pawl_repo_cli_parse (NULL, &args, 1, G_MAXUINT, "director sig import FILE…", error))
    return FALSE;
  director = pawl_repo_director_open (cli->folder, error);
  for (guint i = 1; director != NULL && args[i] != NULL; i++)
    if (!pawl_repo_director_import (director, args[i], &files, error))
      return FALSE;
  if (director == NULL)
    return FALSE;
  g_print ("%u files have signatures from there. Next: pawl-repo director sign\n", files);
  return TRUE;
}

static const PawlRepoCommand sig_commands[] = {
  {"export", "", "what waits for signatures, with those it has",   sig_export},
  {"import", "", "take a colleague's, if they are about the same", sig_import},
};

static gboolean
sig (PawlRepoCli *cli, char **args, GError **error)
{
  return pawl_repo_cli_dispatch (cli, "pawl-repo director sig", sig_commands,
                                 G_N_ELEMENTS (sig_commands), args + 1, error);
}

static const PawlRepoCommand commands[] = {
  {"init",           "", "make one beside the image repository",         init          },
  {"ecu",            "", "devices and what they are made of",            ecu           },
  {"assign",         "", "what an ECU is to run",                        assign        },
  {"unassign",       "", "nothing in particular",                        unassign      },
  {"sign",           "", "what each device is told",                     sign          },
  {"sig",            "", "signatures from and for colleagues",           sig           },
  {"publish",        "", "write what a web server gives to each device", publish       },
  {"offline-bundle", "", "an update on a stick",                         offline_bundle},
};

gboolean
pawl_repo_cmd_director (PawlRepoCli *cli, char **args, GError **error)
{
  return pawl_repo_cli_dispatch (cli, "pawl-repo director", commands, G_N_ELEMENTS (commands),
                                 args + 1, error);
}
