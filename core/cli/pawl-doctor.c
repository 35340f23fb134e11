/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The examination itself: its order, its findings, and what several checks need. */

#include "pawl-doctor.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct
{
  const char *name;
  PawlDoctorCheck check;
} CHECKS[] = {
  {"configuration", pawl_doctor_check_config      },
  {"daemon",        pawl_doctor_check_daemon      },
  {"plugins",       pawl_doctor_check_plugins     },
  {"sandbox",       pawl_doctor_check_sandbox     },
  {"permissions",   pawl_doctor_check_permissions },
  {"space",         pawl_doctor_check_space       },
  {"clock",         pawl_doctor_check_clock       },
  {"kernel",        pawl_doctor_check_kernel      },
  {"boot-loader",   pawl_doctor_check_boot        },
  {"watchdog",      pawl_doctor_check_watchdog    },
  {"gpio",          pawl_doctor_check_gpio        },
  {"certificates",  pawl_doctor_check_certificates},
  {"metadata",      pawl_doctor_check_metadata    },
  {"servers",       pawl_doctor_check_servers     },
};

static const char *
severity_name (PawlSeverity severity)
{
  static const char *const NAMES[] = {"note", "warning", "error"};

  return NAMES[severity];
}

/* @folder may be NULL: the running system. */
PawlDoctor *
pawl_doctor_new (PawlCli *cli, const char *folder)
{
  PawlDoctor *self = g_new0 (PawlDoctor, 1);
  GStatBuf info;

  self->cli = cli;
  self->running = folder == NULL;
  self->pawld = PAWL_PAWLD;
  self->root = g_strdup (folder != NULL ? folder : "");
  while (g_str_has_suffix (self->root, "/"))
    self->root[strlen (self->root) - 1] = '\0';
  /* An image is unpacked by whoever builds it. */
  if (folder != NULL && g_stat (folder, &info) == 0)
    self->owner = info.st_uid;
  self->config = g_key_file_new ();
  self->findings = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  return self;
}

void
pawl_doctor_free (PawlDoctor *self)
{
  g_free (self->root);
  g_key_file_unref (self->config);
  g_clear_pointer (&self->available, g_variant_unref);
  g_ptr_array_unref (self->findings);
  g_free (self);
}

static void
add_finding (PawlDoctor *self, const char *severity, const char *message, const char *fix)
{
  g_ptr_array_add (self->findings,
                   g_variant_ref_sink (g_variant_new_parsed (
                     "{'check': <%s>, 'severity': <%s>, 'message': <%s>, 'fix': <%s>}", self->check,
                     severity, message, fix)));
}

/**
 * pawl_doctor_find:
 * @self: a doctor
 * @severity: how bad it is
 * @fix: what to do, in one line
 * @format: what was found, and what was wanted
 * @...: arguments of @format
 *
 * Writes down a finding of the check that runs.
 */
void
pawl_doctor_find (PawlDoctor *self, PawlSeverity severity, const char *fix, const char *format, ...)
{
  g_autofree char *message = NULL;
  g_autofree char *valid = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  valid = g_utf8_make_valid (message, -1);
  self->check_findings++;
  self->errors += severity == PAWL_SEVERITY_ERROR ? 1 : 0;
  self->warnings += severity == PAWL_SEVERITY_WARNING ? 1 : 0;
  add_finding (self, severity_name (severity), valid, fix);
}

/* Where @path lies in the system that is looked at. */
char *
pawl_doctor_path (PawlDoctor *self, const char *path)
{
  return g_strconcat (self->root, path, NULL);
}

char *
pawl_doctor_get (PawlDoctor *self, const char *group, const char *key, const char *fallback)
{
  char *value = g_key_file_get_string (self->config, group, key, NULL);

  return value != NULL ? value : g_strdup (fallback);
}

/* An instance is written `plugin` or `plugin:instance`. */
static void
take_plugin (GPtrArray *plugins, const char *text)
{
  g_autofree char *id = g_strndup (text, strcspn (text, ":"));

  g_strstrip (id);
  if (*id != '\0' && !g_ptr_array_find_with_equal_func (plugins, id, g_str_equal, NULL))
    g_ptr_array_add (plugins, g_steal_pointer (&id));
}

static void
take_list (PawlDoctor *self, GPtrArray *plugins, const char *group, const char *key)
{
  g_auto (GStrv) list = g_key_file_get_string_list (self->config, group, key, NULL, NULL);

  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    take_plugin (plugins, list[i]);
}

/* Every plugin that the configuration names, once. */
GStrv
pawl_doctor_dup_plugins (PawlDoctor *self)
{
  g_autoptr (GPtrArray) plugins = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) groups = g_key_file_get_groups (self->config, NULL);

  take_list (self, plugins, "daemon", "plugins");
  take_list (self, plugins, "daemon", "verifier");
  take_list (self, plugins, "daemon", "boot-control");
  take_list (self, plugins, "trial", "required");
  take_list (self, plugins, "trial", "optional");
  for (guint i = 0; groups[i] != NULL; i++)
    if (g_str_has_prefix (groups[i], "ecu:"))
      take_list (self, plugins, groups[i], "installer");
    else if (g_str_has_prefix (groups[i], "plugin:"))
      take_plugin (plugins, groups[i] + strlen ("plugin:"));
  g_ptr_array_add (plugins, NULL);
  return (GStrv) g_ptr_array_steal (plugins, NULL);
}

gboolean
pawl_doctor_uses (PawlDoctor *self, const char *plugin)
{
  g_auto (GStrv) plugins = pawl_doctor_dup_plugins (self);

  return g_strv_contains ((const char *const *) plugins, plugin);
}

/* Runs every check. One without a finding says that it is well. */
void
pawl_doctor_examine (PawlDoctor *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (CHECKS); i++)
    {
      self->check = CHECKS[i].name;
      self->check_findings = 0;
      CHECKS[i].check (self);
      if (self->check_findings == 0)
        add_finding (self, "ok", "", "");
    }
}

/* For JSON: an a{sv}, floating. */
GVariant *
pawl_doctor_to_variant (PawlDoctor *self)
{
  GVariantBuilder findings;

  g_variant_builder_init (&findings, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->findings->len; i++)
    g_variant_builder_add_value (&findings, self->findings->pdata[i]);
  return g_variant_new_parsed ("{'findings': <%@aa{sv}>, 'errors': <%u>, 'warnings': <%u>}",
                               g_variant_builder_end (&findings), self->errors, self->warnings);
}
