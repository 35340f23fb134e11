/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* systemd-boot, the firmware and kernel-install are folders here, and done by hand. */
#include "pawl-systemd-boot-control.h"
#include "pawl-systemd-boot-entry.h"
#include "pawl-systemd-boot-variable.h"
#include "test-calls.h"
#include "test-context.h"
#include "test-isolate.h"

#include <glib/gstdio.h>
#include <pawl-testing/pawl-testing.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *entries;
  char *efivars;
  char *tries_file;
  TestContext *context;
  PawlBootControl *control; /* not in the contract's worlds */
} World;

static gpointer
make_world (const char *strategy)
{
  World *world = g_new0 (World, 1);
  const char *entries[] = {"slot-a.conf", "slot-b.conf", NULL};

  world->folder = g_dir_make_tmp ("pawl-systemd-boot-XXXXXX", NULL);
  world->entries = g_build_filename (world->folder, "entries", NULL);
  world->efivars = g_build_filename (world->folder, "efivars", NULL);
  world->tries_file = g_build_filename (world->folder, "tries", NULL);
  g_assert_cmpint (g_mkdir (world->entries, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (world->efivars, 0700), ==, 0);
  world->context = test_context_new (g_getenv ("PAWL_SYSTEMD_BOOT_KEYFILE"));
  test_context_set_state_dir (world->context, world->folder);
  test_context_set (world->context, "strategy", g_variant_new_string (strategy));
  test_context_set (world->context, "entries-dir", g_variant_new_string (world->entries));
  test_context_set (world->context, "efivars", g_variant_new_string (world->efivars));
  test_context_set (world->context, "tries-file", g_variant_new_string (world->tries_file));
  test_context_set (world->context, "entries", g_variant_new_strv (entries, -1));
  return world;
}

static void
set_variable (World *world, const char *name, const char *value)
{
  g_autoptr (GError) error = NULL;

  pawl_systemd_boot_variable_set (world->efivars, name, value, &error);
  g_assert_no_error (error);
}

static char *
dup_variable (World *world, const char *name)
{
  g_autoptr (GError) error = NULL;
  char *value = NULL;

  pawl_systemd_boot_variable_get (world->efivars, name, &value, &error);
  g_assert_no_error (error);
  return value;
}

static void
add_entry (World *world, const char *file)
{
  g_autofree char *path = g_build_filename (world->entries, file, NULL);

  g_assert_true (g_file_set_contents (path, "title x\n", -1, NULL));
}

static gboolean
has_entry (World *world, const char *file)
{
  g_autofree char *path = g_build_filename (world->entries, file, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gpointer
set_up_counting (void)
{
  World *world = make_world ("counting");

  add_entry (world, "old.conf");
  add_entry (world, "failed-long-ago+0-3.conf");
  set_variable (world, "LoaderInfo", "systemd-boot 252");
  return world;
}

static gpointer
set_up_one_shot (void)
{
  World *world = make_world ("one-shot");

  add_entry (world, "slot-a.conf");
  add_entry (world, "slot-b.conf");
  set_variable (world, "LoaderEntrySelected", "slot-a.conf");
  return world;
}

static void
empty (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        empty (child);
      g_remove (child);
    }
}

static void
tear_down (gpointer data)
{
  World *world = data;

  empty (world->folder);
  g_assert_cmpint (g_rmdir (world->folder), ==, 0);
  g_clear_object (&world->control);
  g_object_unref (world->context);
  g_free (world->folder);
  g_free (world->entries);
  g_free (world->efivars);
  g_free (world->tries_file);
  g_free (world);
}

static GObject *
make (gpointer data)
{
  World *world = data;
  g_autoptr (PawlBootControl) control = g_object_new (PAWL_TYPE_SYSTEMD_BOOT_CONTROL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (pawl_boot_control_set_up (control, PAWL_CONTEXT (world->context), &error));
  g_assert_no_error (error);
  return G_OBJECT (g_steal_pointer (&control));
}

/* The far side is set up through the connection, as for an isolated plugin. */
static GObject *
make_remote (gpointer data)
{
  World *world = data;

  return test_isolate (g_object_new (PAWL_TYPE_SYSTEMD_BOOT_CONTROL, NULL), PAWL_TYPE_BOOT_CONTROL,
                       PAWL_CONTEXT (world->context));
}

/* ---- what others do ---- */

static PawlSystemdBootEntry *
find_new (World *world)
{
  g_autoptr (GPtrArray) entries = pawl_systemd_boot_entry_list (world->entries, NULL);

  for (guint i = 0; i < entries->len; i++)
    if (g_str_equal (((PawlSystemdBootEntry *) entries->pdata[i])->name, "new"))
      return g_ptr_array_steal_index (entries, i);
  return NULL;
}

/* kernel-install. */
static void
install_new (World *world)
{
  g_autofree char *tries = NULL;
  g_autofree char *file = NULL;

  if (!g_file_get_contents (world->tries_file, &tries, NULL, NULL))
    return;
  file = g_strdup_printf ("new+%s.conf", g_strchomp (tries));
  add_entry (world, file);
}

/* systemd-boot, with the new entry first. */
static void
boot_counting (gpointer data)
{
  World *world = data;
  g_autoptr (PawlSystemdBootEntry) new_entry = find_new (world);
  g_autofree char *file = NULL;
  g_autofree char *path = NULL;

  if (new_entry == NULL)
    {
      install_new (world);
      new_entry = find_new (world);
    }
  set_variable (world, "LoaderBootCountPath", NULL);
  if (new_entry == NULL || !new_entry->counted || new_entry->left == 0)
    return;
  file = g_strdup_printf ("new+%u-%u.conf", new_entry->left - 1, new_entry->done + 1);
  path = g_strconcat ("\\loader\\entries\\", file, NULL);
  set_variable (world, "LoaderBootCountPath", path);
  add_entry (world, file);
  g_free (file);
  file = g_build_filename (world->entries, new_entry->file, NULL);
  g_assert_cmpint (g_remove (file), ==, 0);
}

static void
boot_one_shot (gpointer data)
{
  World *world = data;
  g_autofree char *next = dup_variable (world, "LoaderEntryOneShot");
  g_autofree char *normal = dup_variable (world, "LoaderEntryDefault");

  set_variable (world, "LoaderEntryOneShot", NULL);
  set_variable (world, "LoaderEntrySelected",
                next != NULL     ? next
                : normal != NULL ? normal
                                 : "slot-a.conf");
}

static const PawlTestingBootControl counting = {
  .base = {"/systemd-boot/counting/contract", set_up_counting, tear_down, make},
  .reboot = boot_counting,
};
static const PawlTestingBootControl remote_counting = {
  .base = {"/systemd-boot/counting/remote-contract", set_up_counting, tear_down, make_remote},
  .reboot = boot_counting,
};
static const PawlTestingBootControl one_shot = {
  .base = {"/systemd-boot/one-shot/contract", set_up_one_shot, tear_down, make},
  .reboot = boot_one_shot,
};
static const PawlTestingBootControl remote_one_shot = {
  .base = {"/systemd-boot/one-shot/remote-contract", set_up_one_shot, tear_down, make_remote},
  .reboot = boot_one_shot,
};

/* ---- our own promises ---- */

typedef void (*Test) (World *world);

static void
run (gconstpointer data)
{
  gboolean shot = g_strrstr (g_test_get_path (), "one-shot") != NULL;
  World *world = shot ? set_up_one_shot () : set_up_counting ();

  world->control = PAWL_BOOT_CONTROL (make (world));
  ((Test) data) (world);
  tear_down (world);
}

static void
arm (World *world)
{
  g_autoptr (GError) error = NULL;

  test_boot_arm (world->control, 2, &error);
  g_assert_no_error (error);
}

static void
mark (World *world, gboolean good)
{
  g_autoptr (GError) error = NULL;

  if (good)
    test_boot_mark_good (world->control, &error);
  else
    test_boot_mark_bad (world->control, &error);
  g_assert_no_error (error);
}

static void
test_counts_down (World *world)
{
  test_boot_expect (world->control, PAWL_BOOT_STATUS_NORMAL, 0);
  arm (world);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_NORMAL, 2);
  boot_counting (world);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_TRIAL, 1);
  boot_counting (world);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_TRIAL, 0);
  boot_counting (world);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_FELL_BACK, 0);
  mark (world, TRUE);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_NORMAL, 0);
  g_assert_true (has_entry (world, "new+0-2.conf"));
}

