/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-value.h>

G_BEGIN_DECLS

/* What classes of values share: see pawl-value.c. */
void pawl_value_class_set_fields (PawlValueClass *klass, const PawlValueField *fields);

const char *pawl_value_get_string (PawlValue *self, const char *name);
gboolean pawl_value_get_boolean (PawlValue *self, const char *name);
guint64 pawl_value_get_uint64 (PawlValue *self, const char *name);
gint64 pawl_value_get_int64 (PawlValue *self, const char *name, gint64 fallback);
GVariant *pawl_value_get_variant (PawlValue *self, const char *name);
const char *const *pawl_value_get_strv (PawlValue *self, const char *name);

/* The whole of a class of values without fields of its own. */
#define PAWL_DEFINE_VALUE(TypeName, type_name, fields_table)                                       \
  struct _##TypeName                                                                               \
  {                                                                                                \
    PawlValue parent_instance;                                                                     \
  };                                                                                               \
  G_DEFINE_FINAL_TYPE (TypeName, type_name, PAWL_TYPE_VALUE)                                       \
  static void type_name##_class_init (TypeName##Class *klass)                                      \
  {                                                                                                \
    pawl_value_class_set_fields (PAWL_VALUE_CLASS (klass), fields_table);                          \
  }                                                                                                \
  static void type_name##_init (TypeName *self)                                                    \
  {                                                                                                \
  }

G_END_DECLS
