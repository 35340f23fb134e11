/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-plugin-entry.h"

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

PawlPluginEntry *
pawl_plugin_entry_new (const char *id, const char *path)
{
  PawlPluginEntry *self = g_new0 (PawlPluginEntry, 1);

  g_ref_count_init (&self->references);
  self->id = g_strdup (id);
  self->path = g_strdup (path);
  self->instances = g_ptr_array_new_with_free_func (weak_ref_free);
  return self;
}

PawlPluginEntry *
pawl_plugin_entry_ref (PawlPluginEntry *self)
{
  g_ref_count_inc (&self->references);
  return self;
}

void
pawl_plugin_entry_unref (gpointer data)
{
  PawlPluginEntry *self = data;

  if (!g_ref_count_dec (&self->references))
    return;
  g_free (self->id);
  g_free (self->path);
  g_clear_object (&self->info);
  g_clear_object (&self->module);
  g_clear_error (&self->refusal);
  g_ptr_array_unref (self->instances);
  g_free (self->last_error);
  g_free (self);
}

/* An administrator may put a plugin of the same name in front of ours; it has a version of its own.
 */
gboolean
pawl_plugin_entry_is_ours (const PawlPluginEntry *self)
{
  static const char *const ours[] = {PAWL_OWN_PLUGINS, NULL};

  if (self->descriptor != NULL)
    return TRUE;
  return g_strv_contains (ours, self->id) && self->info != NULL &&
         g_str_equal (pawl_plugin_info_get_version (self->info), PAWL_VERSION);
}

gboolean
pawl_plugin_entry_is_used (const PawlPluginEntry *self)
{
  return self->descriptor != NULL || self->module != NULL || self->instances->len > 0 ||
         self->last_error != NULL;
}

void
pawl_plugin_entry_add_instance (PawlPluginEntry *self, GObject *instance)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, instance);
  g_ptr_array_add (self->instances, weak);
}

void
pawl_plugin_entry_note_error (PawlPluginEntry *self, const char *message)
{
  g_free (self->last_error);
  self->last_error = g_strdup (message);
  self->last_error_us = g_get_real_time ();
}

void
pawl_plugin_entry_note_crash (PawlPluginEntry *self, const char *how)
{
  self->crashes++;
  pawl_plugin_entry_note_error (self, how);
}

/* ---- for people ---- */

/* The newest of what the plugin's calls and its processes ended with. */
static char *
dup_last_error (const PawlPluginEntry *self, gint64 *out_at_us)
{
  g_autofree char *last = g_strdup (self->last_error);

  *out_at_us = self->last_error_us;
  for (guint i = 0; i < self->instances->len; i++)
    {
      g_autoptr (GObject) instance = g_weak_ref_get (self->instances->pdata[i]);
      gint64 at_us = 0;
      g_autofree char *message =
        instance != NULL ? pawl_plugin_dup_last_error (instance, &at_us) : NULL;

      if (message == NULL || at_us < *out_at_us)
        continue;
      g_free (last);
      last = g_steal_pointer (&message);
      *out_at_us = at_us;
    }
  return last != NULL ? g_steal_pointer (&last) : g_strdup ("");
}

static void
describe_info (PawlPluginInfo *info, GVariantDict *row)
{
  g_variant_dict_insert (row, "version", "s", pawl_plugin_info_get_version (info));
  g_variant_dict_insert (row, "description", "s", pawl_plugin_info_get_description (info));
  g_variant_dict_insert (row, "licence", "s", pawl_plugin_info_get_licence (info));
  g_variant_dict_insert (row, "language", "s", pawl_plugin_info_get_language (info));
  g_variant_dict_insert (row, "provides", "^as", pawl_plugin_info_get_provides (info));
  g_variant_dict_insert (row, "needs", "^as", pawl_plugin_info_get_needs (info));
  /* A keyfile with another number was refused. */
  g_variant_dict_insert (row, "abi", "u", PAWL_PLUGIN_ABI);
}

void
pawl_plugin_entry_describe (const PawlPluginEntry *self, GVariantDict *row)
{
  gint64 last_error_us = 0;
  g_autofree char *last_error = dup_last_error (self, &last_error_us);

  g_variant_dict_insert (row, "id", "s", self->id);
  g_variant_dict_insert (row, "path", "s", self->path);
  g_variant_dict_insert (row, "origin", "s", pawl_plugin_entry_is_ours (self) ? "pawl" : "foreign");
  g_variant_dict_insert (row, "loaded", "b", self->module != NULL || self->instances->len > 0);
  g_variant_dict_insert (row, "error", "s", self->refusal != NULL ? self->refusal->message : "");
  g_variant_dict_insert (row, "crashes", "u", self->crashes);
  g_variant_dict_insert (row, "last-error", "s", last_error);
  g_variant_dict_insert (row, "last-error-at", "x", last_error_us);
  if (self->info != NULL)
    describe_info (self->info, row);
}
