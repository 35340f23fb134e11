/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* One update of one device, with power cuts at every step and watchdog resets in every boot of a bad version. The edges
 * between states are made from the engine's own table; the decisions after a boot follow its table of recovery.
 *
 * Proved: there is always something to boot; a bad version never boots uncounted; no version is both kept and reverted;
 * and every update ends, with a boot loader that counts no more. */

mtype = { idle, checking, available, fetching, fetched, installing, installed, activating, trial, reverting };
mtype = { version_old, version_new };

#include "edges.pml"

#define TRIES 2

#ifndef CUTS
#define CUTS 3
#endif

/* What the disk remembers. */
mtype state = idle;
bool activated, confirmed, kept, reverted;

/* What the boot loader remembers. */
bool armed;
byte count;
mtype next = version_old;

/* What is installed beside the old version, which stays until the new one is kept. */
bool new_is_there;

/* This boot. */
mtype running = version_old;
bool fresh = true;
bool same_boot;

bool is_good;
byte cuts = CUTS;
bool over;

#define fell_back (armed && count > TRIES)

/* What a boot loader goes to when the count has run out: the other entry, if there is one. */
#define other (next == version_old && new_is_there -> version_new : version_old)

inline save (to)
{
  atomic {
    assert (has_edge (state, to));
    state = to
  }
}

inline power ()
{
  if
  :: cuts > 0 -> cuts--; goto boot
  :: skip
  fi
}

inline stop_counting ()
{
  atomic {
    armed = false;
    count = 0
  }
}

active proctype device ()
{
  if
  :: is_good = true
  :: is_good = false
  fi;
  goto daemon;

boot:
  atomic {
    fresh = true;
    same_boot = false;
    if
    :: armed && !fell_back -> count++
    :: else
    fi;
    if
    :: fell_back -> running = other
    :: else -> running = next
    fi;
    assert (running == version_old || new_is_there);
    assert (running == version_old || is_good || armed)
  };
  if
  :: running == version_new && !is_good -> goto boot /* it hangs: the watchdog resets the board */
  :: skip
  fi;

daemon:
  do
  :: over -> break
  :: !over && state == idle ->
     if
     :: armed -> stop_counting ()
     :: !armed && (kept || reverted) -> over = true
     :: !armed && !kept && !reverted -> save (checking)
     fi;
     power ()
  :: state == checking ->
     if
     :: fresh -> save (idle)
     :: !fresh -> save (available)
     fi;
     fresh = false
  :: state == available ->
     fresh = false;
     save (fetching);
     power ()
  :: state == fetching ->
     if
     :: fresh -> save (available)
     :: !fresh -> save (fetched)
     fi;
     fresh = false;
     power ()
  :: state == fetched ->
     fresh = false;
     save (installing);
     power ()
  :: state == installing ->
     if
     :: fresh -> save (fetched); fresh = false
     :: !fresh -> new_is_there = true; power (); save (installed)
     fi;
     power ()
  :: state == installed ->
     save (activating);
     power ()
  :: state == activating ->
     if
     :: fell_back -> save (reverting)
     :: !fell_back && running == version_new -> save (trial)
     :: !fell_back && running == version_old && !activated ->
#ifdef ARM_LATE
        next = version_new; power ();
        armed = true; count = 0; power ();
#else
        armed = true; count = 0; power ();
        next = version_new; power ();
#endif
        atomic { activated = true; same_boot = true };
        power ();
        goto boot
     :: !fell_back && running == version_old && activated && same_boot -> goto boot
     :: !fell_back && running == version_old && activated && !same_boot -> save (reverting)
     fi;
     power ()
  :: state == trial ->
     if
     :: running == version_new && confirmed ->
        stop_counting (); power ();
        atomic { kept = true; save (idle) }
     :: (fell_back || running == version_old) && !(running == version_new && confirmed) -> save (reverting)
     :: !fell_back && running == version_new && !confirmed ->
        if
        :: is_good -> confirmed = true
        :: save (reverting) /* a confirmer or a person says no, or the deadline has passed */
        fi
     fi;
     power ()
  :: state == reverting ->
#ifndef COUNT_ON
     armed = true; count = 0; power ();
#endif
     next = version_old; power ();
     if
     :: running == version_new ->
#ifndef COUNT_ON
        stop_counting (); power ();
#endif
        goto boot
     :: running == version_old
     fi;
#ifdef CLEAR_EARLY
     stop_counting (); power ();
     next = version_new; power (); next = version_old;
#endif
     new_is_there = false; power ();
     stop_counting (); power ();
     atomic { reverted = true; save (idle) };
     power ()
  od;
  assert (!(kept && reverted));
  assert (!(kept && !is_good));
  assert (!armed);
  assert (kept || next == version_old)
}

ltl ends { <> over }
