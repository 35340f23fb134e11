/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

/* What libFuzzer and replay.c call. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
