/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "plugin-templates.h"

#define TARGET "PawlTarget *target, "

static const PluginTemplateSlot transport_slots[] = {
  {"fetch",             "const char *const *uris, guint64 max_size, ", "uris, max_size, "},
  {"fetch_payload", TARGET "const char *const *uris, PawlPayload *destination, ",
   "target, uris, destination, "},
  {NULL    },
};
static const PluginTemplateSlot verifier_slots[] = {
  {"check",  "", ""},
  {"verify",      TARGET "PawlPayload *payload, ", "target, payload, "},
  {NULL},
};
static const PluginTemplateSlot installer_slots[] = {
  {"describe_installed", "", ""},
  {"install",                  TARGET "PawlPayload *payload, ", "target, payload, "},
  {"activate",            TARGET, "target, "},
  {"revert", TARGET, "target, "},
  {NULL          },
};
static const PluginTemplateSlot boot_control_slots[] = {
  {"arm",        "guint tries, ", "tries, "},
  {"get_status",   "", ""},
  {"mark_good", "", ""},
  {"mark_bad",          "", ""},
  {NULL },
};
static const PluginTemplateSlot confirmer_slots[] = {
  {"check", "", ""},
  {NULL    },
};

#define TRANSPORT_WORLD                                                                            \
  "# NAME FILE: gives out the bytes of FILE, and prints their address.\n"                          \
  "publish) cp \"$3\" \"$2\" && echo \"file://$PWD/$2\" ;;\n"                                      \
  "# Prints an address at which there is nothing.\n"                                               \
  "missing) echo \"file://$PWD/missing\" ;;\n"
#define VERIFIER_WORLD                                                                             \
  "# NAME: prints the file of a target's genuine bytes.\n"                                         \
  "payload) printf hello >bytes && echo bytes ;;\n"                                                \
  "# NAME: prints a file of as many bytes that are not genuine.\n"                                 \
  "wrong-payload) printf jello >wrong && echo wrong ;;\n"
#define INSTALLER_WORLD                                                                            \
  "# Prints a target that can be installed and does not run yet.\n"                                \
  "target) echo \"{'name': <'a'>, 'version': <'2'>, 'length': <uint64 5>}\" ;;\n"                  \
  "# NAME: prints the file of its bytes.\n"                                                        \
  "payload) printf hello >bytes && echo bytes ;;\n"                                                \
  "# Boots what was activated.\n"                                                                  \
  "reboot) ;;\n"
#define BOOT_CONTROL_WORLD                                                                         \
  "# Does what the boot loader does at a start of the system.\n"                                   \
  "reboot) ;;\n"
#define CONFIRMER_WORLD                                                                            \
  "# What runs becomes good.\n"                                                                    \
  "good) ;;\n"                                                                                     \
  "# What runs becomes bad.\n"                                                                     \
  "bad) ;;\n"

static const PluginTemplateInterface interfaces[] = {
  {"transport",    "transport",    transport_slots,    TRANSPORT_WORLD   },
  {"verifier",     "verifier",     verifier_slots,     VERIFIER_WORLD    },
  {"installer",    "installer",    installer_slots,    INSTALLER_WORLD   },
  {"boot-control", "boot_control", boot_control_slots, BOOT_CONTROL_WORLD},
  {"confirmer",    "confirmer",    confirmer_slots,    CONFIRMER_WORLD   },
};

#define KEYFILE(module, language)                                                                  \
  "[Plugin]\nId=@name@\nModule=" module "\nLanguage=" language                                     \
  "\nIsolation=process\nAbi=" G_STRINGIFY (                                                        \
    PAWL_PLUGIN_ABI) "\nVersion=0.1\nProvides=@interface@;\n"                                      \
                     "Description=Say in one sentence what it is for\nLicence=LGPL-2.1-or-later\n"

#define README                                                                                     \
  "# @name@: one sentence\n\n## What it does\n\n## What it touches\n\n## Configuration\n\n"        \
  "## Failures\n\n## Threats\n\n## Since\n"

#define WORLD                                                                                      \
  "#!/bin/sh\n"                                                                                    \
  "# What @name@ lives in, for pawl-plugin check: runs in a folder of its own, pawl-plugin(1).\n"  \
  "case $1 in\n"                                                                                   \
  "# Prints settings, one KEY=VALUE a line.\n"                                                     \
  "set-up) ;;\n"                                                                                   \
  "@world@"                                                                                        \
  "# There is no such action.\n"                                                                   \
  "*) exit 64 ;;\n"                                                                                \
  "esac\n"

static const PluginTemplateFile python_files[] = {
  {"README.md",         README},
  {"tests/world",                   WORLD, TRUE},
  {"@name@.plugin",KEYFILE ("@snake@", "python")},
  {"@snake@.py",                   "\"\"\"@name@: one sentence.\"\"\"\n"
                 "import gi\n\n"
                 "gi.require_version(\"Pawl\", \"1\")\n"
                 "from gi.repository import GLib, GObject, Pawl  # noqa: E402, F401\n\n\n"
                 "class @Name@(GObject.Object, Pawl.@Interface@):\n"
                 "    def set_up(self, context):\n"
                 "        self.context = context\n@slots@"},
  {NULL     },
};

static const PluginTemplateFile js_files[] = {
  {"README.md",         README},
  {"tests/world",                   WORLD, TRUE},
  {"@name@.plugin",KEYFILE ("@snake@", "js")},
  {"@snake@.js",
   "// @name@: one sentence.\n"
   "imports.gi.versions.Pawl = '1';\n"
   "const {GLib, GObject, Pawl} = imports.gi;\n\n"
   "var @Interface@ = Pawl.registerPlugin({GTypeName: '@Name@', Implements: [Pawl.@Interface@]},\n"
   "    class extends GObject.Object {\n"
   "        set_up(context) {\n"
   "            this.context = context;\n"
   "        }\n@slots@    });\n"},
  {NULL     },
};

