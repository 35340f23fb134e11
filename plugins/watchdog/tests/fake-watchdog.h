/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-watchdog-device.h"

G_BEGIN_DECLS

/* A watchdog as the kernel's API describes it, with a clock of its own. */
typedef struct
{
  int open_errno; /* what opening fails with; 0: it does not */
  guint options;  /* WDIOF_ bits */
  guint boot_status;
  int maximum_s;         /* the longest timeout it can */
  gboolean fixed;        /* it takes no timeout */
  gboolean silent;       /* it does not say which timeout it has */
  gboolean no_keepalive; /* only writes feed it */
  gboolean deaf;         /* feeding fails */
  gint64 now_us;

  gboolean is_open;
  gboolean running;
  gboolean magic; /* the last write was the magic one */
  int timeout_s;
  int pretimeout_s;
  guint opened; /* how often */
  guint fed;    /* how often */
} FakeWatchdog;

extern FakeWatchdog fake_watchdog;
extern const PawlWatchdogSystem fake_watchdog_system;

void fake_watchdog_reset (void);

G_END_DECLS
