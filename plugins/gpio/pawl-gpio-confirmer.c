/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Lines of the board during a trial: buttons that say yes and no, an input that another chip holds
 * while it is content, a heartbeat for a watchdog outside, and lamps. Each line is held from the
 * beginning of the trial to its end, except the lamp of a failure, which stays on until the daemon
 * ends. */
#include "pawl-gpio-confirmer.h"

#include "pawl-gpio-button.h"

#include <glib-unix.h>

typedef enum
{
  CONSENT,
  REFUSE,
  HEALTH,
  HEARTBEAT,
  TRIAL_LED,
  FAILED_LED,
  N_ROLES,
} Role;

static const struct
{
  const char *key;
  PawlGpioUse use;
} roles[N_ROLES] = {
  [CONSENT] = {"consent",    PAWL_GPIO_INPUT },
    [REFUSE] = {"refuse",     PAWL_GPIO_INPUT },
  [HEALTH] = {"health",     PAWL_GPIO_INPUT },
    [HEARTBEAT] = {"heartbeat",  PAWL_GPIO_OUTPUT},
  [TRIAL_LED] = {"trial-led",  PAWL_GPIO_OUTPUT},
    [FAILED_LED] = {"failed-led", PAWL_GPIO_OUTPUT},
};

struct _PawlGpioConfirmer
{
  GObject parent_instance;

  const PawlGpioSystem *system;
  PawlContext *context;         /* (owned) (nullable): until it is set up */
  PawlGpioSpec *specs[N_ROLES]; /* (owned) (nullable): a role without a line */
  gpointer lines[N_ROLES];      /* (owned) (nullable): while it is held */
  guint watches[N_ROLES];       /* on the descriptors of the buttons */
  PawlGpioButton buttons[2];    /* CONSENT and REFUSE */
  guint look_timer;
  guint beat_timer;
  gboolean beat;        /* its level */
  gboolean began;       /* a trial has begun */
  gboolean progressing; /* what the last question said */
  gint64 last_check_us;
  gint64 began_us;
  gint64 deadline_us;
};

static void iface_init (PawlConfirmerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlGpioConfirmer,
                               pawl_gpio_confirmer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_CONFIRMER, iface_init))

/* ---- holding lines ---- */

static void
release (PawlGpioConfirmer *self, Role role)
{
  g_clear_handle_id (&self->watches[role], g_source_remove);
  if (self->lines[role] == NULL)
    return;
  self->system->release (self->lines[role]);
  self->lines[role] = NULL;
}

static void
release_all (PawlGpioConfirmer *self)
{
  g_clear_handle_id (&self->look_timer, g_source_remove);
  g_clear_handle_id (&self->beat_timer, g_source_remove);
  for (Role role = 0; role < N_ROLES; role++)
    release (self, role);
  self->began = FALSE;
}

/* All of them or none. */
static gboolean
request_all (PawlGpioConfirmer *self, GError **error)
{
  for (Role role = 0; role < N_ROLES; role++)
    {
      if (self->specs[role] == NULL || self->lines[role] != NULL)
        continue;
      self->lines[role] = self->system->request (self->specs[role], roles[role].use, error);
      if (self->lines[role] == NULL)
        {
          g_prefix_error (error, "%s: ", roles[role].key);
          release_all (self);
          return FALSE;
        }
    }
  return TRUE;
}

static void
pawl_gpio_confirmer_dispose (GObject *object)
{
  PawlGpioConfirmer *self = PAWL_GPIO_CONFIRMER (object);

  release_all (self);
  for (Role role = 0; role < N_ROLES; role++)
    g_clear_pointer (&self->specs[role], pawl_gpio_spec_free);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (pawl_gpio_confirmer_parent_class)->dispose (object);
}

static void
pawl_gpio_confirmer_class_init (PawlGpioConfirmerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pawl_gpio_confirmer_dispose;
}

static void
pawl_gpio_confirmer_init (PawlGpioConfirmer *self)
{
  self->system = &pawl_gpio_libgpiod;
}

void
pawl_gpio_confirmer_set_system (PawlGpioConfirmer *self, const PawlGpioSystem *system)
{
  self->system = system;
}

static gboolean
set_up (PawlConfirmer *confirmer, PawlContext *context, GError **error)
{
  PawlGpioConfirmer *self = PAWL_GPIO_CONFIRMER (confirmer);
  guint count = 0;

  self->context = g_object_ref (context);
  for (Role role = 0; role < N_ROLES; role++)
    {
      const char *text = pawl_context_get_string (context, roles[role].key);

      if (*text == '\0')
        continue;
      count++;
      self->specs[role] = pawl_gpio_spec_new (text, error);
      if (self->specs[role] == NULL)
        {
          g_prefix_error (error, "%s: ", roles[role].key);
          return FALSE;
        }
    }
  if (count > 0)
    return TRUE;
  g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
                       "no line is configured, wanted at least one of consent, refuse, health, "
                       "heartbeat, trial-led, failed-led");
  return FALSE;
}

