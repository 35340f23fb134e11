/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Every key of the daemon's own groups. The checks, `pawlctl config`, the commented sample and the
 * manual page are made of this table, so a key cannot be in one and not in the other. */
#include "pawl-config.h"

#define S PAWL_KEY_STRING
#define B PAWL_KEY_BOOLEAN
#define I PAWL_KEY_INTEGER
#define L PAWL_KEY_STRINGS
#define P PAWL_KEY_PATH

#define YEAR_S 31536000

static const PawlKey keys[] = {
  {"daemon", "verifier",                S, "",              0,  0,       NULL,      NULL,
   "The plugin that says what is genuine, and what this device should run"                                                                        },
  {"daemon", "boot-control",            S, "",              0,  0,       NULL,      NULL,
   "The plugin that says which version boots next"                                                                                                },
  {"daemon", "plugins",                 L, "",              0,  0,       NULL,      NULL,
   "The plugins that may run; empty allows every one that the configuration names"                                                                },
  {"daemon", "trusted-plugins",         L, "",              0,  0,       NULL,      NULL,
   "The plugins that may run inside the daemon although they are not part of Pawl"                                                                },
  {"daemon", "isolated-plugins",        L, "",              0,  0,       NULL,      NULL,
   "The plugins that run in a process of their own although they need not; an asterisk stands for "
   "all"                                                                                                                                          },
  {"daemon", "plugin-grants",           L, "",              0,  0,       NULL,      NULL,
   "What isolated plugins may use, each as ID:NEED, like radio:network; a need in a keyfile is "
   "only a wish"                                                                                                                                  },
  {"daemon", "state-dir",               P, "/var/lib/pawl", 0,  0,       NULL,      NULL,
   "The folder of the journal, the trusted metadata and the downloads"                                                                            },
  {"daemon", "device-id",               S, "",              0,  0,       NULL,      NULL,
   "A stable name of this device for rollouts and reports; empty makes one of the machine id"                                                     },
  {"daemon", "reboot-command",          S, "",              0,  0,       NULL,      NULL,
   "The command that reboots the device; empty asks systemd"                                                                                      },
  {"daemon", "idle-exit-s",             I, "60",            0,  86400,   "seconds", NULL,
   "How long the daemon stays with nothing to do; 0 for ever"                                                                                     },
  {"daemon", "stall-s",                 I, "300",           10, 86400,   "seconds", NULL,
   "An operation without progress for this long lets the service watchdog end the daemon"                                                         },
  {"daemon", "outbox-limit",            I, "1000",          10, 100000,  "reports", NULL,
   "How many results and events may wait for the server; beyond that the oldest events go first"                                                  },
  {"policy", "poll-interval-s",         I, "86400",         0,  YEAR_S,  "seconds", NULL,
   "How often to ask for updates, spread evenly over the interval; 0 only when told to"                                                           },
  {"policy", "backoff-min-s",           I, "60",            1,  86400,   "seconds", NULL,
   "The wait after the first failure; it doubles with each further one"                                                                           },
  {"policy", "backoff-max-s",           I, "86400",         1,  YEAR_S,  "seconds", NULL,
   "The longest wait after failures"                                                                                                              },
  {"policy", "download",                S, "auto",          0,  0,       NULL,      "auto|manual",
   "Whether a download begins by itself or waits for an approval"                                                                                 },
  {"policy", "install",                 S, "auto",          0,  0,       NULL,      "auto|manual",
   "Whether an installation begins by itself or waits for an approval"                                                                            },
  {"policy", "reboot",                  S, "auto",          0,  0,       NULL,      "auto|manual",
   "Whether the device reboots by itself or waits for an approval"                                                                                },
  {"policy", "window",                  L, "",              0,  0,       NULL,      NULL,
   "When installations and reboots may begin, like Mon..Fri 02:00 3h; empty at any time"                                                          },
  {"policy", "window-timezone",         S, "",              0,  0,       NULL,      NULL,
   "The timezone of the windows, like Europe/Zurich; empty takes the device's"                                                                    },
  {"policy", "download-on-metered",     B, "false",         0,  0,       NULL,      NULL,
   "Whether downloads may use a network that is paid by volume"                                                                                   },
  {"policy", "battery-minimum-percent", I, "0",             0,  100,     "percent", NULL,
   "Installations wait until the battery has this much; 0 does not ask"                                                                           },
  {"policy", "need-mains",              B, "false",         0,  0,       NULL,      NULL,
   "Whether installations wait for mains power"                                                                                                   },
  {"policy", "reserve-mib",             I, "16",            0,  1048576, "MiB",     NULL,
   "The free space that downloads leave in the state folder"                                                                                      },
  {"trial",  "required",                L, "",              0,  0,       NULL,      NULL,
   "The confirmers that all have to say yes before a new version is kept"                                                                         },
  {"trial",  "optional",                L, "",              0,  0,       NULL,      NULL,          "The confirmers whose answer is reported only" },
  {"trial",  "deadline-s",              I, "600",           1,  604800,  "seconds", NULL,
   "How long a new version has to prove itself, over all its boots"                                                                               },
  {"trial",  "tries",                   I, "3",             1,  10,      "boots",   NULL,          "How often the boot loader tries a new version"},
  {"ecu:",   "installer",               S, NULL,            0,  0,       NULL,      NULL,          "The plugin that writes this ECU"              },
  {"ecu:",   "serial",                  S, NULL,            0,  0,       NULL,      NULL,          "The ECU's serial, unique in this device"      },
  {"ecu:",   "hardware-id",             S, NULL,            0,  0,       NULL,      NULL,          "The kind of hardware, as targets name it"     },
  {NULL,     NULL,                      S, NULL,            0,  0,       NULL,      NULL,          NULL                                           },
};

const PawlKey *
pawl_config_get_daemon_keys (void)
{
  return keys;
}
