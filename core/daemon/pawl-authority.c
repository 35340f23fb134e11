/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-authority.h"

#include <pawl/pawl.h>
#include <unistd.h>

/* How long a person may take for a password. */
#define PERSON_TIMEOUT_MS (5 * 60 * 1000)

/* org.freedesktop.PolicyKit1.Authority: CheckAuthorizationFlags */
#define ALLOW_USER_INTERACTION 1u

typedef struct
{
  GDBusMethodInvocation *invocation; /* (unowned) */
  char *action;                      /* (owned) */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->action);
  g_free (question);
}

static void
refuse (GTask *task, const char *why)
{
  Question *question = g_task_get_task_data (task);

  g_task_return_new_error (task, PAWL_ERROR, PAWL_ERROR_NOT_AUTHORIZED,
                           "the action %s is not allowed: %s", question->action, why);
}

static void
on_polkit_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  gboolean authorized = FALSE;

  if (answer != NULL)
    g_variant_get (answer, "((bba{ss}))", &authorized, NULL, NULL);
  if (authorized)
    g_task_return_boolean (task, TRUE);
  else if (answer != NULL)
    refuse (task, "polkit says no");
  else if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    refuse (task, "without polkit only root may do that");
  else
    refuse (task, error->message);
}

static void
ask_polkit (GTask *task)
{
  Question *question = g_task_get_task_data (task);
  GDBusMessage *message = g_dbus_method_invocation_get_message (question->invocation);
  gboolean interactive = (g_dbus_message_get_flags (message) &
                          G_DBUS_MESSAGE_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION) != 0;
  GVariantBuilder subject;

  g_variant_builder_init (&subject, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&subject, "{sv}", "name",
                         g_variant_new_string (
                           g_dbus_method_invocation_get_sender (question->invocation)));
  g_dbus_connection_call (g_dbus_method_invocation_get_connection (question->invocation),
                          "org.freedesktop.PolicyKit1", "/org/freedesktop/PolicyKit1/Authority",
                          "org.freedesktop.PolicyKit1.Authority", "CheckAuthorization",
                          g_variant_new ("((sa{sv})sa{ss}us)", "system-bus-name", &subject,
                                         question->action, NULL,
                                         interactive ? ALLOW_USER_INTERACTION : 0u, ""),
                          G_VARIANT_TYPE ("((bba{ss}))"), G_DBUS_CALL_FLAGS_NONE, PERSON_TIMEOUT_MS,
                          NULL, on_polkit_answered, g_object_ref (task));
}

static void
on_user_known (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  guint32 user = G_MAXUINT32;

  if (answer == NULL)
    {
      refuse (task, error->message);
      return;
    }
  g_variant_get (answer, "(u)", &user);
  if (user == 0 || user == (guint32) geteuid ())
    g_task_return_boolean (task, TRUE);
  else
    ask_polkit (task);
}

void
pawl_authority_check_async (GDBusMethodInvocation *invocation,
                            const char *action,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Question *question = g_new0 (Question, 1);

  question->invocation = invocation;
  question->action = g_strdup (action);
  g_task_set_source_tag (task, pawl_authority_check_async);
  g_task_set_task_data (task, question, question_free);
  g_dbus_connection_call (g_dbus_method_invocation_get_connection (invocation),
                          "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                          "GetConnectionUnixUser",
                          g_variant_new ("(s)", g_dbus_method_invocation_get_sender (invocation)),
                          G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_user_known,
                          task);
}

gboolean
pawl_authority_check_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
