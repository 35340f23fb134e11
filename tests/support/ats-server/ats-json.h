/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf.h>

G_BEGIN_DECLS

#define ATS_ERROR (ats_error_quark ())

/* The code of an error is the status that it is answered with. */
GQuark ats_error_quark (void);
gboolean ats_fail (GError **error, guint status, const char *format, ...) G_GNUC_PRINTF (3, 4);

PawlTufDocument *ats_parse (GBytes *body, GError **error);
PawlTufDocument *ats_parse_array (GBytes *body, PawlTufValue *out_array, GError **error);

/* Whether @object has every member of @required, and no other than those and @optional; both are
 * separated by spaces. @where is for the message. */
gboolean ats_check_members (PawlTufDocument *document,
                            PawlTufValue object,
                            const char *where,
                            const char *required,
                            const char *optional,
                            GError **error);
/* (transfer full) (nullable): a string of @minimum to @maximum characters. */
char *ats_dup_text (PawlTufDocument *document,
                    PawlTufValue object,
                    const char *name,
                    gsize minimum,
                    gsize maximum,
                    GError **error);
gboolean
ats_check_pattern (const char *text, const char *pattern, const char *what, GError **error);
guint ats_count (PawlTufDocument *document, PawlTufValue container);

G_END_DECLS
