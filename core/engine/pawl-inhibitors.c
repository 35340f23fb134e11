/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-inhibitors.h"

typedef struct
{
  guint id;
  guint steps; /* a bit for each PawlStep */
  char *what;  /* (owned) */
  char *who;   /* (owned) */
  char *why;   /* (owned) */
  char *label; /* (owned): for people */
  gint64 time_us;
} Inhibitor;

struct _PawlInhibitors
{
  GPtrArray *list; /* (owned) (element-type Inhibitor), the oldest first */
  guint last_id;
};

static void
inhibitor_free (gpointer data)
{
  Inhibitor *inhibitor = data;

  g_free (inhibitor->what);
  g_free (inhibitor->who);
  g_free (inhibitor->why);
  g_free (inhibitor->label);
  g_free (inhibitor);
}

PawlInhibitors *
pawl_inhibitors_new (void)
{
  PawlInhibitors *self = g_new0 (PawlInhibitors, 1);

  self->list = g_ptr_array_new_with_free_func (inhibitor_free);
  return self;
}

void
pawl_inhibitors_free (PawlInhibitors *self)
{
  g_ptr_array_unref (self->list);
  g_free (self);
}

static gboolean
parse_steps (const char *what, guint *out_steps, GError **error)
{
  g_auto (GStrv) words = g_strsplit (what, ":", -1);

  *out_steps = 0;
  for (guint i = 0; words[i] != NULL; i++)
    {
      PawlStep step;

      if (!pawl_step_from_nick (words[i], &step))
        {
          g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT,
                       "“%s” cannot be held back: wanted check, download, install or reboot, "
                       "separated by colons",
                       words[i]);
          return FALSE;
        }
      *out_steps |= 1u << step;
    }
  if (*out_steps == 0)
    g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT,
                 "nothing is named that could be held back: wanted check, download, install or "
                 "reboot, separated by colons");
  return *out_steps != 0;
}

guint
pawl_inhibitors_add (PawlInhibitors *self,
                     const char *what,
                     const char *who,
                     const char *why,
                     gint64 time_us,
                     GError **error)
{
  Inhibitor *inhibitor;
  guint steps;

  if (!parse_steps (what, &steps, error))
    return 0;
  inhibitor = g_new0 (Inhibitor, 1);
  inhibitor->id = ++self->last_id;
  inhibitor->steps = steps;
  inhibitor->what = g_strdup (what);
  inhibitor->who = g_strdup (who);
  inhibitor->why = g_strdup (why);
  inhibitor->label = g_strdup_printf ("%s (%s)", who, why);
  inhibitor->time_us = time_us;
  g_ptr_array_add (self->list, inhibitor);
  return inhibitor->id;
}

gboolean
pawl_inhibitors_remove (PawlInhibitors *self, guint id)
{
  for (guint i = 0; i < self->list->len; i++)
    if (((Inhibitor *) self->list->pdata[i])->id == id)
      {
        g_ptr_array_remove_index (self->list, i);
        return TRUE;
      }
  return FALSE;
}

const char *
pawl_inhibitors_get_holder (PawlInhibitors *self, PawlStep step)
{
  for (guint i = 0; i < self->list->len; i++)
    {
      Inhibitor *inhibitor = self->list->pdata[i];

      if ((inhibitor->steps & (1u << step)) != 0)
        return inhibitor->label;
    }
  return NULL;
}

gboolean
pawl_inhibitors_is_empty (PawlInhibitors *self)
{
  return self->list->len == 0;
}

GVariant *
pawl_inhibitors_to_variant (PawlInhibitors *self)
{
  GVariantBuilder all;

  g_variant_builder_init (&all, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->list->len; i++)
    {
      Inhibitor *inhibitor = self->list->pdata[i];

      g_variant_builder_open (&all, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&all, "{sv}", "id", g_variant_new_uint32 (inhibitor->id));
      g_variant_builder_add (&all, "{sv}", "what", g_variant_new_string (inhibitor->what));
      g_variant_builder_add (&all, "{sv}", "who", g_variant_new_string (inhibitor->who));
      g_variant_builder_add (&all, "{sv}", "why", g_variant_new_string (inhibitor->why));
      g_variant_builder_add (&all, "{sv}", "time", g_variant_new_int64 (inhibitor->time_us));
      g_variant_builder_close (&all);
    }
  return g_variant_builder_end (&all);
}
