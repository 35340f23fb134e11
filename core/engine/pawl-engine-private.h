/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What the files of the engine share. One sequence runs at a time: it begins with
 * pawl_engine_begin(), is handed from callback to callback, and ends with pawl_engine_end(), after
 * which pawl_engine_consider() looks for the next one. */

#pragma once

#include "pawl-engine.h"
#include "pawl-failed.h"
#include "pawl-inhibitors.h"
#include "pawl-journal.h"
#include "pawl-outbox.h"
#include "pawl-progress-meter.h"
#include "pawl-record.h"
#include "pawl-schedule.h"
#include "pawl-trial.h"

G_BEGIN_DECLS

/* The name of a target when nobody knows what runs, as installers say it. */
#define PAWL_ENGINE_UNKNOWN "unknown"

struct _PawlEngine
{
  GObject parent_instance;

  PawlConfig *config;           /* (owned) */
  PawlClock *clock;             /* (owned) */
  PawlPluginHost *host;         /* (owned) */
  PawlDecisionLog *decisions;   /* (owned) */
  PawlProgressMeter *meter;     /* (owned) */
  PawlInhibitors *inhibitors;   /* (owned) */
  PawlTimeFloor *floor;         /* (owned) (nullable): these are there from the start on */
  PawlRecord *record;           /* (owned) (nullable) */
  PawlFailed *failed;           /* (owned) (nullable) */
  PawlOutbox *outbox;           /* (owned) (nullable) */
  PawlJournal *history_journal; /* (owned) (nullable) */
  PawlJournal *kept_journal;    /* (owned) (nullable) */
  PawlDevice *device;           /* (owned) (nullable): there while the configuration is good */
  PawlTrial *trial;             /* (owned) (nullable) */
  GVariant *history;            /* (owned): aa{sv} */
  GVariant *kept;   /* (owned) (nullable): the update that was kept last, and what ran before */
  GListModel *ecus; /* (owned) */

  GError *broken;            /* (owned) (nullable): why nothing can be done */
  GError *failure;           /* (owned) (nullable): what ends the sequence after its last save */
  const char *running;       /* (unowned) (nullable): the sequence, for people */
  GCancellable *cancellable; /* (owned) (nullable): of the sequence */
  gboolean cancelled;        /* a person ended the sequence */
  char *rejected;            /* (owned) (nullable): a person ended the trial, and why */
  gboolean stopping;
  gboolean sending;
  gboolean send_again; /* something came while reports were being sent */
  guint posting;       /* events on their way to the disk */
  char *told_update;   /* (owned) (nullable): of which update events were posted */
  guint told_events;   /* which: a bit for each #PawlEcuEvent */
  gboolean held;       /* a rule or a failure says wait, until something changes */
  gboolean missing;    /* a payload that was fetched is no longer there */
  gboolean reboot_pending;
  char *boot_id;         /* (owned): which boot this is */
  guint failures;        /* of steps, in a row */
  gint64 retry_after_us; /* what the other side asked for since the sequence began; 0: nothing */
  PawlSchedule schedule;
  guint check_timer;
  guint retry_timer;
  gint64 next_check_us;
  gint64 active_us; /* when the sequence last made progress, monotonic */
  gint64 trial_saved_us;
  PawlAttack attack;

  PawlState told_state; /* as it was told last */
  gboolean told_busy;
  gboolean told_may_exit;

  GTask *start_call;     /* (owned) (nullable) */
  GTask *stop_call;      /* (owned) (nullable) */
  GTask *reload_call;    /* (owned) (nullable) */
  PawlConfig *reloading; /* (owned) (nullable) */
  GTask *step_call;      /* (owned) (nullable): who asked for the step that runs */
  GTask *update_call;    /* (owned) (nullable): who asked for all steps */
  GPtrArray *end_calls;  /* (owned) (element-type GTask): who waits for the sequence to end */
};

/**
 * PawlOrder:
 * @force: a person asked: what policy would wait for is ignored
 * @reboot: whether the device is rebooted when that is needed
 * @source: (owned) (nullable): where to look instead of at the configured server
 * @begun: a check or a step was made for it
 *
 * What a caller wants beside the step; the data of its task.
 */
typedef struct
{
  gboolean force;
  gboolean reboot;
  char *source;
  gboolean begun;
} PawlOrder;

typedef void (*PawlEngineNext) (PawlEngine *self, const GError *error);

/* ---- pawl-engine.c ---- */

void pawl_engine_notify (PawlEngine *self, const char *property);
/* Tells what changed of state, business and leave, after anything did. */
void pawl_engine_refresh (PawlEngine *self, const char *reason);
void pawl_engine_tell (PawlEngine *self, const char *event, const char *message);
void pawl_engine_tell_error (PawlEngine *self, const char *event, const GError *error);
const char *pawl_engine_get_state_dir (PawlEngine *self);
/* (transfer full) */
char *pawl_engine_make_path (PawlEngine *self, const char *name);
void pawl_engine_set_reboot_pending (PawlEngine *self, gboolean pending);

