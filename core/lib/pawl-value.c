/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-value-private.h"

#include <pawl/pawl-error.h>

/* A value is one normalised `a{sv}`. A class of values is a table of fields: it says which members
 * are checked when a value is made, and each becomes a read-only property of the same name. */

typedef struct
{
  GVariant *variant; /* (owned) (nullable): set once, at construction */
} PawlValuePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PawlValue, pawl_value, G_TYPE_OBJECT)

enum
{
  PROP_VARIANT = 1,
};

static PawlValuePrivate *
get_private (PawlValue *self)
{
  return pawl_value_get_instance_private (self);
}

static GVariant *
empty_dictionary (void)
{
  return g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
}

static GVariant *
default_for_type (const char *type)
{
  switch (type[0])
    {
    case 's':
      return g_variant_new_string ("");
    case 'b':
      return g_variant_new_boolean (FALSE);
    case 't':
      return g_variant_new_uint64 (0);
    case 'x':
      return g_variant_new_int64 (0);
    case 'd':
      return g_variant_new_double (0);
    default:
      return g_variant_new_array (G_VARIANT_TYPE (type + 1), NULL, 0);
    }
}

/* The member, or what an absent one reads as. Each class has a handful of fields, so a walk finds
 * them. */
static GVariant *
dup_field (PawlValue *self, const PawlValueField *field)
{
  GVariant *found =
    g_variant_lookup_value (get_private (self)->variant, field->name, G_VARIANT_TYPE (field->type));

  return found != NULL ? found : g_variant_ref_sink (default_for_type (field->type));
}

static void
set_gvalue_from_field (GValue *value, GVariant *content)
{
  if (G_VALUE_HOLDS_VARIANT (value))
    g_value_set_variant (value, content);
  else if (G_VALUE_HOLDS (value, G_TYPE_STRV))
    g_value_take_boxed (value, g_variant_dup_strv (content, NULL));
  else
    g_dbus_gvariant_to_gvalue (content, value);
}

static void
pawl_value_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_assert (id == PROP_VARIANT);
  g_value_set_variant (value, get_private (PAWL_VALUE (object))->variant);
}

/* GObject asks the class that installed a property; this one serves the fields of every class of
 * values. */
static void
get_field_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PawlValue *self = PAWL_VALUE (object);
  const PawlValueField *field = &PAWL_VALUE_GET_CLASS (self)->fields[id - 1];
  g_autoptr (GVariant) content = dup_field (self, field);

  set_gvalue_from_field (value, content);
}

static void
pawl_value_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PawlValuePrivate *priv = get_private (PAWL_VALUE (object));

  g_assert (id == PROP_VARIANT);
  priv->variant = g_value_dup_variant (value);
}

static void
pawl_value_constructed (GObject *object)
{
  PawlValuePrivate *priv = get_private (PAWL_VALUE (object));

  G_OBJECT_CLASS (pawl_value_parent_class)->constructed (object);
  if (priv->variant == NULL)
    priv->variant = empty_dictionary ();
}

static void
pawl_value_finalize (GObject *object)
{
  PawlValuePrivate *priv = get_private (PAWL_VALUE (object));

  g_clear_pointer (&priv->variant, g_variant_unref);
  G_OBJECT_CLASS (pawl_value_parent_class)->finalize (object);
}

