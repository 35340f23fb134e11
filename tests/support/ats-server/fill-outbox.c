/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a long outage leaves behind: fill-outbox FOLDER N SERIAL makes N events that nobody took. */
#include "pawl-outbox.h"

#include <stdlib.h>

static guint left;

static void
on_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!pawl_outbox_add_finish (PAWL_OUTBOX (source), result, &error))
    g_error ("%s", error->message);
  left--;
}

int
main (int argc, char **argv)
{
  g_autoptr (PawlOutbox) outbox = pawl_outbox_new (argv[1]);

  left = (guint) atoi (argv[2]);
  pawl_outbox_set_limit (outbox, G_MAXUINT);
  for (guint i = left; i > 0; i--)
    {
      g_autofree char *id = g_uuid_string_random ();
      g_autoptr (PawlReport) report = pawl_report_new_from_variant (
        g_variant_new_parsed ("{'kind': <'event'>, 'id': <%s>, 'event': <'ecu-download-started'>, "
                              "'time': <%x>, 'details': <{'ecu': <%s>}>}",
                              id, g_get_real_time (), argv[3]),
        NULL);

      pawl_outbox_add_async (outbox, report, on_added, NULL);
    }
  while (left > 0)
    g_main_context_iteration (NULL, TRUE);
  return 0;
}
