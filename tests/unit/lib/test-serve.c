/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "fake-installer.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAME       "org.pawl.Plugin1"
#define PATH       "/org/pawl/Plugin1"
#define TIMEOUT_MS 20000

/* ---- a host ---- */

#define TEST_TYPE_HOST (test_host_get_type ())
G_DECLARE_FINAL_TYPE (TestHost, test_host, TEST, HOST, GObject)

struct _TestHost
{
  GObject parent_instance;

  guint floors;
  guint decisions;
  guint64 wait_s;
};

static const char *
get_name (PawlContext *context)
{
  return "host";
}

static GVariant *
get_settings (PawlContext *context)
{
  static GVariant *settings;

  if (settings == NULL)
    settings = g_variant_ref_sink (g_variant_new_parsed ("{'key': <'value'>}"));
  return settings;
}

static const char *
get_text (PawlContext *context)
{
  return "";
}

static gint64
get_time_us (PawlContext *context)
{
  return 42;
}

static void
raise_time_floor (PawlContext *context, gint64 time_us)
{
  TEST_HOST (context)->floors++;
}

static void
note_decision (PawlContext *context, PawlDecision *decision)
{
  TEST_HOST (context)->decisions++;
}

static void
note_retry_after (PawlContext *context, guint64 wait_s)
{
  TEST_HOST (context)->wait_s = wait_s;
}

static void
host_iface_init (PawlContextInterface *iface)
{
  iface->get_name = get_name;
  iface->get_settings = get_settings;
  iface->get_state_dir = get_text;
  iface->get_device_id = get_text;
  iface->get_time_us = get_time_us;
  iface->raise_time_floor = raise_time_floor;
  iface->note_decision = note_decision;
  iface->note_retry_after = note_retry_after;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestHost,
                               test_host,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_CONTEXT, host_iface_init))

static void
test_host_class_init (TestHostClass *klass)
{
}

static void
test_host_init (TestHost *self)
{
}

/* ---- a process that keeps no promise ---- */

static const char evil_xml[] =
  "<node><interface name='" NAME "'>"
  "<method name='SetUp'><arg type='s' direction='in'/><arg type='a{sv}' direction='in'/>"
  "<arg type='a{sv}' direction='out'/></method>"
  "<method name='Call'><arg type='u' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='v' direction='in'/><arg type='u' direction='in'/><arg type='a{sv}' direction='in'/>"
  "<arg type='v' direction='out'/></method>"
  "<method name='Cancel'><arg type='u' direction='in'/></method></interface></node>";

typedef struct
{
  const char *answer;  /* as text; NULL: what follows */
  const char *failure; /* the name of an error; NULL: what follows */
  const char *signal;  /* with @signal_text, before a good answer */
  const char *signal_text;
  gboolean closes;
} Evil;

typedef struct
{
  GDBusConnection *connection;
  const Evil *evil;
} EvilServer;

static void
answer_call (EvilServer *self, GDBusMethodInvocation *invocation)
{
  const Evil *evil = self->evil;

  if (evil->signal != NULL)
    g_dbus_connection_emit_signal (self->connection, NULL, PATH, NAME, evil->signal,
                                   g_variant_new_parsed (evil->signal_text), NULL);
  if (evil->closes)
    {
      g_dbus_connection_close_sync (self->connection, NULL, NULL);
      g_object_unref (invocation);
    }
  else if (evil->failure != NULL)
    g_dbus_method_invocation_return_dbus_error (invocation, evil->failure, "evil");
  else
    g_dbus_method_invocation_return_value (
      invocation, g_variant_new ("(v)", g_variant_new_parsed (evil->answer != NULL ? evil->answer
                                                                                   : "@a{sv} {}")));
}

static void
on_method_call (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer data)
{
  if (g_str_equal (method, "SetUp"))
    g_dbus_method_invocation_return_value (invocation,
                                           g_variant_new_parsed ("({'formats': <1>},)"));
  else if (g_str_equal (method, "Call"))
    answer_call (data, invocation);
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
on_evil_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  static const GDBusInterfaceVTable vtable = {.method_call = on_method_call};
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (evil_xml, NULL);
  EvilServer *self = data;

  self->connection = g_dbus_connection_new_finish (result, NULL);
  g_assert_nonnull (self->connection);
  g_dbus_connection_register_object (self->connection, PATH, info->interfaces[0], &vtable, self,
                                     NULL, NULL);
  g_dbus_connection_start_message_processing (self->connection);
}

