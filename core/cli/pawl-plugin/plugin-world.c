/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "plugin-world.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* What a test program says when it does not apply, and what the author's program says of an action
 * that it does not have. */
#define EXIT_SKIPPED   77
#define EXIT_NO_ACTION 64
#define OPEN_MS        (60 * 1000)

typedef struct
{
  char *folder;    /* (owned) */
  char **settings; /* (owned) */
} World;

static const PluginSubject *subject;

void
plugin_world_begin (const PluginSubject *the_subject)
{
  subject = the_subject;
}

/* What the program printed, without the end of its last line; NULL when it has no such action. It
 * runs in the world's folder. */
static char *
try_action (World *self, const char *action, const char *first, const char *second)
{
  const char *const argv[] = {subject->world, action, first, second, NULL};
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!g_spawn_sync (self->folder, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL,
                     &status, &error))
    g_error ("the world cannot be run: %s", error->message);
  if (WIFEXITED (status) && WEXITSTATUS (status) == EXIT_NO_ACTION)
    return NULL;
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s %s: %s: the world itself failed, not the plugin", subject->world, action,
             error->message);
  return g_strchomp (g_steal_pointer (&output));
}

/* Each promise has a process of its own, so that one without what it needs can just leave. */
static char *
act (World *self, const char *action, const char *first, const char *second)
{
  char *output = try_action (self, action, first, second);

  if (output != NULL)
    return output;
  g_print ("# SKIP the world has no action “%s”\n", action);
  exit (EXIT_SKIPPED);
}

static gpointer
set_up (void)
{
  World *self = g_new0 (World, 1);
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("pawl-check-XXXXXX", &error);
  g_assert_no_error (error);
  output = try_action (self, "set-up", NULL, NULL);
  self->settings = g_strsplit (output != NULL ? output : "", "\n", -1);
  if (g_strcmp0 (self->settings[0], "") == 0)
    g_clear_pointer (&self->settings, g_strfreev);
  return self;
}

static void
tear_down (gpointer world)
{
  World *self = world;

  g_free (try_action (self, "tear-down", NULL, NULL));
  plugin_subject_remove_folder (self->folder);
  g_strfreev (self->settings);
  g_free (self->folder);
  g_free (self);
}

static GObject *
make (gpointer world)
{
  World *self = world;
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlContext) context =
    plugin_subject_make_context (subject, self->folder, self->settings, &error);
  GObject *proxy =
    context != NULL ? plugin_subject_open (subject, context, self->folder, OPEN_MS, &error) : NULL;

  g_assert_no_error (error);
  return proxy;
}

/* ---- bytes ---- */

static PawlPayload *
open_payload (World *self, const char *action, const char *name)
{
  g_autofree char *output = act (self, action, name, NULL);
  g_autofree char *path =
    g_path_is_absolute (output) ? g_strdup (output) : g_build_filename (self->folder, output, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length;

  g_file_get_contents (path, &data, &length, &error);
  g_assert_no_error (error);
  bytes = g_bytes_new_take (g_steal_pointer (&data), length);
  return pawl_payload_new_for_bytes (bytes, NULL);
}

static PawlPayload *
dup_payload (gpointer world, PawlTarget *target)
{
  return open_payload (world, "payload", pawl_target_get_name (target));
}

static PawlPayload *
dup_wrong_payload (gpointer world, PawlTarget *target)
{
  return open_payload (world, "wrong-payload", pawl_target_get_name (target));
}

/* ---- transport ---- */

static char *
publish (gpointer world, const char *name, GBytes *content)
{
  World *self = world;
  g_autofree char *path = g_build_filename (self->folder, "to-publish", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, g_bytes_get_data (content, NULL), (gssize) g_bytes_get_size (content),
                       &error);
  g_assert_no_error (error);
  return act (self, "publish", name, path);
}

static char *
dup_missing (gpointer world)
{
  return act (world, "missing", NULL, NULL);
}

/* ---- installer ---- */

/* The world's target is a GVariant in text form, as gdbus(1) has it. */
static PawlTarget *
dup_target (gpointer world)
{
  g_autofree char *text = act (world, "target", NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) variant = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);
  PawlTarget *target;

  g_assert_no_error (error);
  target = pawl_target_new_from_variant (variant, &error);
  g_assert_no_error (error);
  return target;
}

static PawlPayload *
dup_installer_payload (gpointer world)
{
  g_autoptr (PawlTarget) target = dup_target (world);

  return dup_payload (world, target);
}

/* A device that has nothing to do for it runs what was activated. */
static void
reboot_installer (gpointer world)
{
  g_free (try_action (world, "reboot", NULL, NULL));
}

/* ---- boot control ---- */

static void
reboot (gpointer world)
{
  g_free (act (world, "reboot", NULL, NULL));
}

/* ---- confirmer ---- */

static GVariant *
change (gpointer world, const char *action)
{
  g_autofree char *text = act (world, action, NULL, NULL);
  g_autoptr (GError) error = NULL;
  GVariant *options = NULL;

  if (*text != '\0')
    options = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);
  g_assert_no_error (error);
  return options;
}

static GVariant *
make_good (gpointer world)
{
  return change (world, "good");
}

static GVariant *
make_bad (gpointer world)
{
  return change (world, "bad");
}

#define BASE(path)                                                                                 \
  {                                                                                                \
    path, set_up, tear_down, make                                                                  \
  }

void
plugin_world_add_suite (void)
{
  static const PawlTestingTransport transport = {BASE ("/transport"), publish, dup_missing, NULL};
  static const PawlTestingVerifier verifier = {BASE ("/verifier"), dup_payload, dup_wrong_payload};
  static const PawlTestingInstaller installer = {BASE ("/installer"), dup_target,
                                                 dup_installer_payload, reboot_installer};
  static const PawlTestingBootControl boot_control = {BASE ("/boot-control"), reboot};
  static const PawlTestingConfirmer confirmer = {BASE ("/confirmer"), make_good, make_bad};

  if (g_str_equal (subject->word, "transport"))
    pawl_testing_add_transport (&transport);
  else if (g_str_equal (subject->word, "verifier"))
    pawl_testing_add_verifier (&verifier);
  else if (g_str_equal (subject->word, "installer"))
    pawl_testing_add_installer (&installer);
  else if (g_str_equal (subject->word, "boot-control"))
    pawl_testing_add_boot_control (&boot_control);
  else
    pawl_testing_add_confirmer (&confirmer);
}