/* ---- pawl-engine-run.c ---- */

/* Begins a sequence: nothing else begins until it ends. */
void pawl_engine_begin (PawlEngine *self, const char *what);
/* Ends it: answers who waited, and looks for what is next. */
void pawl_engine_end (PawlEngine *self, const GError *error);
/* Ends it, and comes back to the same place after the back-off. */
void pawl_engine_end_for_now (PawlEngine *self, const GError *error);
/* Saves @state and ends it with @error, which it takes. The caller says by self->held whether that
 * holds back what would come next. */
void pawl_engine_fail_to (PawlEngine *self, PawlState state, GError *error);
/* Saves @changes (floating) and goes on with @next, whose error is that of the save. */
void pawl_engine_save (PawlEngine *self, GVariant *changes, PawlEngineNext next);
/* The same for another state alone. */
void pawl_engine_save_state (PawlEngine *self, PawlState state, PawlEngineNext next);
/* Something changed: looks whether something can be done now. */
void pawl_engine_consider (PawlEngine *self);
void pawl_engine_reconsider (PawlEngine *self);
void pawl_engine_retry_at (PawlEngine *self, gint64 delay_us);
/* (transfer full): the ECUs of the update that have something to do, in the order of the
 * configuration. */
GStrv pawl_engine_dup_serials (PawlEngine *self);
/* Whether the ECU runs what it ran when the installation began. */
gboolean pawl_engine_runs_before (PawlEngine *self, const char *serial);
void pawl_engine_answer (GTask **call, const GError *error);
/* Who asked for all steps is served by what runs. */
void pawl_engine_note_begun (PawlEngine *self);

/* ---- pawl-engine-calls.c ---- */

/* (transfer full): the task of a call, whose data is the PawlOrder that @options (floating) say. */
GTask *pawl_engine_make_call (PawlEngine *self,
                              GVariant *options,
                              gboolean force,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
void pawl_engine_set_wrong_state (PawlEngine *self, const char *to, GError **error);
/* Whether anything but reading works. */
gboolean pawl_engine_is_usable (PawlEngine *self, GError **error);
/* Whether a sequence that leads to @to may begin. */
gboolean pawl_engine_may_begin (PawlEngine *self, PawlState to, GError **error);

/* ---- parts of the start ---- */

gboolean pawl_engine_open_files (PawlEngine *self, GError **error);
void pawl_engine_load_plugins (PawlEngine *self);
/* Asks every ECU and the boot loader, and does what follows from the answers. */
void pawl_engine_look (PawlEngine *self);
/* Nothing but reading works until another configuration comes. Takes @error. */
void pawl_engine_break_down (PawlEngine *self, const char *event, GError *error);

/* ---- the steps: each begins and ends its own sequence ---- */

void pawl_engine_do_check (PawlEngine *self);
/* Asks the rules whether @step may begin, and begins it or tells that it has to wait. */
void pawl_engine_do_step (PawlEngine *self, PawlStep step);
void pawl_engine_begin_step (PawlEngine *self, PawlStep step);
/* What who asked for the running step wants; (nullable): nobody asked. */
PawlOrder *pawl_engine_get_order (PawlEngine *self);
void pawl_engine_schedule_check (PawlEngine *self, gint64 delay_us);
/* Finds out where the device is and goes on from there. */
void pawl_engine_do_resume (PawlEngine *self);

/* ---- parts of sequences: called inside one, and end it ---- */

void pawl_engine_activate_now (PawlEngine *self);
void pawl_engine_try_it (PawlEngine *self);
/* The trial was passed, and the disk says so. */
void pawl_engine_keep (PawlEngine *self);
void pawl_engine_revert (PawlEngine *self, const char *code, const char *why);
void pawl_engine_revert_now (PawlEngine *self);
/* Goes on with a revert that is on the disk; for the end of a save. */
void pawl_engine_revert_saved (PawlEngine *self, const GError *error);
void pawl_engine_request_reboot (PawlEngine *self, const char *reason);
/* The update is over: report, history, idle. @code is OK or an Uptane result code. */
void pawl_engine_conclude (PawlEngine *self, const char *code, const char *description);

/* ---- pawl-engine-report.c ---- */

typedef enum
{
  PAWL_ECU_DOWNLOAD_STARTED,
  PAWL_ECU_DOWNLOAD_COMPLETED,
  PAWL_ECU_INSTALLATION_STARTED,
  PAWL_ECU_INSTALLATION_APPLIED,
  PAWL_ECU_INSTALLATION_COMPLETED,
} PawlEcuEvent;

void pawl_engine_send_reports (PawlEngine *self);
void pawl_engine_post_event (PawlEngine *self, PawlEcuEvent event, gboolean success);

G_END_DECLS
