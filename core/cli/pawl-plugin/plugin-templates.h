/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-plugin-tool.h"

G_BEGIN_DECLS

/* A mandatory slot. */
typedef struct
{
  const char *name;
  const char *c_arguments; /* between the instance and `op`, with types */
  const char *arguments;   /* the same by name, each with a comma */
} PluginTemplateSlot;

typedef struct
{
  const char *word;
  const char *snake;
  const PluginTemplateSlot *slots; /* ends with a NULL name */
  const char *world;               /* the actions of a world for it, as cases of a shell */
} PluginTemplateInterface;

typedef struct
{
  const char *name;
  const char *text;
  gboolean is_program;
} PluginTemplateFile;

typedef struct
{
  const char *word;
  const char *slot;                /* one mandatory slot */
  const char *fill;                /* its line in the table of slots */
  const PluginTemplateFile *files; /* ends with a NULL name */
} PluginTemplateLanguage;

const PluginTemplateInterface *plugin_template_interface (const char *word);
const PluginTemplateLanguage *plugin_template_language (const char *word);

G_END_DECLS
