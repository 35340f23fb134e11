/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-plugin-info.h"

#include <pawl/pawl.h>
#include <string.h>

#define GOOD                                                                                       \
  "[Plugin]\nId=one\nModule=pawl-one\nAbi=1\nVersion=1\nProvides=transport;installer;\n"           \
  "Description=d\nLicence=l\nNeeds=network;\n"

/* @from of a good keyfile becomes @to; @wanted is in the message. */
static const struct
{
  const char *name;
  const char *from;
  const char *to;
  const char *wanted;
} refusals[] = {
  {"no-keyfile",     "[Plugin]\n",                      "Plugin\n",                                                     "one.plugin: "       },
  {"no-group",       "[Plugin]",                        "[Plug]",                                                       "no group [Plugin]"  },
  {"other-abi",      "Abi=1",                           "Abi=2",                                                        "plugin ABI 2"       },
  {"no-abi",         "Abi=1\n",                         "",                                                             "Abi is missing"     },
  {"no-id",          "Id=one\n",                        "",                                                             "Id is missing"      },
  {"other-id",       "Id=one",                          "Id=two",                                                       "two.plugin"         },
  {"id-with-path",   "Id=one",                          "Id=../one",                                                    "lower-case"         },
  {"no-module",      "Module=pawl-one\n",               "",                                                             "Module is missing"  },
  {"module-path",    "Module=pawl-one",                 "Module=../evil",                                               "without a folder"   },
  {"no-version",     "Version=1\n",                     "",                                                             "Version is missing" },
  {"no-provides",    "Provides=transport;installer;\n", "",                                                             "Provides is missing"},
  {"what-provides",  "transport;",                      "teleport;",                                                    "teleport"           },
  {"what-needs",     "network;",                        "everything;",                                                  "everything"         },
  {"what-language",  "Abi=1",                           "Abi=1\nLanguage=perl",                                         "perl"               },
  {"what-isolation", "Abi=1",                           "Abi=1\nIsolation=maybe",                                       "maybe"              },
  {"unknown-word",   "Abi=1",                           "Abi=1\nColour=red",                                            "Colour"             },
  {"unknown-group",  "Needs=network;\n",                "[More]\n",                                                     "[More]"             },
  {"no-licence",     "Licence=l\n",                     "",                                                             "Licence is missing" },
  {"key-name",       "Needs=network;\n",                "[Key A]\nType=string\nDescription=d\n",                        "lower-case"         },
  {"key-no-type",    "Needs=network;\n",                "[Key a]\nDescription=d\n",                                     "Type is missing"    },
  {"key-what-type",  "Needs=network;\n",                "[Key a]\nType=float\nDescription=d\n",                         "float"              },
  {"key-no-text",    "Needs=network;\n",                "[Key a]\nType=string\n",                                       "Description"        },
  {"key-default",    "Needs=network;\n",
   "[Key a]\nType=integer\nMinimum=1\nMaximum=5\nDefault=9\nDescription=d\n",                                           "from 1 to 5"        },
  {"key-limit",      "Needs=network;\n",                "[Key a]\nType=integer\nMinimum=x\nDescription=d\n",            "Minimum"            },
  {"key-limits",     "Needs=network;\n",                "[Key a]\nType=integer\nMinimum=2\nMaximum=1\nDescription=d\n",
   "above Maximum"                                                                                                                           },
  {"no-utf-8",       "Licence=l",                       "Licence=\xab",                                                 "UTF-8"              },
  {"key-word",       "Needs=network;\n",                "[Key a]\nType=string\nHint=x\nDescription=d\n",                "Hint"               },
};

static char *
replace (const char *text, const char *from, const char *to)
{
  const char *at = strstr (text, from);

  g_assert_nonnull (at);
  return g_strdup_printf ("%.*s%s%s", (int) (at - text), text, to, at + strlen (from));
}

static void
test_refuses (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *text = replace (GOOD, refusals[i].from, refusals[i].to);
  g_autoptr (GError) error = NULL;

  g_assert_null (pawl_plugin_info_load_data (text, "/somewhere/one.plugin", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN);
  g_assert_true (g_str_has_prefix (error->message, "/somewhere/one.plugin: "));
  g_assert_nonnull (strstr (error->message, refusals[i].wanted));
}

static void
test_reads (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlPluginInfo) info = pawl_plugin_info_load_data (
    GOOD "[Key wait-s]\nType=integer\nDefault=3\nMinimum=1\nMaximum=5\nUnit=seconds\n"
         "Description=Waits\n[Key name]\nType=string\nDescription=n\n",
    "one.plugin", &error);
  const PawlKey *keys;

  g_assert_no_error (error);
  g_assert_cmpstr (pawl_plugin_info_get_id (info), ==, "one");
  g_assert_cmpstr (pawl_plugin_info_get_language (info), ==, "c");
  g_assert_false (pawl_plugin_info_get_isolated (info));
  g_assert_true (pawl_plugin_info_has_interface (info, "installer"));
  g_assert_false (pawl_plugin_info_has_interface (info, "verifier"));
  keys = pawl_plugin_info_get_keys (info);
  g_assert_cmpstr (keys[0].name, ==, "wait-s");
  g_assert_cmpstr (keys[0].default_value, ==, "3");
  g_assert_cmpint (keys[0].maximum, ==, 5);
  g_assert_cmpstr (keys[1].name, ==, "name");
  g_assert_null (keys[1].default_value);
  g_assert_null (keys[2].name);
}

static void
test_isolates_other_languages (void)
{
  g_autofree char *text = replace (GOOD, "Abi=1", "Abi=1\nLanguage=python");
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlPluginInfo) info = pawl_plugin_info_load_data (text, "one.plugin", &error);

  g_assert_no_error (error);
  g_assert_true (pawl_plugin_info_get_isolated (info));
}

static void
test_words (void)
{
  g_assert_cmpstr (pawl_plugin_interface_to_word (PAWL_TYPE_BOOT_CONTROL), ==, "boot-control");
  g_assert_true (pawl_plugin_interface_from_word ("confirmer") == PAWL_TYPE_CONFIRMER);
  g_assert_true (pawl_plugin_interface_from_word ("") == G_TYPE_INVALID);
  g_assert_null (pawl_plugin_interface_to_word (G_TYPE_OBJECT));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/plugin-info/reads", test_reads);
  g_test_add_func ("/engine/plugin-info/isolates-other-languages", test_isolates_other_languages);
  g_test_add_func ("/engine/plugin-info/words", test_words);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strconcat ("/engine/plugin-info/refuses/", refusals[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_refuses);
    }
  return g_test_run ();
}
