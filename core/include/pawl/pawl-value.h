/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>
#include <pawl/pawl-macros.h>

G_BEGIN_DECLS

/**
 * PawlValue:
 *
 * What the immutable value objects have in common: each is an `a{sv}` whose members were checked
 * once, when it was made, so it crosses a socket or a power cut unchanged. Unknown members are
 * kept.
 *
 * Since: 1.0
 */
#define PAWL_TYPE_VALUE (pawl_value_get_type ())

PAWL_AVAILABLE_IN_ALL
G_DECLARE_DERIVABLE_TYPE (PawlValue, pawl_value, PAWL, VALUE, GObject)

/**
 * PawlValueField:
 * @name: the member's name in the `a{sv}`, and the property's
 * @type: its GVariant type string
 * @required: whether a value without it is refused; otherwise getters answer with an empty value
 *
 * One member that a class of values checks. Only C describes classes of values.
 *
 * Since: 1.0
 */
typedef struct
{
  const char *name;
  const char *type;
  gboolean required;
} PawlValueField;

struct _PawlValueClass
{
  GObjectClass parent_class;

  /*< private >*/
  const PawlValueField *fields; /* ends with a NULL name */
};

PAWL_AVAILABLE_IN_ALL
GVariant *pawl_value_to_variant (PawlValue *self);
PAWL_AVAILABLE_IN_ALL
PawlValue *pawl_value_new_from_variant (GType type, GVariant *variant, GError **error);
PAWL_AVAILABLE_IN_ALL
GVariant *pawl_value_lookup (PawlValue *self, const char *name);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_value_equal (PawlValue *self, PawlValue *other);

PAWL_AVAILABLE_IN_ALL
GVariant *pawl_value_list_to_variant (GListModel *list);
PAWL_AVAILABLE_IN_ALL
GListModel *pawl_value_list_from_variant (GType type, GVariant *variant, GError **error);

G_END_DECLS
