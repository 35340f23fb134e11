/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What the device maker set up: the configuration, the plugins it names, and what they are given.
 */

#include "pawl-doctor.h"

#include <string.h>

#include "pawl-format.h"
#include "pawl-show.h"

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The fragments of a folder, by name; @hidden_by holds names that an administrator replaced. */
static GPtrArray *
list_fragments (const char *folder, GPtrArray *hidden_by)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".conf") &&
        (hidden_by == NULL ||
         !g_ptr_array_find_with_equal_func (hidden_by, name, g_str_equal, NULL)))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

static void
merge_file (PawlDoctor *self, const char *path)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) groups = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error))
    {
      if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        pawl_doctor_find (self, PAWL_SEVERITY_ERROR,
                          "correct the file, then: systemctl reload pawld", "%s: %s", path,
                          error->message);
      return;
    }
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_auto (GStrv) keys = g_key_file_get_keys (file, groups[i], NULL, NULL);

      for (guint k = 0; keys != NULL && keys[k] != NULL; k++)
        {
          g_autofree char *value = g_key_file_get_value (file, groups[i], keys[k], NULL);

          g_key_file_set_value (self->config, groups[i], keys[k], value);
        }
    }
}

static void
merge_folder (PawlDoctor *self, const char *folder, GPtrArray *names)
{
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);

      merge_file (self, path);
    }
}

static void
read_config (PawlDoctor *self)
{
  g_autofree char *vendor = pawl_doctor_path (self, PAWL_VENDOR_CONFIG_DIR);
  g_autofree char *main_file = pawl_doctor_path (self, PAWL_CONFIG_DIR "/pawld.conf");
  g_autofree char *admin = pawl_doctor_path (self, PAWL_CONFIG_DIR "/pawld.conf.d");
  g_autoptr (GPtrArray) admin_names = list_fragments (admin, NULL);
  g_autoptr (GPtrArray) vendor_names = list_fragments (vendor, admin_names);

  merge_folder (self, vendor, vendor_names);
  merge_file (self, main_file);
  merge_folder (self, admin, admin_names);
}

static gboolean
has_ecu (PawlDoctor *self)
{
  g_auto (GStrv) groups = g_key_file_get_groups (self->config, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    if (g_str_has_prefix (groups[i], "ecu:"))
      return TRUE;
  return FALSE;
}

/* The daemon's own judgement: it knows every key. */
static void
ask_program (PawlDoctor *self)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *message = NULL;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                              NULL, self->pawld, "--check-config", NULL);
  if (process == NULL)
    {
      pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "install pawld", "%s cannot be run",
                        self->pawld);
      return;
    }
  g_subprocess_communicate_utf8_async (process, NULL, NULL, pawl_cli_on_ready, &result);
  pawl_cli_wait (self->cli, &result);
  if (g_subprocess_communicate_utf8_finish (process, result, NULL, &message, NULL) &&
      !g_subprocess_get_successful (process))
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "correct the file, then: systemctl reload pawld",
                      "%s --check-config: %s", self->pawld,
                      *g_strstrip (message) != '\0' ? message : "it ended without a word");
}

void
pawl_doctor_check_config (PawlDoctor *self)
{
  g_autofree char *verifier = NULL;
  g_autofree char *boot_control = NULL;
  g_auto (GStrv) required = NULL;

  read_config (self);
  if (self->running)
    ask_program (self);
  verifier = pawl_doctor_get (self, "daemon", "verifier", "");
  boot_control = pawl_doctor_get (self, "daemon", "boot-control", "");
  required = g_key_file_get_string_list (self->config, "trial", "required", NULL, NULL);
  if (*verifier == '\0')
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR,
                      "set [daemon] verifier= in " PAWL_CONFIG_DIR "/pawld.conf",
                      "no verifier is configured: nothing can be proven genuine");
  if (*boot_control == '\0')
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR,
                      "set [daemon] boot-control= in " PAWL_CONFIG_DIR "/pawld.conf",
                      "no boot control is configured: no update that reboots can be activated");
  if (!has_ecu (self))
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR,
                      "add a group [ecu:main] with installer=, serial= and hardware-id=",
                      "no ECU is configured: there is nothing to update");
  if (required == NULL || required[0] == NULL)
    pawl_doctor_find (self, PAWL_SEVERITY_WARNING, "set [trial] required=health;",
                      "no confirmer is required: every new version that starts is kept");
}

/* A plugin that is named and not there stops everything. */
void
pawl_doctor_check_plugins (PawlDoctor *self)
{
  g_auto (GStrv) plugins = pawl_doctor_dup_plugins (self);

  for (guint i = 0; plugins[i] != NULL; i++)
    {
      g_autofree char *keyfile =
        g_strdup_printf ("%s%s/%s.plugin", self->root, PAWL_PLUGINDIR, plugins[i]);

      if (!g_file_test (keyfile, G_FILE_TEST_EXISTS))
        pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "install the plugin, or name another one",
                          "the plugin “%s” is configured, but there is no %s", plugins[i], keyfile);
    }
}

