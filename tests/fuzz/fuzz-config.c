/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The configuration and the plugins' keyfiles. */
#include "fuzz.h"

#include "pawl-config.h"
#include "pawl-plugin-info.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) config_error = NULL;
  g_autoptr (GError) info_error = NULL;
  g_autoptr (PawlConfig) config = pawl_config_load_data (text, "input", &config_error);
  g_autoptr (PawlPluginInfo) info = pawl_plugin_info_load_data (text, "one.plugin", &info_error);

  g_assert_true ((config == NULL) == (config_error != NULL));
  g_assert_true ((info == NULL) == (info_error != NULL));
  if (config != NULL)
    {
      g_autoptr (GVariant) rows = pawl_config_describe (config, NULL);
      g_auto (GStrv) names = pawl_config_dup_ecu_names (config);

      g_assert_true (rows != NULL && names != NULL);
    }
  return 0;
}
