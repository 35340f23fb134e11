/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define EXAMPLE_TYPE_CONFIRMER (example_confirmer_get_type ())

/* Says what a file says. */
G_DECLARE_FINAL_TYPE (ExampleConfirmer, example_confirmer, EXAMPLE, CONFIRMER, GObject)

G_END_DECLS