/* Whether @plugin's keyfile says @value at @key. */
static gboolean
says (PawlDoctor *self, const char *plugin, const char *key, const char *value)
{
  g_autoptr (GKeyFile) keyfile = g_key_file_new ();
  g_autofree char *path = g_strdup_printf ("%s%s/%s.plugin", self->root, PAWL_PLUGINDIR, plugin);
  g_autofree char *found = NULL;

  if (g_key_file_load_from_file (keyfile, path, G_KEY_FILE_NONE, NULL))
    found = g_key_file_get_string (keyfile, "Plugin", key, NULL);
  return g_strcmp0 (found, value) == 0;
}

/* What a drop-in is for: a plugin, every plugin in a language that compiles while it runs, or every
 * one in a process of its own. */
static gboolean
is_used (PawlDoctor *self, const char *name)
{
  g_auto (GStrv) plugins = pawl_doctor_dup_plugins (self);
  const gboolean is_js = g_str_equal (name, "js");
  const gboolean is_isolation = g_str_equal (name, "isolation");

  for (guint i = 0; plugins[i] != NULL; i++)
    if (((is_js || is_isolation) && says (self, plugins[i], "Language", "js")) ||
        (is_isolation && (says (self, plugins[i], "Language", "python") ||
                          says (self, plugins[i], "Isolation", "process"))))
      return TRUE;
  return g_strv_contains ((const char *const *) plugins, name);
}

static gboolean
has_drop_in (PawlDoctor *self, const char *plugin)
{
  static const char *const FOLDERS[] = {"/etc/systemd/system", "/run/systemd/system",
                                        PAWL_UNIT_DIR};

  for (gsize i = 0; i < G_N_ELEMENTS (FOLDERS); i++)
    {
      g_autofree char *path =
        g_strdup_printf ("%s%s/pawld.service.d/%s.conf", self->root, FOLDERS[i], plugin);

      /* A link of an image points into the image. */
      if (g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        return TRUE;
    }
  return FALSE;
}

static void
check_drop_in (PawlDoctor *self, const char *file)
{
  g_autofree char *plugin = g_strndup (file, strlen (file) - strlen (".conf"));
  g_autofree char *add =
    g_strdup_printf ("ln -s %s/%s /etc/systemd/system/pawld.service.d/ && systemctl daemon-reload",
                     PAWL_SANDBOX_DIR, file);
  gboolean used = is_used (self, plugin);
  gboolean given = has_drop_in (self, plugin);

  if (used && !given)
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, add,
                      "the sandbox of pawld.service keeps the plugin “%s” from what it needs",
                      plugin);
  if (!used && given)
    pawl_doctor_find (self, PAWL_SEVERITY_WARNING, "remove the drop-in from pawld.service.d",
                      "the sandbox is open for the plugin “%s”, which is not configured", plugin);
}

void
pawl_doctor_check_sandbox (PawlDoctor *self)
{
  g_autofree char *unit = g_strdup_printf ("%s%s/pawld.service", self->root, PAWL_UNIT_DIR);
  g_autofree char *folder = pawl_doctor_path (self, PAWL_SANDBOX_DIR);
  g_autoptr (GPtrArray) files = list_fragments (folder, NULL);

  if (!g_file_test (unit, G_FILE_TEST_EXISTS))
    {
      pawl_doctor_find (self, PAWL_SEVERITY_WARNING,
                        "install it, or start pawld in another sandbox", "there is no %s", unit);
      return;
    }
  for (guint i = 0; i < files->len; i++)
    check_drop_in (self, files->pdata[i]);
}

static void
check_refused_plugins (PawlDoctor *self)
{
  g_autoptr (GVariant) plugins = pawl_cli_ask (self->cli, "ListPlugins", NULL);

  for (gsize i = 0; plugins != NULL && i < g_variant_n_children (plugins); i++)
    {
      g_autoptr (GVariant) plugin = g_variant_get_child_value (plugins, i);
      const char *id = pawl_show_string (plugin, "id");
      const char *error = pawl_show_string (plugin, "error");

      if (*error != '\0')
        pawl_doctor_find (self,
                          pawl_doctor_uses (self, id) ? PAWL_SEVERITY_ERROR : PAWL_SEVERITY_WARNING,
                          "mend or remove the plugin: pawlctl plugins", "%s: %s", id, error);
    }
}

/* Asks the daemon what it thinks. */
void
pawl_doctor_check_daemon (PawlDoctor *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant) decisions = NULL;

  if (!self->running)
    return;
  properties = pawl_cli_read (self->cli, &error);
  if (properties == NULL)
    {
      pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "systemctl status pawld; journalctl -u pawld",
                        "pawld cannot be reached: %s", error->message);
      return;
    }
  self->available = g_variant_lookup_value (properties, "available", G_VARIANT_TYPE_VARDICT);
  decisions = g_variant_lookup_value (properties, "decisions", G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; decisions != NULL && i < g_variant_n_children (decisions); i++)
    {
      g_autoptr (GVariant) decision = g_variant_get_child_value (decisions, i);

      if (g_str_equal (pawl_show_string (decision, "rule"), "configuration") &&
          pawl_show_is_held (decision))
        pawl_doctor_find (self, PAWL_SEVERITY_ERROR,
                          "correct the file, then: systemctl reload pawld", "%s",
                          pawl_show_string (decision, "message"));
    }
  check_refused_plugins (self);
}