static void
test_blesses (World *world)
{
  arm (world);
  boot_counting (world);
  mark (world, TRUE);
  mark (world, TRUE);
  g_assert_true (has_entry (world, "new.conf"));
  g_assert_false (has_entry (world, "new+1-1.conf"));
  g_assert_true (has_entry (world, "old.conf"));
  g_assert_false (g_file_test (world->tries_file, G_FILE_TEST_EXISTS));
}

static void
test_curses (World *world)
{
  arm (world);
  boot_counting (world);
  mark (world, FALSE);
  mark (world, FALSE);
  g_assert_true (has_entry (world, "new+0-1.conf"));
  test_boot_expect (world->control, PAWL_BOOT_STATUS_TRIAL, 0);
  boot_counting (world);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_FELL_BACK, 0);
}

static void
test_bad_before_boot (World *world)
{
  arm (world);
  install_new (world);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_NORMAL, 2);
  mark (world, FALSE);
  g_assert_true (has_entry (world, "new+0-0.conf"));
}

static void
refuse_arm (World *world, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (test_boot_arm (world->control, 2, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BOOT);
  if (strstr (error->message, words) == NULL)
    g_error ("found \"%s\", wanted \"%s\"", error->message, words);
}

static void
test_refuses (World *world)
{
  g_autofree char *path =
    g_build_filename (world->efivars, "LoaderBootCountPath-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",
                      NULL);

  g_assert_true (g_file_set_contents (path, "\7\0", 2, NULL));
  refuse_arm (world, "holds no text");
  g_assert_true (g_file_set_contents (path, "\7\0\0\0\0\xd8", 6, NULL));
  refuse_arm (world, "holds no text");
  set_variable (world, "LoaderBootCountPath", NULL);
  test_context_set (world->context, "tries-file", g_variant_new_string ("/no/such/folder/tries"));
  refuse_arm (world, "/no/such/folder/tries");
  test_context_set (world->context, "entries-dir", g_variant_new_string ("/no/such/folder"));
  refuse_arm (world, "/no/such/folder");
}

static void
test_turns (World *world)
{
  g_autofree char *normal = NULL;

  arm (world);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_NORMAL, 1);
  boot_one_shot (world);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_TRIAL, 0);
  mark (world, TRUE);
  normal = dup_variable (world, "LoaderEntryDefault");
  g_assert_cmpstr (normal, ==, "slot-b.conf");
  test_boot_expect (world->control, PAWL_BOOT_STATUS_NORMAL, 0);
}