static void
serve_evil (EvilServer *self, int fd)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, NULL);
  g_autoptr (GSocketConnection) stream = g_socket_connection_factory_create_connection (socket);
  g_autofree char *guid = g_dbus_generate_guid ();

  g_dbus_connection_new (G_IO_STREAM (stream), guid,
                         G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
                           G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                         NULL, NULL, on_evil_connected, self);
}

/* ---- the daemon's side ---- */

static void
keep (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static void
make_pair (int *fds)
{
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
}

static GObject *
make_proxy (TestHost *host, int fd, guint timeout_ms, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_proxy_new_async (PAWL_TYPE_INSTALLER, fd, PAWL_CONTEXT (host), timeout_ms, NULL, keep,
                        &result);
  return pawl_proxy_new_finish (wait_for (&result), error);
}

static void
describe (GObject *proxy, guint timeout_ms, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PawlTarget) target = NULL;

  pawl_installer_describe_installed_async (PAWL_INSTALLER (proxy), NULL, timeout_ms, NULL, keep,
                                           &result);
  target =
    pawl_installer_describe_installed_finish (PAWL_INSTALLER (proxy), wait_for (&result), error);
  g_assert_true ((target == NULL) == (*error != NULL));
}

static const struct
{
  const char *name;
  Evil evil;
  const char *domain;
  int code;
} cases[] = {
  {"wrong-type",                 {.answer = "'text'"},                                      "pawl-error-quark", PAWL_ERROR_PLUGIN    },
  {"wrong-object",               {.answer = "{'nothing': <1>}"},                            "pawl-error-quark", PAWL_ERROR_PLUGIN    },
  {"error-of-the-bus",
   {.failure = "org.freedesktop.DBus.Error.NoReply"},
   "pawl-error-quark",                                                                                          PAWL_ERROR_PLUGIN    },
  {"error-of-nobody",
   {.failure = "com.example.Unheard"},
   "g-io-error-quark",                                                                                          G_IO_ERROR_DBUS_ERROR},
  {"error-of-ours",              {.failure = "org.pawl.Error.NoSpace"},                     "pawl-error-quark", PAWL_ERROR_NO_SPACE  },
  {"close",                      {.closes = TRUE},                                          "pawl-error-quark", PAWL_ERROR_PLUGIN    },
  {"signal-of-other-serial",
   {.answer = "{'name': <'x'>}",
    .signal = "Progress",
    .signal_text = "(uint32 99, uint64 1, uint64 2)"},
   NULL,                                                                                                        0                    },
  {"signal-of-other-type",
   {.answer = "{'name': <'x'>}", .signal = "Progress", .signal_text = "('x',)"},
   NULL,                                                                                                        0                    },
  {"attack-of-no-kind",
   {.answer = "{'name': <'x'>}", .signal = "Attack", .signal_text = "('none-such', 'x')"},
   NULL,                                                                                                        0                    },
  {"decision-without-a-rule",
   {.answer = "{'name': <'x'>}", .signal = "Decision", .signal_text = "({'x': <1>},)"},
   NULL,                                                                                                        0                    },
  {"time-floor-of-an-installer",
   {.answer = "{'name': <'x'>}",
    .signal = "TimeFloor",
    .signal_text = "(int64 9223372036854775807,)"},
   NULL,                                                                                                        0                    },
  {"wish-of-an-installer",
   {.answer = "{'name': <'x'>}", .signal = "RetryAfter", .signal_text = "(uint64 86400,)"},
   NULL,                                                                                                        0                    },
};

static void
test_survives (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  EvilServer server = {.evil = &cases[i].evil};
  g_autoptr (TestHost) host = g_object_new (TEST_TYPE_HOST, NULL);
  g_autoptr (GObject) proxy = NULL;
  g_autoptr (GError) error = NULL;
  int fds[2];

  make_pair (fds);
  serve_evil (&server, fds[0]);
  proxy = make_proxy (host, fds[1], TIMEOUT_MS, &error);
  g_assert_no_error (error);
  describe (proxy, TIMEOUT_MS, &error);
  if (cases[i].domain != NULL)
    g_assert_error (error, g_quark_from_string (cases[i].domain), cases[i].code);
  else
    g_assert_no_error (error);
  g_assert_cmpuint (host->floors + host->decisions + host->wait_s, ==, 0);
  g_clear_object (&proxy);
  g_object_unref (server.connection);
}

