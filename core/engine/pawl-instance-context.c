/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-instance-context.h"

struct _PawlInstanceContext
{
  GObject parent_instance;

  GWeakRef device;    /* of PawlDevice, which holds the plugin, which holds this */
  char *name;         /* (owned) */
  GVariant *settings; /* (owned) */
  char *state_dir;    /* (owned) */
  char *device_id;    /* (owned) */
};

static void iface_init (PawlContextInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlInstanceContext,
                               pawl_instance_context,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_CONTEXT, iface_init))

static void
pawl_instance_context_finalize (GObject *object)
{
  PawlInstanceContext *self = PAWL_INSTANCE_CONTEXT (object);

  g_weak_ref_clear (&self->device);
  g_variant_unref (self->settings);
  g_free (self->name);
  g_free (self->state_dir);
  g_free (self->device_id);
  G_OBJECT_CLASS (pawl_instance_context_parent_class)->finalize (object);
}

static void
pawl_instance_context_class_init (PawlInstanceContextClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_instance_context_finalize;
}

static void
pawl_instance_context_init (PawlInstanceContext *self)
{
  g_weak_ref_init (&self->device, NULL);
}

static PawlDevice *
dup_device (PawlContext *context)
{
  return g_weak_ref_get (&PAWL_INSTANCE_CONTEXT (context)->device);
}

static const char *
get_name (PawlContext *context)
{
  return PAWL_INSTANCE_CONTEXT (context)->name;
}

static GVariant *
get_settings (PawlContext *context)
{
  return PAWL_INSTANCE_CONTEXT (context)->settings;
}

static const char *
get_state_dir (PawlContext *context)
{
  return PAWL_INSTANCE_CONTEXT (context)->state_dir;
}

static const char *
get_device_id (PawlContext *context)
{
  return PAWL_INSTANCE_CONTEXT (context)->device_id;
}

static gint64
get_time_us (PawlContext *context)
{
  g_autoptr (PawlDevice) device = dup_device (context);

  /* Far ahead, so that a plugin which outlives its device finds everything expired. */
  return device != NULL ? pawl_time_floor_get_time_us (pawl_device_get_time_floor (device))
                        : G_MAXINT64;
}

static void
raise_time_floor (PawlContext *context, gint64 time_us)
{
  g_autoptr (PawlDevice) device = dup_device (context);

  if (device != NULL)
    pawl_time_floor_raise (pawl_device_get_time_floor (device), time_us);
}

static PawlTransport *
dup_transport (PawlContext *context, const char *uri, GError **error)
{
  g_autoptr (PawlDevice) device = dup_device (context);

  if (device != NULL)
    return pawl_device_dup_transport (device, uri, error);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_WRONG_STATE,
               "%s: the configuration that this instance was made for is no longer in use",
               get_name (context));
  return NULL;
}

static GListModel *
dup_ecus (PawlContext *context)
{
  g_autoptr (PawlDevice) device = dup_device (context);

  return device != NULL ? pawl_device_dup_ecus (device)
                        : G_LIST_MODEL (g_list_store_new (PAWL_TYPE_ECU));
}

static void
note_decision (PawlContext *context, PawlDecision *decision)
{
  g_autoptr (PawlDevice) device = dup_device (context);

  if (device != NULL)
    pawl_decision_log_add (pawl_device_get_decisions (device), decision);
}

static void
note_attack (PawlContext *context, PawlAttack attack, const char *message)
{
  g_autoptr (PawlDevice) device = dup_device (context);

  if (device != NULL)
    g_signal_emit_by_name (device, "attack", (int) attack, message);
}

static void
note_activity (PawlContext *context)
{
  g_autoptr (PawlDevice) device = dup_device (context);

  if (device != NULL)
    g_signal_emit_by_name (device, "activity");
}

static void
note_retry_after (PawlContext *context, guint64 wait_s)
{
  g_autoptr (PawlDevice) device = dup_device (context);

  if (device != NULL)
    g_signal_emit_by_name (device, "retry-after", wait_s);
}

static void
iface_init (PawlContextInterface *iface)
{
  iface->get_name = get_name;
  iface->get_settings = get_settings;
  iface->get_state_dir = get_state_dir;
  iface->get_time_us = get_time_us;
  iface->raise_time_floor = raise_time_floor;
  iface->dup_transport = dup_transport;
  iface->dup_ecus = dup_ecus;
  iface->get_device_id = get_device_id;
  iface->note_decision = note_decision;
  iface->note_attack = note_attack;
  iface->note_activity = note_activity;
  iface->note_retry_after = note_retry_after;
}

/*< private >
 * pawl_instance_context_new:
 * @device: the device; not held
 * @name: the instance's name
 * @settings: an `a{sv}` of all keys that its plugin declares
 * @state_dir: a folder of its own
 *
 * Returns: (transfer full): a context
 */
PawlContext *
pawl_instance_context_new (PawlDevice *device,
                           const char *name,
                           GVariant *settings,
                           const char *state_dir)
{
  PawlInstanceContext *self = g_object_new (PAWL_TYPE_INSTANCE_CONTEXT, NULL);

  g_weak_ref_set (&self->device, device);
  self->name = g_strdup (name);
  self->settings = g_variant_ref (settings);
  self->state_dir = g_strdup (state_dir);
  self->device_id = g_strdup (pawl_device_get_id (device));
  return PAWL_CONTEXT (self);
}