/* Power is cut in the middle of arming: the note is there, the variable is not. */
static void
test_cut_while_arming (World *world)
{
  arm (world);
  set_variable (world, "LoaderEntryOneShot", NULL);
  boot_one_shot (world);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_FELL_BACK, 0);
  mark (world, TRUE);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_NORMAL, 0);
}

static void
test_one_shot_refuses (World *world)
{
  set_variable (world, "LoaderEntrySelected", "windows.conf");
  refuse_arm (world, "LoaderEntrySelected is \"windows.conf\", wanted slot-a.conf or slot-b.conf");
  set_variable (world, "LoaderEntrySelected", NULL);
  refuse_arm (world, "LoaderEntrySelected is \"\"");
}

static void
test_one_shot_needs_two (World *world)
{
  const char *entries[] = {"slot-a.conf", "slot-a.conf", NULL};

  for (gssize i = 0; i < 3; i++)
    {
      g_autoptr (PawlBootControl) control = g_object_new (PAWL_TYPE_SYSTEMD_BOOT_CONTROL, NULL);
      g_autoptr (GError) error = NULL;

      test_context_set (world->context, "entries", g_variant_new_strv (entries, i));
      g_assert_false (pawl_boot_control_set_up (control, PAWL_CONTEXT (world->context), &error));
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
    }
}

static void
test_names (void)
{
  static const struct
  {
    const char *file;
    const char *name; /* NULL: no entry */
    gboolean counted;
    guint left;
    guint done;
  } rows[] = {
    {"a.conf",       "a",       FALSE, 0, 0},
    {"a+3.conf",     "a",       TRUE,  3, 0},
    {"a+2-1.efi",    "a",       TRUE,  2, 1},
    {"a+b+0-3.conf", "a+b",     TRUE,  0, 3},
    {"a+b.conf",     "a+b",     FALSE, 0, 0},
    {"a+1-.conf",    "a+1-",    FALSE, 0, 0},
    {"a+1-2-3.conf", "a+1-2-3", FALSE, 0, 0},
    {"+3.conf",      "+3",      FALSE, 0, 0},
    {"a.txt",        NULL,      FALSE, 0, 0},
    {".conf",        NULL,      FALSE, 0, 0},
    {"a",            NULL,      FALSE, 0, 0},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PawlSystemdBootEntry *entry = pawl_systemd_boot_entry_new (rows[i].file);

      g_assert_true ((entry == NULL) == (rows[i].name == NULL));
      if (entry == NULL)
        continue;
      g_assert_cmpstr (entry->name, ==, rows[i].name);
      g_assert_cmpint (entry->counted, ==, rows[i].counted);
      g_assert_cmpuint (entry->left, ==, rows[i].left);
      g_assert_cmpuint (entry->done, ==, rows[i].done);
      pawl_systemd_boot_entry_free (entry);
    }
}

#define ADD(name, func) g_test_add_data_func ("/systemd-boot/" name, func, run)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pawl_testing_add_boot_control (&counting);
  pawl_testing_add_boot_control (&remote_counting);
  pawl_testing_add_boot_control (&one_shot);
  pawl_testing_add_boot_control (&remote_one_shot);
  g_test_add_func ("/systemd-boot/names", test_names);
  ADD ("counting/counts-down", test_counts_down);
  ADD ("counting/blesses", test_blesses);
  ADD ("counting/curses", test_curses);
  ADD ("counting/bad-before-boot", test_bad_before_boot);
  ADD ("counting/refuses", test_refuses);
  ADD ("one-shot/turns", test_turns);
  ADD ("one-shot/cut-while-arming", test_cut_while_arming);
  ADD ("one-shot/refuses", test_one_shot_refuses);
  ADD ("one-shot/needs-two-entries", test_one_shot_needs_two);
  return g_test_run ();
}
