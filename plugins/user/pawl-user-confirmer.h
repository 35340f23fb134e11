/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_USER_CONFIRMER (pawl_user_confirmer_get_type ())
G_DECLARE_FINAL_TYPE (PawlUserConfirmer, pawl_user_confirmer, PAWL, USER_CONFIRMER, GObject)

G_END_DECLS