static void
pawl_value_class_init (PawlValueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pawl_value_get_property;
  object_class->set_property = pawl_value_set_property;
  object_class->constructed = pawl_value_constructed;
  object_class->finalize = pawl_value_finalize;

  /**
   * PawlValue:variant:
   *
   * The members, an `a{sv}`.
   *
   * Since: 1.0
   */
  g_object_class_install_property (
    object_class, PROP_VARIANT,
    g_param_spec_variant ("variant", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

static void
pawl_value_init (PawlValue *self)
{
}

static GParamSpec *
param_spec_for_field (const PawlValueField *field)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  if (g_str_equal (field->type, "s"))
    return g_param_spec_string (field->name, NULL, NULL, "", flags);
  if (g_str_equal (field->type, "b"))
    return g_param_spec_boolean (field->name, NULL, NULL, FALSE, flags);
  if (g_str_equal (field->type, "t"))
    return g_param_spec_uint64 (field->name, NULL, NULL, 0, G_MAXUINT64, 0, flags);
  if (g_str_equal (field->type, "x"))
    return g_param_spec_int64 (field->name, NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  if (g_str_equal (field->type, "d"))
    return g_param_spec_double (field->name, NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  if (g_str_equal (field->type, "as"))
    return g_param_spec_boxed (field->name, NULL, NULL, G_TYPE_STRV, flags);
  return g_param_spec_variant (field->name, NULL, NULL, G_VARIANT_TYPE (field->type), NULL, flags);
}

/* Called by each class of values: takes the table, and makes a property of each field. */
void
pawl_value_class_set_fields (PawlValueClass *klass, const PawlValueField *fields)
{
  klass->fields = fields;
  G_OBJECT_CLASS (klass)->get_property = get_field_property;
  for (guint i = 0; fields[i].name != NULL; i++)
    g_object_class_install_property (G_OBJECT_CLASS (klass), 1 + i,
                                     param_spec_for_field (&fields[i]));
}

static gboolean
check_field (GType type, const PawlValueField *field, GVariant *variant, GError **error)
{
  g_autoptr (GVariant) found = g_variant_lookup_value (variant, field->name, NULL);

  if (found == NULL && !field->required)
    return TRUE;
  if (found != NULL && g_variant_is_of_type (found, G_VARIANT_TYPE (field->type)))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT, "%s: member “%s” is %s, wanted %s",
               g_type_name (type), field->name,
               found != NULL ? g_variant_get_type_string (found) : "missing", field->type);
  return FALSE;
}

/**
 * pawl_value_new_from_variant: (constructor)
 * @type: a class of values
 * @variant: its members, an `a{sv}`; a floating one is consumed
 * @error: return location
 *
 * Makes a value, after checking the type of each member that @type knows. Members that it does not
 * know are kept.
 *
 * Errors: %PAWL_ERROR_INVALID_ARGUMENT, naming the member.
 *
 * Returns: (transfer full): the value
 *
 * Since: 1.0
 */
PawlValue *
pawl_value_new_from_variant (GType type, GVariant *variant, GError **error)
{
  g_autoptr (GVariant) sunk = NULL;
  g_autoptr (GVariant) normal = NULL;
  g_autoptr (PawlValueClass) klass = NULL;

  g_return_val_if_fail (g_type_is_a (type, PAWL_TYPE_VALUE), NULL);
  g_return_val_if_fail (variant != NULL, NULL);

  sunk = g_variant_ref_sink (variant);
  if (!g_variant_is_of_type (sunk, G_VARIANT_TYPE_VARDICT))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT, "%s: is %s, wanted a{sv}",
                   g_type_name (type), g_variant_get_type_string (sunk));
      return NULL;
    }
  normal = g_variant_get_normal_form (sunk);
  klass = g_type_class_ref (type);
  for (const PawlValueField *field = klass->fields; field->name != NULL; field++)
    if (!check_field (type, field, normal, error))
      return NULL;
  return g_object_new (type, "variant", normal, NULL);
}

/**
 * pawl_value_to_variant:
 * @self: a value
 *
 * Gives the value as what crosses a socket or a power cut.
 *
 * Returns: (transfer none): its members, an `a{sv}` from which pawl_value_new_from_variant() makes
 * the same value
 *
 * Since: 1.0
 */
GVariant *
pawl_value_to_variant (PawlValue *self)
{
  g_return_val_if_fail (PAWL_IS_VALUE (self), NULL);

  return get_private (self)->variant;
}

/**
 * pawl_value_lookup:
 * @self: a value
 * @name: a member, also one that the class does not know
 *
 * Looks a member up, also one that this version knows nothing of.
 *
 * Returns: (transfer full) (nullable): the member, or %NULL when there is none
 *
 * Since: 1.0
 */
GVariant *
pawl_value_lookup (PawlValue *self, const char *name)
{
  g_return_val_if_fail (PAWL_IS_VALUE (self) && name != NULL, NULL);

  return g_variant_lookup_value (get_private (self)->variant, name, NULL);
}

/**
 * pawl_value_equal:
 * @self: a value
 * @other: another one
 *
 * Tells whether both are of one class and have the same members in the same order.
 *
 * Returns: whether both are of one class and have the same members in the same order
 *
 * Since: 1.0
 */
gboolean
pawl_value_equal (PawlValue *self, PawlValue *other)
{
  g_return_val_if_fail (PAWL_IS_VALUE (self) && PAWL_IS_VALUE (other), FALSE);

  return G_OBJECT_TYPE (self) == G_OBJECT_TYPE (other) &&
         g_variant_equal (get_private (self)->variant, get_private (other)->variant);
}

/**
 * pawl_value_list_to_variant:
 * @list: a list of #PawlValue
 *
 * Gives a list of values as what crosses a socket or a power cut.
 *
 * Returns: (transfer full): an `aa{sv}`
 *
 * Since: 1.0
 */
GVariant *
pawl_value_list_to_variant (GListModel *list)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  g_return_val_if_fail (G_IS_LIST_MODEL (list), NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (PawlValue) value = g_list_model_get_item (list, i);

      g_variant_builder_add_value (&builder, pawl_value_to_variant (value));
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * pawl_value_list_from_variant:
 * @type: a class of values
 * @variant: an `aa{sv}`
 * @error: return location
 *
 * Errors: %PAWL_ERROR_INVALID_ARGUMENT when one of the members cannot be a @type.
 *
 * Returns: (transfer full): a list of @type
 *
 * Since: 1.0
 */
GListModel *
pawl_value_list_from_variant (GType type, GVariant *variant, GError **error)
{
  g_autoptr (GVariant) sunk = NULL;
  g_autoptr (GListStore) list = NULL;

  g_return_val_if_fail (g_type_is_a (type, PAWL_TYPE_VALUE), NULL);
  g_return_val_if_fail (variant != NULL, NULL);

  sunk = g_variant_ref_sink (variant);
  if (!g_variant_is_of_type (sunk, G_VARIANT_TYPE ("aa{sv}")))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT,
                   "list of %s: is %s, wanted aa{sv}", g_type_name (type),
                   g_variant_get_type_string (sunk));
      return NULL;
    }
  list = g_list_store_new (type);
  for (gsize i = 0; i < g_variant_n_children (sunk); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (sunk, i);
      g_autoptr (PawlValue) value = pawl_value_new_from_variant (type, child, error);

      if (value == NULL)
        return NULL;
      g_list_store_append (list, value);
    }
  return G_LIST_MODEL (g_steal_pointer (&list));
}

