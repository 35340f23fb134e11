/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-client.h>
#include <pawl-tuf/pawl-tuf-document.h>
#include <pawl-tuf/pawl-tuf-error.h>
#include <pawl-tuf/pawl-tuf-key.h>
#include <pawl-tuf/pawl-tuf-map.h>
#include <pawl-tuf/pawl-tuf-metadata.h>
#include <pawl-tuf/pawl-tuf-signer.h>
#include <pawl-tuf/pawl-tuf-target.h>
#include <pawl-tuf/pawl-tuf-uptane.h>
