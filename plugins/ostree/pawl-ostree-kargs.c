/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Kernel arguments of a new deployment: those of the deployment that it is merged with, changed as
 * the target's signed custom metadata says under `kargs`:
 *
 *   "kargs": {"keep": ["root", "console"], "remove": ["quiet", "console=tty0"], "add": ["panic=5"]}
 *
 * in that order. With `keep`, every argument whose key is not in it goes; `remove` takes a key (all
 * its values) or one KEY=VALUE; `add` adds what is not there yet. A name that says which deployment
 * boots (`ostree=`) is libostree's, not ours. */
#include "pawl-ostree-kargs.h"

#include <pawl/pawl.h>
#include <string.h>

/* A list of strings, however the JSON reader typed it. NULL when it is not there. */
static gboolean
lookup_list (GVariant *kargs, const char *key, GStrv *out_list, GError **error)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (kargs, key, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (value == NULL)
    return TRUE;
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_ARRAY))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INCOMPATIBLE,
                   "kargs: %s is of type %s, wanted a list of strings", key,
                   g_variant_get_type_string (value));
      return FALSE;
    }
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
      g_autoptr (GVariant) inner = g_variant_is_of_type (child, G_VARIANT_TYPE_VARIANT)
                                     ? g_variant_get_variant (child)
                                     : g_variant_ref (child);

      if (!g_variant_is_of_type (inner, G_VARIANT_TYPE_STRING))
        {
          g_set_error (error, PAWL_ERROR, PAWL_ERROR_INCOMPATIBLE,
                       "kargs: %s has a member of type %s, wanted only strings", key,
                       g_variant_get_type_string (inner));
          return FALSE;
        }
      g_strv_builder_add (builder, g_variant_get_string (inner, NULL));
    }
  *out_list = g_strv_builder_end (builder);
  return TRUE;
}

/* Anything that breaks out of one line of a boot entry, or names a deployment, is refused. */
static gboolean
check_added (const char *argument, GError **error)
{
  gboolean is_sound = *argument != '\0' && !g_str_has_prefix (argument, "ostree=");

  for (const char *c = argument; *c != '\0' && is_sound; c++)
    is_sound = (guchar) *c >= ' ' && *c != 0x7f;
  if (!is_sound)
    g_set_error (error, PAWL_ERROR, PAWL_ERROR_INCOMPATIBLE,
                 "kargs: add has \"%s\", which is no kernel argument that may be set", argument);
  return is_sound;
}

static char *
dup_key (const char *argument)
{
  return g_strndup (argument, strcspn (argument, "="));
}

static OstreeKernelArgs *
keep_only (OstreeKernelArgs *args, const char *const *keys)
{
  g_auto (GStrv) all = ostree_kernel_args_to_strv (args);
  OstreeKernelArgs *kept = ostree_kernel_args_new ();

  for (guint i = 0; all[i] != NULL; i++)
    {
      g_autofree char *key = dup_key (all[i]);

      if (g_strv_contains (keys, key))
        ostree_kernel_args_append (kept, all[i]);
    }
  ostree_kernel_args_free (args);
  return kept;
}

static OstreeKernelArgs *
remove_all (OstreeKernelArgs *args, const char *const *removed)
{
  g_auto (GStrv) all = ostree_kernel_args_to_strv (args);
  OstreeKernelArgs *kept = ostree_kernel_args_new ();

  for (guint i = 0; all[i] != NULL; i++)
    {
      g_autofree char *key = dup_key (all[i]);

      if (!g_strv_contains (removed, key) && !g_strv_contains (removed, all[i]))
        ostree_kernel_args_append (kept, all[i]);
    }
  ostree_kernel_args_free (args);
  return kept;
}

static gboolean
add_all (OstreeKernelArgs *args, const char *const *added, GError **error)
{
  for (guint i = 0; added[i] != NULL; i++)
    {
      if (!check_added (added[i], error))
        return FALSE;
      ostree_kernel_args_append_if_missing (args, added[i]);
    }
  return TRUE;
}

static OstreeKernelArgs *
from_merge (OstreeDeployment *merge)
{
  OstreeBootconfigParser *config = merge != NULL ? ostree_deployment_get_bootconfig (merge) : NULL;
  const char *options = config != NULL ? ostree_bootconfig_parser_get (config, "options") : NULL;
  OstreeKernelArgs *args = ostree_kernel_args_from_string (options != NULL ? options : "");

  /* libostree writes the new deployment's own. */
  ostree_kernel_args_delete_key_entry (args, "ostree", NULL);
  return args;
}

/*< private >
 * pawl_ostree_kargs_new:
 * @merge: (nullable): the deployment whose configuration is carried over
 * @custom: the target's custom metadata, an `a{sv}`
 * @error: return location; #PAWL_ERROR_INCOMPATIBLE when `kargs` makes no sense
 *
 * Returns: (transfer full): the kernel arguments
 */
GStrv
pawl_ostree_kargs_new (OstreeDeployment *merge, GVariant *custom, GError **error)
{
  g_autoptr (GVariant) kargs = g_variant_lookup_value (custom, "kargs", G_VARIANT_TYPE_VARDICT);
  g_auto (GStrv) keep = NULL;
  g_auto (GStrv) removed = NULL;
  g_auto (GStrv) added = NULL;
  OstreeKernelArgs *args;
  GStrv list = NULL;

  if (kargs != NULL && (!lookup_list (kargs, "keep", &keep, error) ||
                        !lookup_list (kargs, "remove", &removed, error) ||
                        !lookup_list (kargs, "add", &added, error)))
    return NULL;
  args = from_merge (merge);
  if (keep != NULL)
    args = keep_only (args, (const char *const *) keep);
  if (removed != NULL)
    args = remove_all (args, (const char *const *) removed);
  if (added == NULL || add_all (args, (const char *const *) added, error))
    list = ostree_kernel_args_to_strv (args);
  ostree_kernel_args_free (args);
  return list;
}