/* ---- buttons ---- */

static void
on_look (gpointer data)
{
  PawlGpioConfirmer *self = data;

  self->look_timer = 0;
  pawl_gpio_confirmer_poll (self);
}

void
pawl_gpio_confirmer_poll (PawlGpioConfirmer *self)
{
  gint64 now_us = self->system->get_time_us ();
  gint64 next_us = G_MAXINT64;

  g_clear_handle_id (&self->look_timer, g_source_remove);
  for (Role role = CONSENT; role <= REFUSE; role++)
    if (self->lines[role] != NULL)
      {
        int level = self->system->get (self->lines[role]);
        gint64 look_us = pawl_gpio_button_update (&self->buttons[role], level > 0, now_us);

        next_us = MIN (next_us, look_us);
      }
  if (next_us != G_MAXINT64)
    self->look_timer =
      g_timeout_add_once ((guint) MAX ((next_us - now_us) / 1000, 0) + 1, on_look, self);
}

typedef struct
{
  PawlGpioConfirmer *confirmer; /* (unowned): the watch ends with it */
  Role role;
} Watch;

static gboolean
on_edge (int fd, GIOCondition condition, gpointer data)
{
  Watch *watch = data;
  PawlGpioConfirmer *self = watch->confirmer;

  if ((condition & G_IO_IN) == 0)
    {
      self->watches[watch->role] = 0;
      return G_SOURCE_REMOVE;
    }
  self->system->drain (self->lines[watch->role]);
  pawl_gpio_confirmer_poll (self);
  return G_SOURCE_CONTINUE;
}

static void
watch_button (PawlGpioConfirmer *self, Role role)
{
  Watch *watch;

  if (self->lines[role] == NULL || self->watches[role] != 0)
    return;
  self->buttons[role] = (PawlGpioButton){
    .debounce_us = pawl_context_get_int (self->context, "debounce-ms") * 1000,
    .hold_us = pawl_context_get_int (self->context, "hold-ms") * 1000,
  };
  watch = g_new0 (Watch, 1);
  watch->confirmer = self;
  watch->role = role;
  self->watches[role] =
    g_unix_fd_add_full (G_PRIORITY_DEFAULT, self->system->get_fd (self->lines[role]),
                        G_IO_IN | G_IO_ERR | G_IO_HUP, on_edge, watch, g_free);
}

/* ---- outputs ---- */

static void
set_output (PawlGpioConfirmer *self, Role role, gboolean active)
{
  if (self->lines[role] != NULL && !self->system->set (self->lines[role], active))
    g_warning ("%s: %s:%s cannot be set", roles[role].key, self->specs[role]->chip,
               self->specs[role]->line);
}

/* A level that stays is what a watchdog outside bites at. */
static gboolean
may_beat (PawlGpioConfirmer *self)
{
  gint64 now_us = self->system->get_time_us ();
  gint64 stall_us = pawl_context_get_int (self->context, "stall-s") * G_USEC_PER_SEC;

  return self->progressing && now_us <= self->deadline_us &&
         now_us - self->last_check_us <= stall_us;
}

void
pawl_gpio_confirmer_beat (PawlGpioConfirmer *self)
{
  if (!may_beat (self))
    return;
  self->beat = !self->beat;
  set_output (self, HEARTBEAT, self->beat);
}

static gboolean
on_beat (gpointer data)
{
  pawl_gpio_confirmer_beat (data);
  return G_SOURCE_CONTINUE;
}

/* ---- the trial ---- */

static void
begin (PawlGpioConfirmer *self, GVariant *options)
{
  self->progressing = TRUE;
  self->deadline_us = G_MAXINT64;
  g_variant_lookup (options, "deadline", "x", &self->deadline_us);
  self->last_check_us = self->system->get_time_us ();
  /* A trial that goes on is no new one: a button that was pressed stays pressed. */
  if (self->began)
    return;
  self->began = TRUE;
  self->began_us = self->last_check_us;
  watch_button (self, CONSENT);
  watch_button (self, REFUSE);
  set_output (self, TRIAL_LED, TRUE);
  set_output (self, FAILED_LED, FALSE);
  if (self->lines[HEARTBEAT] != NULL)
    self->beat_timer =
      g_timeout_add ((guint) pawl_context_get_int (self->context, "heartbeat-ms"), on_beat, self);
  pawl_gpio_confirmer_poll (self);
}

