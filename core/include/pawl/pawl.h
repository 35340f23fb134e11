/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

/* The one header that plugins and clients include. The others are parts of it and compile alone. */
#define PAWL_H_INSIDE

#include <pawl/pawl-boot-control.h>
#include <pawl/pawl-client.h>
#include <pawl/pawl-confirmer.h>
#include <pawl/pawl-context.h>
#include <pawl/pawl-decision.h>
#include <pawl/pawl-ecu.h>
#include <pawl/pawl-enums.h>
#include <pawl/pawl-error.h>
#include <pawl/pawl-installer.h>
#include <pawl/pawl-macros.h>
#include <pawl/pawl-monitor.h>
#include <pawl/pawl-operation.h>
#include <pawl/pawl-payload.h>
#include <pawl/pawl-plugin.h>
#include <pawl/pawl-progress.h>
#include <pawl/pawl-report.h>
#include <pawl/pawl-serve.h>
#include <pawl/pawl-target.h>
#include <pawl/pawl-transport.h>
#include <pawl/pawl-update.h>
#include <pawl/pawl-value.h>
#include <pawl/pawl-verifier.h>

#undef PAWL_H_INSIDE
