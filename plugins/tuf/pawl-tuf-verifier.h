/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_TUF_VERIFIER (pawl_tuf_verifier_get_type ())

G_DECLARE_FINAL_TYPE (PawlTufVerifier, pawl_tuf_verifier, PAWL, TUF_VERIFIER, GObject)

G_END_DECLS