static gboolean
start_begin_trial (PawlConfirmer *confirmer,
                   PawlUpdate *update,
                   GVariant *options,
                   PawlOperation *op,
                   GError **error)
{
  PawlGpioConfirmer *self = PAWL_GPIO_CONFIRMER (confirmer);
  gboolean rehearse = FALSE;

  g_variant_lookup (options, "rehearse", "b", &rehearse);
  if (rehearse && self->began)
    rehearse = FALSE;
  if (!self->began)
    release_all (self);
  if (!request_all (self, error))
    return FALSE;
  if (rehearse)
    release_all (self);
  else
    begin (self, options);
  pawl_operation_complete (op, NULL);
  return TRUE;
}

static PawlVerdict
judge_buttons (PawlGpioConfirmer *self, const char **out_reason)
{
  gint64 timeout_us = pawl_context_get_int (self->context, "consent-timeout-s") * G_USEC_PER_SEC;
  gboolean waited = timeout_us > 0 && self->system->get_time_us () - self->began_us >= timeout_us;

  if (self->buttons[REFUSE].pressed)
    {
      *out_reason = "the refuse button was pressed";
      return PAWL_VERDICT_FAIL;
    }
  if (self->lines[CONSENT] == NULL)
    return PAWL_VERDICT_PASS;
  if (self->buttons[CONSENT].pressed)
    {
      *out_reason = "the consent button was pressed";
      return PAWL_VERDICT_PASS;
    }
  *out_reason =
    waited ? "nobody pressed the consent button in time" : "the consent button was not pressed yet";
  if (!waited)
    return PAWL_VERDICT_NOT_YET;
  return g_str_equal (pawl_context_get_string (self->context, "consent-default"), "pass")
           ? PAWL_VERDICT_PASS
           : PAWL_VERDICT_FAIL;
}

static PawlVerdict
judge (PawlGpioConfirmer *self, const char **out_reason)
{
  PawlVerdict verdict;
  int level;

  if (!self->began)
    {
      *out_reason = "no trial has begun";
      return PAWL_VERDICT_NOT_YET;
    }
  *out_reason = "nothing speaks against it";
  pawl_gpio_confirmer_poll (self);
  verdict = judge_buttons (self, out_reason);
  if (verdict != PAWL_VERDICT_PASS || self->lines[HEALTH] == NULL)
    return verdict;
  level = self->system->get (self->lines[HEALTH]);
  if (level == 1)
    return PAWL_VERDICT_PASS;
  *out_reason = level < 0 ? "the health input cannot be read" : "the health input is not active";
  return PAWL_VERDICT_NOT_YET;
}

static gboolean
start_check (PawlConfirmer *confirmer, GVariant *options, PawlOperation *op, GError **error)
{
  PawlGpioConfirmer *self = PAWL_GPIO_CONFIRMER (confirmer);
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);
  const char *reason = NULL;
  PawlVerdict verdict = judge (self, &reason);

  self->progressing = FALSE;
  g_variant_lookup (options, "progressing", "b", &self->progressing);
  self->last_check_us = self->system->get_time_us ();
  g_variant_dict_insert (&answer, "verdict", "s",
                         pawl_enum_to_nick (PAWL_TYPE_VERDICT, (int) verdict));
  g_variant_dict_insert (&answer, "reason", "s", reason);
  pawl_operation_complete (op, g_variant_dict_end (&answer));
  return TRUE;
}

static gboolean
start_end_trial (PawlConfirmer *confirmer,
                 PawlVerdict verdict,
                 GVariant *options,
                 PawlOperation *op,
                 GError **error)
{
  PawlGpioConfirmer *self = PAWL_GPIO_CONFIRMER (confirmer);
  gpointer failed_led = NULL;

  set_output (self, TRIAL_LED, FALSE);
  if (verdict != PAWL_VERDICT_PASS)
    {
      set_output (self, FAILED_LED, TRUE);
      failed_led = g_steal_pointer (&self->lines[FAILED_LED]);
    }
  release_all (self);
  self->lines[FAILED_LED] = failed_led;
  pawl_operation_complete (op, NULL);
  return TRUE;
}

static void
iface_init (PawlConfirmerInterface *iface)
{
  iface->set_up = set_up;
  iface->start_begin_trial = start_begin_trial;
  iface->start_check = start_check;
  iface->start_end_trial = start_end_trial;
}
