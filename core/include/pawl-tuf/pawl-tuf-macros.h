/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

/* Everything that leaves libpawl-tuf-1 says so; the rest is hidden. */
#define PAWL_TUF_AVAILABLE_IN_ALL __attribute__ ((visibility ("default"))) extern
