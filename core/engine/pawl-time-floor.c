/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Only proof raises the floor, and it comes from the verifiers: a signed time, or the clock by
 * which signed metadata was found fresh, which is ahead by no more than that metadata lives. A
 * clock alone would not do, because one look at a wrong date far ahead would expire everything for
 * ever. */
#include "pawl-time-floor.h"

#include "pawl-journal.h"

#include <pawl/pawl.h>

/* An hour: what a power cut may take back. A device that checks every minute wears its flash out
 * for nothing. */
#define SAVE_STEP_US (3600 * (gint64) G_USEC_PER_SEC)

struct _PawlTimeFloor
{
  GObject parent_instance;

  PawlClock *clock;     /* (owned) */
  PawlJournal *journal; /* (owned) */
  gint64 floor_us;
  gint64 saved_us; /* what is on the disk, or on its way to it */
};

G_DEFINE_FINAL_TYPE (PawlTimeFloor, pawl_time_floor, G_TYPE_OBJECT)

static void
pawl_time_floor_dispose (GObject *object)
{
  PawlTimeFloor *self = PAWL_TIME_FLOOR (object);

  g_clear_object (&self->clock);
  g_clear_object (&self->journal);
  G_OBJECT_CLASS (pawl_time_floor_parent_class)->dispose (object);
}

static void
pawl_time_floor_class_init (PawlTimeFloorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pawl_time_floor_dispose;
}

static void
pawl_time_floor_init (PawlTimeFloor *self)
{
  self->floor_us = (gint64) PAWL_BUILD_TIME * G_USEC_PER_SEC;
}

PawlTimeFloor *
pawl_time_floor_new (PawlClock *clock, const char *path)
{
  PawlTimeFloor *self = g_object_new (PAWL_TYPE_TIME_FLOOR, NULL);

  self->clock = g_object_ref (clock);
  self->journal = pawl_journal_new (path);
  return self;
}

gboolean
pawl_time_floor_load (PawlTimeFloor *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) record = pawl_journal_load (self->journal, &local_error);
  gint64 floor_us = 0;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (record != NULL && g_variant_lookup (record, "time", "x", &floor_us))
    self->floor_us = MAX (self->floor_us, floor_us);
  self->saved_us = floor_us;
  return TRUE;
}

gint64
pawl_time_floor_get_floor_us (PawlTimeFloor *self)
{
  return self->floor_us;
}

gint64
pawl_time_floor_get_time_us (PawlTimeFloor *self)
{
  return MAX (self->floor_us, pawl_clock_get_time_us (self->clock));
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlTimeFloor) self = data;
  g_autoptr (GError) error = NULL;

  if (pawl_journal_save_finish (PAWL_JOURNAL (source), result, &error))
    return;
  self->saved_us = 0;
  g_warning ("the time floor is not kept over a reboot: %s", error->message);
}

void
pawl_time_floor_raise (PawlTimeFloor *self, gint64 time_us)
{
  g_auto (GVariantDict) record = G_VARIANT_DICT_INIT (NULL);

  if (time_us <= self->floor_us)
    return;
  self->floor_us = time_us;
  if (time_us - self->saved_us < SAVE_STEP_US)
    return;
  self->saved_us = time_us;
  g_variant_dict_insert (&record, "time", "x", time_us);
  pawl_journal_save_async (self->journal, g_variant_dict_end (&record), on_saved,
                           g_object_ref (self));
}