static void
test_a_silent_process_is_given_up (void)
{
  g_autoptr (TestHost) host = g_object_new (TEST_TYPE_HOST, NULL);
  g_autoptr (GError) error = NULL;
  int fds[2];

  make_pair (fds);
  g_assert_null (make_proxy (host, fds[1], 20, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_TIMED_OUT);
  close (fds[0]);
}

static void
test_a_gone_process_is_noticed (void)
{
  g_autoptr (TestHost) host = g_object_new (TEST_TYPE_HOST, NULL);
  g_autoptr (GError) error = NULL;
  int fds[2];

  make_pair (fds);
  close (fds[0]);
  g_assert_null (make_proxy (host, fds[1], TIMEOUT_MS, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN);
}

static void
test_the_interface_has_to_be_there (void)
{
  g_autoptr (TestHost) host = g_object_new (TEST_TYPE_HOST, NULL);
  g_autoptr (FakeInstaller) installer = fake_installer_new (NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) served = NULL;
  g_autoptr (GError) error = NULL;
  int fds[2];

  make_pair (fds);
  pawl_serve_async (G_OBJECT (installer), fds[0], NULL, keep, &served);
  pawl_proxy_new_async (PAWL_TYPE_CONFIRMER, fds[1], PAWL_CONTEXT (host), TIMEOUT_MS, NULL, keep,
                        &result);
  g_assert_null (pawl_proxy_new_finish (wait_for (&result), &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN);
  g_assert_nonnull (strstr (error->message, "PawlConfirmer"));
  g_clear_error (&error);
  g_assert_true (pawl_serve_finish (G_OBJECT (installer), wait_for (&served), &error));
}

static void
test_only_plugins_are_served (void)
{
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GAsyncResult) served = NULL;
  g_autoptr (GError) error = NULL;
  int fds[2];

  make_pair (fds);
  pawl_serve_async (object, fds[0], NULL, keep, &served);
  g_assert_false (pawl_serve_finish (object, wait_for (&served), &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT);
  close (fds[1]);
}

/* Opens another connection, to the same installer, when the last is gone. */
static int
reopen (gpointer installer, GError **error)
{
  int fds[2];

  make_pair (fds);
  pawl_serve_async (installer, fds[0], NULL, NULL, NULL);
  return fds[1];
}

static void
test_leaves_when_idle_and_comes_back (void)
{
  g_autoptr (TestHost) host = g_object_new (TEST_TYPE_HOST, NULL);
  g_autoptr (FakeInstaller) installer = fake_installer_new (NULL);
  g_autoptr (GAsyncResult) served = NULL;
  g_autoptr (GObject) proxy = NULL;
  g_autoptr (GError) error = NULL;
  int fds[2];

  make_pair (fds);
  pawl_serve_async (G_OBJECT (installer), fds[0], NULL, keep, &served);
  proxy = make_proxy (host, fds[1], TIMEOUT_MS, &error);
  g_assert_no_error (error);
  pawl_proxy_set_reopen (proxy, 1, reopen, installer, NULL);
  g_assert_true (pawl_serve_finish (G_OBJECT (installer), wait_for (&served), &error));
  describe (proxy, TIMEOUT_MS, &error);
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strconcat ("/serve/survives-", cases[i].name, NULL);

      g_test_add_data_func (name, GUINT_TO_POINTER (i), test_survives);
    }
  g_test_add_func ("/serve/a-silent-process-is-given-up", test_a_silent_process_is_given_up);
  g_test_add_func ("/serve/a-gone-process-is-noticed", test_a_gone_process_is_noticed);
  g_test_add_func ("/serve/the-interface-has-to-be-there", test_the_interface_has_to_be_there);
  g_test_add_func ("/serve/only-plugins-are-served", test_only_plugins_are_served);
  g_test_add_func ("/serve/leaves-when-idle-and-comes-back", test_leaves_when_idle_and_comes_back);
  return g_test_run ();
}
