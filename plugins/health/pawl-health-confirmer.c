/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The system judges itself. Each time it is asked, one round looks at everything that is
 * configured; the answer is yes only when all that is required is well in the same round. */
#include "pawl-health-confirmer.h"

#include "pawl-health-bus.h"
#include "pawl-health-http.h"
#include "pawl-health-scripts.h"

#include <time.h>

struct _PawlHealthConfirmer
{
  GObject parent_instance;

  PawlContext *context; /* (owned) (nullable): until it is set up */
  GHashTable *passed;   /* (owned) (element-type utf8 utf8): executables that said yes */
};

static void iface_init (PawlConfirmerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlHealthConfirmer,
                               pawl_health_confirmer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_CONFIRMER, iface_init))

static void
pawl_health_confirmer_dispose (GObject *object)
{
  PawlHealthConfirmer *self = PAWL_HEALTH_CONFIRMER (object);

  g_clear_object (&self->context);
  g_clear_pointer (&self->passed, g_hash_table_unref);
  G_OBJECT_CLASS (pawl_health_confirmer_parent_class)->dispose (object);
}

static void
pawl_health_confirmer_class_init (PawlHealthConfirmerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pawl_health_confirmer_dispose;
}

static void
forget_passed (PawlHealthConfirmer *self)
{
  g_clear_pointer (&self->passed, g_hash_table_unref);
  self->passed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
pawl_health_confirmer_init (PawlHealthConfirmer *self)
{
  forget_passed (self);
}

static gboolean
set_up (PawlConfirmer *confirmer, PawlContext *context, GError **error)
{
  PAWL_HEALTH_CONFIRMER (confirmer)->context = g_object_ref (context);
  return TRUE;
}

static gboolean
start_begin_trial (PawlConfirmer *confirmer,
                   PawlUpdate *update,
                   GVariant *options,
                   PawlOperation *op,
                   GError **error)
{
  forget_passed (PAWL_HEALTH_CONFIRMER (confirmer));
  pawl_operation_complete (op, NULL);
  return TRUE;
}

/* ---- what needs no other program ---- */

static void
check_uptime (PawlHealthRound *round)
{
  gint64 wanted = pawl_context_get_int (pawl_health_round_get_context (round), "minimum-uptime-s");
  struct timespec now = {0};

  if (wanted == 0)
    return;
  clock_gettime (CLOCK_BOOTTIME, &now);
  pawl_health_round_add (round, "uptime", "uptime", TRUE,
                         now.tv_sec >= wanted ? PAWL_VERDICT_PASS : PAWL_VERDICT_NOT_YET,
                         "it is %" G_GINT64_FORMAT " s, wanted %" G_GINT64_FORMAT " s",
                         (gint64) now.tv_sec, wanted);
}

/* An updater that cannot report has no way to be mended by the next update. */
static void
check_server (PawlHealthRound *round, GVariant *options)
{
  gboolean reached = FALSE;

  if (!pawl_context_get_boolean (pawl_health_round_get_context (round), "server-reached"))
    return;
  g_variant_lookup (options, "server-reached", "b", &reached);
  if (!reached)
    pawl_health_round_want_server (round);
  pawl_health_round_add (round, "server-reached", "updater", TRUE,
                         reached ? PAWL_VERDICT_PASS : PAWL_VERDICT_NOT_YET, "%s",
                         reached ? "it reached its server"
                                 : "it has not reached its server in this trial");
}

static gboolean
start_check (PawlConfirmer *confirmer, GVariant *options, PawlOperation *op, GError **error)
{
  PawlHealthConfirmer *self = PAWL_HEALTH_CONFIRMER (confirmer);
  g_autoptr (PawlHealthRound) round = pawl_health_round_new (self->context, op);

  check_uptime (round);
  check_server (round, options);
  pawl_health_check_bus (round);
  pawl_health_check_urls (round);
  pawl_health_check_scripts (round, self->passed);
  return TRUE;
}

static void
iface_init (PawlConfirmerInterface *iface)
{
  iface->set_up = set_up;
  iface->start_begin_trial = start_begin_trial;
  iface->start_check = start_check;
}
