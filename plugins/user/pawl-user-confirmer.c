/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A person judges. What the person said over the bus comes with each question, and this only
 * repeats it: nothing is kept here, so an answer that was given before a restart of the daemon
 * counts after it. */
#include "pawl-user-confirmer.h"

struct _PawlUserConfirmer
{
  GObject parent_instance;
};

static void iface_init (PawlConfirmerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlUserConfirmer,
                               pawl_user_confirmer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_CONFIRMER, iface_init))

static void
pawl_user_confirmer_class_init (PawlUserConfirmerClass *klass)
{
}

static void
pawl_user_confirmer_init (PawlUserConfirmer *self)
{
}

static GVariant *
make_answer (PawlVerdict verdict, const char *reason)
{
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&answer, "verdict", "s",
                         pawl_enum_to_nick (PAWL_TYPE_VERDICT, (int) verdict));
  g_variant_dict_insert (&answer, "reason", "s", reason);
  return g_variant_dict_end (&answer);
}

static gboolean
start_check (PawlConfirmer *confirmer, GVariant *options, PawlOperation *op, GError **error)
{
  const char *person = NULL;
  const char *reason = "";
  int verdict = PAWL_VERDICT_NOT_YET;

  if (!g_variant_lookup (options, "person", "&s", &person))
    {
      pawl_operation_complete (op, make_answer (PAWL_VERDICT_NOT_YET, "nobody has answered"));
      return TRUE;
    }
  if (!pawl_enum_from_nick (PAWL_TYPE_VERDICT, person, &verdict, error))
    return FALSE;
  g_variant_lookup (options, "person-reason", "&s", &reason);
  if (*reason == '\0')
    reason = verdict == PAWL_VERDICT_PASS ? "a person said yes" : "a person said no";
  pawl_operation_complete (op, make_answer ((PawlVerdict) verdict, reason));
  return TRUE;
}

static void
iface_init (PawlConfirmerInterface *iface)
{
  iface->start_check = start_check;
}
