/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "test-device.h"

#include "pawl-ostree-installer.h"
#include "pawl-ostree-transport.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define TIMEOUT_MS 60000
#define FILES      40

static char *
run_line (const char *line)
{
  const char *argv[] = {"/bin/sh", "-ec", line, NULL};
  g_autofree char *output = NULL;
  g_autofree char *messages = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_sync (NULL, (GStrv) argv, NULL, 0, NULL, NULL, &output, &messages, &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_error ("%s: %s", line, messages);
  return g_strdup (g_strchomp (output));
}

char *
test_output (const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  return run_line (line);
}

void
test_run (const char *format, ...)
{
  g_autofree char *line = NULL;
  g_autofree char *output = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  output = run_line (line);
}

static void
write_file (const char *tree, const char *path, const char *text)
{
  g_autofree char *file = g_build_filename (tree, path, NULL);
  g_autofree char *folder = g_path_get_dirname (file);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_file_set_contents (file, text, -1, &error);
  g_assert_no_error (error);
}

/* Version @n: an own kernel, one own program, an own default in /etc, and many common files. */
static void
write_tree (const char *tree, guint n)
{
  g_autofree char *version = g_strdup_printf ("%u\n", n);
  g_autofree char *kernel = g_strdup_printf ("kernel of version %u\n", n);

  write_file (tree, "usr/lib/modules/6.1/vmlinuz", kernel);
  write_file (tree, "usr/lib/modules/6.1/initramfs.img", "initramfs\n");
  write_file (tree, "usr/lib/os-release", "ID=test\nPRETTY_NAME=Test\n");
  write_file (tree, "usr/etc/version", version);
  write_file (tree, "usr/etc/common", "common\n");
  write_file (tree, "usr/bin/program", kernel);
  for (guint i = 0; i < FILES; i++)
    {
      g_autofree char *path = g_strdup_printf ("usr/share/data/%02u", i);
      g_autofree char *text = g_strdup_printf ("file %u of all versions\n", i);

      write_file (tree, path, text);
    }
  for (guint i = 0; i < FILES; i++)
    {
      g_autofree char *path = g_strdup_printf ("usr/share/own/%02u", i);
      g_autofree char *text = g_strdup_printf ("file %u of version %u\n", i, n);

      write_file (tree, path, text);
    }
  /* So that each version has a folder's metadata of its own too. */
  test_run ("chmod %o '%s/usr/share/own'", 0700 | (n & 077), tree);
}

char *
test_device_publish (TestDevice *self, guint n)
{
  g_autofree char *tree = g_strdup_printf ("%s/tree-%u", self->folder, n);

  write_tree (tree, n);
  return test_output ("ostree --repo='%s' commit --branch=main --tree=dir='%s' --owner-uid=0 "
                      "--owner-gid=0 --generate-sizes --timestamp=@%u "
                      "--add-metadata-string=version=%u",
                      self->repo, tree, 1700000000 + n, n);
}

void
test_device_publish_delta (TestDevice *self, const char *from, const char *to)
{
  test_run ("ostree --repo='%s' static-delta generate --from=%s --to=%s", self->repo, from, to);
}

static void
deploy_first (TestDevice *self)
{
  g_autofree char *commit = test_device_publish (self, 1);

  test_run ("mkdir -p '%s' && ostree admin --sysroot='%s' init-fs '%s' 2>/dev/null"
            " && ostree admin --sysroot='%s' os-init test >/dev/null"
            " && ostree --repo='%s/ostree/repo' pull-local '%s' %s >/dev/null"
            " && ostree --repo='%s/ostree/repo' config set core.min-free-space-percent 0"
            " && ostree admin --sysroot='%s' deploy --os=test --karg=root=LABEL=root"
            "    --karg=quiet --karg=console=tty0 --karg=console=ttyS0 %s >/dev/null",
            self->sysroot, self->sysroot, self->sysroot, self->sysroot, self->sysroot, self->repo,
            commit, self->sysroot, self->sysroot, commit);
}

void
test_device_set_up (TestDevice *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("pawl-ostree-XXXXXX", &error);
  g_assert_no_error (error);
  self->repo = g_build_filename (self->folder, "repo", NULL);
  self->sysroot = g_build_filename (self->folder, "sysroot", NULL);
  test_run ("ostree --repo='%s' init --mode=archive", self->repo);
  deploy_first (self);
  self->server = test_server_new (self->repo);
  self->context = test_context_new (g_getenv ("PAWL_OSTREE_KEYFILE"));
  test_context_set (self->context, "sysroot", g_variant_new_string (self->sysroot));
  test_context_set (self->context, "retry-delay-ms", g_variant_new_int64 (0));
  test_context_set (self->context, "lock-timeout-s", g_variant_new_int64 (0));
  test_context_set (self->context, "reserve-mib", g_variant_new_int64 (0));
  test_context_set (self->context, "uri",
                    g_variant_new_string (test_server_get_uri (self->server)));
}

void
test_device_start (TestDevice *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->transport);
  g_clear_object (&self->installer);
  self->transport = g_object_new (PAWL_TYPE_OSTREE_TRANSPORT, NULL);
  self->installer = g_object_new (PAWL_TYPE_OSTREE_INSTALLER, NULL);
  pawl_transport_set_up (self->transport, PAWL_CONTEXT (self->context), &error);
  g_assert_no_error (error);
  pawl_installer_set_up (self->installer, PAWL_CONTEXT (self->context), &error);
  g_assert_no_error (error);
}

