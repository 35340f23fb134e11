/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf.h>
#include <pawl/pawl.h>

G_BEGIN_DECLS

void pawl_uptane_failure_answer (PawlOperation *op, PawlContext *context, const GError *failure);

G_END_DECLS