static const PluginTemplateFile c_files[] = {
  {"README.md",                                                                      README},
  {"tests/world",                                                                                WORLD, TRUE},
  {"@name@.plugin",KEYFILE ("@name@", "c")},
  {"meson.build",
   "project ('@name@', 'c', version: '0.1', meson_version: '>= 1.0.1')\n"
   "pawl_dep = dependency ('pawl-1')\n"
   "plugindir = pawl_dep.get_variable (pkgconfig: 'plugindir')\n"
   "shared_module ('@name@', '@name@.c',\n"
   "  name_prefix: '',\n"
   "  dependencies: [pawl_dep],\n"
   "  c_args: ['-DPAWL_PLUGIN_VERSION=\"0.1\"'],\n"
   "  gnu_symbol_visibility: 'hidden',\n"
   "  install: true,\n"
   "  install_dir: plugindir,\n"
   ")\n"
   "configure_file (input: '@name@.plugin', output: '@name@.plugin', copy: true, install_dir: "
   "plugindir)\n"
   "test ('contract', executable ('test-contract', 'tests/test-contract.c', '@name@.c',\n"
   "  dependencies: [pawl_dep, dependency ('pawl-testing-1')]), protocol: 'tap')\n"},
  {"@name@.h",                                                                    "#pragma once\n\n#include <pawl/pawl.h>\n\n"
               "G_DECLARE_FINAL_TYPE (@Name@, @snake@, MY, PLUGIN, GObject)\n"},
  {"@name@.c",
   "#include \"@name@.h\"\n\n"
   "struct _@Name@\n{\n  GObject parent_instance;\n\n  PawlContext *context; /* (owned) */\n};\n\n"
   "static void iface_init (Pawl@Interface@Interface *iface);\n\n"
   "G_DEFINE_FINAL_TYPE_WITH_CODE (@Name@, @snake@, G_TYPE_OBJECT,\n"
   "  G_IMPLEMENT_INTERFACE (PAWL_TYPE_@INTERFACE@, iface_init))\n\n"
   "static gboolean\nset_up (Pawl@Interface@ *self, PawlContext *context, GError **error)\n{\n"
   "  return g_set_object (&((@Name@ *) self)->context, context);\n}\n\n@slots@"
   "static void\niface_init (Pawl@Interface@Interface *iface)\n{\n  iface->set_up = "
   "set_up;\n@fill@}\n\n"
   "static void\n@snake@_dispose (GObject *object)\n{\n"
   "  g_clear_object (&((@Name@ *) object)->context);\n"
   "  G_OBJECT_CLASS (@snake@_parent_class)->dispose (object);\n}\n\n"
   "static void\n@snake@_class_init (@Name@Class *klass)\n{\n"
   "  G_OBJECT_CLASS (klass)->dispose = @snake@_dispose;\n}\n\n"
   "static void\n@snake@_init (@Name@ *self)\n{\n}\n\n"
   "static void\nregister_types (PawlPluginRegistrar *registrar)\n{\n"
   "  pawl_plugin_registrar_add (registrar, PAWL_TYPE_@INTERFACE@, @snake@_get_type ());\n}\n\n"
   "PAWL_DEFINE_PLUGIN (\"@name@\", register_types);\n"},
  {"tests/test-contract.c",
   "#include \"../@name@.h\"\n\n#include <pawl-testing/pawl-testing.h>\n\n"
   "static GObject *\nmake (gpointer world)\n{\n  return g_object_new (@snake@_get_type (), "
   "NULL);\n}\n\n"
   "/* What else the suite needs to know: see pawl-testing.h. */\n"
   "static const PawlTesting@Interface@ implementation = {.base = {.path = \"/@name@\", .make = "
   "make}};\n\n"
   "int\nmain (int argc, char **argv)\n{\n  g_test_init (&argc, &argv, NULL);\n"
   "  pawl_testing_add_@isnake@ (&implementation);\n  return g_test_run ();\n}\n"},
  {NULL                                                                      },
};

static const PluginTemplateLanguage languages[] = {
  {"c",
   "static gboolean\n@slot@ (Pawl@Interface@ *self, @c-args@GVariant *options, PawlOperation *op, "
   "GError **error)\n{\n"
   "  g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED, \"@slot@ " PLUGIN_NOT_WRITTEN
   "\");\n"
   "  return FALSE;\n}\n\n",                                                                  "  iface->start_@slot@ = @slot@;\n", c_files     },
  {"python",
   "\n    async def @slot@(self, @args@options, op):\n"
   "        raise Pawl.error(Pawl.Error.NOT_SUPPORTED, \"@slot@ " PLUGIN_NOT_WRITTEN "\")\n",
   "",                                                                                                                             python_files},
  {"js",
   "\n        async @slot@(@args@options, op) { // eslint-disable-line no-unused-vars\n"
   "            throw new Pawl.Error({code: Pawl.Error.NOT_SUPPORTED, message: "
   "'@slot@ " PLUGIN_NOT_WRITTEN "'});\n"
   "        }\n",                                                                             "",                                  js_files    },
};

const PluginTemplateInterface *
plugin_template_interface (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (interfaces); i++)
    if (g_str_equal (interfaces[i].word, word))
      return &interfaces[i];
  return NULL;
}

const PluginTemplateLanguage *
plugin_template_language (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_equal (languages[i].word, word))
      return &languages[i];
  return NULL;
}