/* Getters. A value never changes, and its `a{sv}` is in normal form, so what points into it lives
 * as long as it does. */

static const PawlValueField *
find_field (PawlValue *self, const char *name)
{
  const PawlValueField *field = PAWL_VALUE_GET_CLASS (self)->fields;

  while (field->name != NULL && !g_str_equal (field->name, name))
    field++;
  g_assert (field->name != NULL);
  return field;
}

const char *
pawl_value_get_string (PawlValue *self, const char *name)
{
  const char *text = "";

  g_variant_lookup (get_private (self)->variant, name, "&s", &text);
  return text;
}

gboolean
pawl_value_get_boolean (PawlValue *self, const char *name)
{
  gboolean value = FALSE;

  g_variant_lookup (get_private (self)->variant, name, "b", &value);
  return value;
}

guint64
pawl_value_get_uint64 (PawlValue *self, const char *name)
{
  guint64 value = 0;

  g_variant_lookup (get_private (self)->variant, name, "t", &value);
  return value;
}

gint64
pawl_value_get_int64 (PawlValue *self, const char *name, gint64 fallback)
{
  gint64 value = fallback;

  g_variant_lookup (get_private (self)->variant, name, "x", &value);
  return value;
}

/* What is made for a getter the first time is kept with the object, so that it can be lent. */
static gpointer
keep (PawlValue *self, const char *name, gpointer made, GDestroyNotify free_function)
{
  GQuark quark = g_quark_from_string (name);
  gpointer kept;

  if (!g_object_replace_qdata (G_OBJECT (self), quark, NULL, made, free_function, NULL))
    {
      free_function (made);
      kept = g_object_get_qdata (G_OBJECT (self), quark);
      return kept;
    }
  return made;
}

GVariant *
pawl_value_get_variant (PawlValue *self, const char *name)
{
  GVariant *kept = g_object_get_qdata (G_OBJECT (self), g_quark_from_string (name));

  if (kept != NULL)
    return kept;
  return keep (self, name, dup_field (self, find_field (self, name)),
               (GDestroyNotify) g_variant_unref);
}

const char *const *
pawl_value_get_strv (PawlValue *self, const char *name)
{
  GStrv kept = g_object_get_qdata (G_OBJECT (self), g_quark_from_string (name));
  g_autoptr (GVariant) content = NULL;

  if (kept != NULL)
    return (const char *const *) kept;
  content = dup_field (self, find_field (self, name));
  return keep (self, name, g_variant_dup_strv (content, NULL), (GDestroyNotify) g_strfreev);
}
