/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_UPTANE_VERIFIER (pawl_uptane_verifier_get_type ())

G_DECLARE_FINAL_TYPE (PawlUptaneVerifier, pawl_uptane_verifier, PAWL, UPTANE_VERIFIER, GObject)

G_END_DECLS