void
test_device_tear_down (TestDevice *self, gconstpointer data)
{
  g_clear_object (&self->transport);
  g_clear_object (&self->installer);
  g_clear_object (&self->context);
  g_clear_pointer (&self->server, test_server_free);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  test_run ("chattr -R -i '%s' 2>/dev/null || :; rm -rf '%s'", self->folder, self->folder);
  g_free (self->folder);
  g_free (self->repo);
  g_free (self->sysroot);
}

PawlTarget *
test_target_new (const char *commit, const char *name, GVariant *custom)
{
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GError) error = NULL;
  GVariantBuilder hashes;
  PawlTarget *target;

  g_variant_builder_init (&hashes, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&hashes, "{ss}", "sha256", commit);
  g_variant_dict_insert (&members, "name", "s", name);
  g_variant_dict_insert (&members, "format", "s", "OSTREE");
  g_variant_dict_insert (&members, "version", "s", "2.0");
  g_variant_dict_insert_value (&members, "hashes", g_variant_builder_end (&hashes));
  if (custom != NULL)
    g_variant_dict_insert_value (&members, "custom", custom);
  variant = g_variant_ref_sink (g_variant_dict_end (&members));
  target = pawl_target_new_from_variant (variant, &error);
  g_assert_no_error (error);
  return target;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

GVariant *
test_fetch_from (TestDevice *self,
                 PawlTarget *target,
                 const char *const *uris,
                 GVariant *options,
                 PawlMonitor *monitor,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_transport_fetch_payload_async (self->transport, target, uris, NULL, options, TIMEOUT_MS,
                                      monitor, cancellable, on_done, &result);
  return pawl_transport_fetch_payload_finish (self->transport, wait_for (&result), error);
}

GVariant *
test_fetch (TestDevice *self, PawlTarget *target, const char *uri, GError **error)
{
  const char *uris[] = {uri, NULL};

  return test_fetch_from (self, target, uris, NULL, NULL, NULL, error);
}

GVariant *
test_estimate (TestDevice *self, PawlTarget *target, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  const char *uris[] = {NULL};

  pawl_transport_estimate_async (self->transport, target, uris, NULL, TIMEOUT_MS, NULL, on_done,
                                 &result);
  return pawl_transport_estimate_finish (self->transport, wait_for (&result), error);
}

static gboolean
take_reboot (GVariant *answer, gboolean *out_reboot, GError **error)
{
  g_autoptr (GVariant) owned = answer;

  if (owned == NULL && error != NULL)
    g_test_message ("%s", (*error)->message);
  if (owned == NULL)
    return FALSE;
  if (out_reboot != NULL)
    g_assert_true (g_variant_lookup (owned, "reboot-needed", "b", out_reboot));
  return TRUE;
}

gboolean
test_can_install (TestDevice *self, PawlTarget *target, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_installer_can_install_async (self->installer, target, NULL, TIMEOUT_MS, NULL, on_done,
                                    &result);
  return take_reboot (pawl_installer_can_install_finish (self->installer, wait_for (&result),
                                                         error),
                      NULL, error);
}

gboolean
test_install (TestDevice *self, PawlTarget *target, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_installer_install_async (self->installer, target, NULL, NULL, TIMEOUT_MS, NULL, NULL,
                                on_done, &result);
  return take_reboot (pawl_installer_install_finish (self->installer, wait_for (&result), error),
                      NULL, error);
}

gboolean
test_activate (TestDevice *self, PawlTarget *target, gboolean *out_reboot, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_installer_activate_async (self->installer, target, NULL, TIMEOUT_MS, NULL, on_done, &result);
  return take_reboot (pawl_installer_activate_finish (self->installer, wait_for (&result), error),
                      out_reboot, error);
}

gboolean
test_revert (TestDevice *self, PawlTarget *target, gboolean *out_reboot, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_installer_revert_async (self->installer, target, NULL, TIMEOUT_MS, NULL, on_done, &result);
  return take_reboot (pawl_installer_revert_finish (self->installer, wait_for (&result), error),
                      out_reboot, error);
}

gboolean
test_commit (TestDevice *self, PawlTarget *target, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_installer_commit_async (self->installer, target, NULL, TIMEOUT_MS, NULL, on_done, &result);
  return take_reboot (pawl_installer_commit_finish (self->installer, wait_for (&result), error),
                      NULL, error);
}

gboolean
test_clean_up (TestDevice *self, guint64 need_bytes, guint64 *out_freed, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&options, "need-bytes", "t", need_bytes);
  pawl_installer_clean_up_async (self->installer, g_variant_dict_end (&options), TIMEOUT_MS, NULL,
                                 on_done, &result);
  answer = pawl_installer_clean_up_finish (self->installer, wait_for (&result), error);
  return answer != NULL && g_variant_lookup (answer, "freed-bytes", "t", out_freed);
}

PawlTarget *
test_describe (TestDevice *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PawlTarget *target;

  pawl_installer_describe_installed_async (self->installer, NULL, TIMEOUT_MS, NULL, on_done,
                                           &result);
  target = pawl_installer_describe_installed_finish (self->installer, wait_for (&result), &error);
  g_assert_no_error (error);
  return target;
}

char *
test_device_list (TestDevice *self)
{
  g_autoptr (GFile) path = g_file_new_for_path (self->sysroot);
  g_autoptr (OstreeSysroot) sysroot = ostree_sysroot_new (path);
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GString) list = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  ostree_sysroot_load (sysroot, NULL, &error);
  g_assert_no_error (error);
  all = ostree_sysroot_get_deployments (sysroot);
  for (guint i = 0; i < all->len; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? " " : "",
                            ostree_deployment_get_csum (all->pdata[i]));
  return g_strdup (list->str);
}
