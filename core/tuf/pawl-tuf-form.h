/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-metadata.h>

G_BEGIN_DECLS

/* Fails with PAWL_TUF_ERROR_INVALID_METADATA; always FALSE. */
gboolean pawl_tuf_form_refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

gboolean
pawl_tuf_form_check_signatures (PawlTufDocument *document, PawlTufDialect dialect, GError **error);
gboolean pawl_tuf_form_check_body (PawlTufDocument *document,
                                   PawlTufValue signed_part,
                                   PawlTufType type,
                                   PawlTufDialect dialect,
                                   GError **error);

/* Parts that several types have. */
gboolean pawl_tuf_form_check_strings (PawlTufDocument *document,
                                      PawlTufValue list,
                                      const char *what,
                                      GError **error);
gboolean pawl_tuf_form_check_role (PawlTufDocument *document,
                                   PawlTufValue role,
                                   const char *name,
                                   GError **error);
gboolean pawl_tuf_form_check_delegations (PawlTufDocument *document,
                                          PawlTufValue signed_part,
                                          PawlTufDialect dialect,
                                          GError **error);

G_END_DECLS
