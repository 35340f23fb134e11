/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-error.h>

#include <pawl/pawl-enums.h>

#include <string.h>

#define BUS_NAME_PREFIX "org.pawl.Error."

/* `no-space` is `org.pawl.Error.NoSpace` on the bus. */
static char *
bus_name_for_nick (const char *nick)
{
  g_autoptr (GString) name = g_string_new (BUS_NAME_PREFIX);
  gboolean upper = TRUE;

  for (const char *c = nick; *c != '\0'; c++)
    {
      if (*c != '-')
        g_string_append_c (name, upper ? g_ascii_toupper (*c) : *c);
      upper = *c == '-';
    }
  return g_string_free (g_steal_pointer (&name), FALSE);
}

static void
register_bus_names (GQuark quark)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (PAWL_TYPE_ERROR);

  for (guint i = 0; i < klass->n_values; i++)
    {
      g_autofree char *name = bus_name_for_nick (klass->values[i].value_nick);

      g_dbus_error_register_error (quark, klass->values[i].value, name);
    }
}

/**
 * pawl_error_quark:
 *
 * Gets the domain of #PawlError, and makes its names known to GDBus, so that errors cross a bus or
 * a socket with domain and code.
 *
 * Returns: the domain
 *
 * Since: 1.0
 */
GQuark
pawl_error_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    {
      GQuark value = g_quark_from_static_string ("pawl-error-quark");

      register_bus_names (value);
      g_once_init_leave (&quark, value);
    }
  return (GQuark) quark;
}

static gboolean
is_transient_code (PawlError code)
{
  switch (code)
    {
    case PAWL_ERROR_BUSY:
    case PAWL_ERROR_TIMED_OUT:
    case PAWL_ERROR_NETWORK:
    case PAWL_ERROR_NO_SPACE:
    case PAWL_ERROR_RETRY_LATER:
    case PAWL_ERROR_EXPIRED:
      return TRUE;
    case PAWL_ERROR_FAILED:
    case PAWL_ERROR_NOT_SUPPORTED:
    case PAWL_ERROR_INVALID_ARGUMENT:
    case PAWL_ERROR_INVALID_CONFIG:
    case PAWL_ERROR_WRONG_STATE:
    case PAWL_ERROR_PLUGIN:
    case PAWL_ERROR_NOT_FOUND:
    case PAWL_ERROR_ACCESS_DENIED:
    case PAWL_ERROR_TOO_LARGE:
    case PAWL_ERROR_NOT_TRUSTED:
    case PAWL_ERROR_DOWNGRADE:
    case PAWL_ERROR_INCOMPATIBLE:
    case PAWL_ERROR_STORAGE:
    case PAWL_ERROR_INSTALL:
    case PAWL_ERROR_BOOT:
    case PAWL_ERROR_REJECTED:
    case PAWL_ERROR_NOT_AUTHORIZED:
    default:
      return FALSE;
    }
}

/**
 * pawl_error_is_transient:
 * @error: an error of any domain
 *
 * Says whether the same request may succeed later without anybody changing anything: the source is
 * out of reach, busy or late. Everything else needs somebody to act.
 *
 * Returns: whether trying again later makes sense
 *
 * Since: 1.0
 */
gboolean
pawl_error_is_transient (const GError *error)
{
  g_return_val_if_fail (error != NULL, FALSE);

  if (error->domain == PAWL_ERROR)
    return is_transient_code ((PawlError) error->code);
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}
