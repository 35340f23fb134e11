/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "ats-device-private.h"

#include <string.h>

static void
ecu_free (gpointer data)
{
  AtsEcu *ecu = data;

  g_object_unref (ecu->key);
  g_free (ecu->hardware_id);
  g_free (ecu);
}

AtsDevice *
ats_device_new (void)
{
  AtsDevice *self = g_new0 (AtsDevice, 1);

  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->events = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
ats_device_free (AtsDevice *self)
{
  g_hash_table_unref (self->ids);
  g_hash_table_unref (self->events);
  g_clear_pointer (&self->ecus, g_hash_table_unref);
  g_free (self->primary);
  g_clear_pointer (&self->registration, g_bytes_unref);
  g_free (self);
}

void
ats_device_allow_replacement (AtsDevice *self, gboolean allowed)
{
  self->replaceable = allowed;
}

guint
ats_device_count_events (AtsDevice *self)
{
  return g_hash_table_size (self->events);
}

guint
ats_device_count_repeated_events (AtsDevice *self)
{
  return self->repeated;
}

/* ---- POST /devices ---- */

gboolean
ats_device_create (AtsDevice *self, GBytes *body, char **out_id, GError **error)
{
  g_autoptr (PawlTufDocument) document = ats_parse (body, error);
  g_autofree char *id = NULL;
  g_autofree char *ttl = NULL;
  PawlTufValue root;

  if (document == NULL)
    return FALSE;
  root = pawl_tuf_document_get_root (document);
  if (!ats_check_members (document, root, "the device", "deviceId ttl", "", error))
    return FALSE;
  id = ats_dup_text (document, root, "deviceId", 1, 64, error);
  ttl = id != NULL ? ats_dup_text (document, root, "ttl", 1, 8, error) : NULL;
  if (ttl == NULL || !ats_check_pattern (ttl, "^[1-9][0-9]*$", "ttl", error) ||
      !ats_check_pattern (id, "^[A-Za-z0-9._-]+$", "deviceId", error))
    return FALSE;
  if (!g_hash_table_add (self->ids, g_strdup (id)))
    return ats_fail (error, 409, "device_already_registered");
  *out_id = g_steal_pointer (&id);
  return TRUE;
}

/* ---- POST /director/ecus ---- */

static AtsEcu *
read_ecu (PawlTufDocument *document, PawlTufValue value, char **out_serial, GError **error)
{
  PawlTufValue key = pawl_tuf_document_get_member (document, value, "clientKey");
  PawlTufValue keyval = pawl_tuf_document_get_member (document, key, "keyval");
  g_autofree char *serial = NULL;
  g_autofree char *hardware_id = NULL;
  g_autofree char *type = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PawlTufKey) parsed = NULL;
  AtsEcu *ecu;

  if (!ats_check_members (document, value, "an ECU", "clientKey ecu_serial hardware_identifier", "",
                          error) ||
      !ats_check_members (document, key, "clientKey", "keytype keyval", "", error) ||
      !ats_check_members (document, keyval, "keyval", "public", "", error))
    return NULL;
  serial = ats_dup_text (document, value, "ecu_serial", 1, 64, error);
  hardware_id = ats_dup_text (document, value, "hardware_identifier", 1, 200, error);
  type = ats_dup_text (document, key, "keytype", 1, 20, error);
  if (serial == NULL || hardware_id == NULL || type == NULL ||
      !ats_check_pattern (type, "^(ED25519|RSA|ECPRIME256V1)$", "keytype", error))
    return NULL;
  parsed = pawl_tuf_key_new_from_value (document, key, PAWL_TUF_KEY_FLAGS_NONE, &local_error);
  if (parsed == NULL)
    {
      ats_fail (error, 400, "clientKey: %s", local_error->message);
      return NULL;
    }
  ecu = g_new0 (AtsEcu, 1);
  ecu->key = g_steal_pointer (&parsed);
  ecu->hardware_id = g_steal_pointer (&hardware_id);
  *out_serial = g_steal_pointer (&serial);
  return ecu;
}

static GHashTable *
read_ecus (PawlTufDocument *document, PawlTufValue list, GError **error)
{
  g_autoptr (GHashTable) ecus = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, ecu_free);
  PawlTufValue value;
  PawlTufIter iter;

  pawl_tuf_iter_init (&iter, document, list);
  while (pawl_tuf_iter_next (&iter, NULL, &value))
    {
      char *serial = NULL;
      AtsEcu *ecu = read_ecu (document, value, &serial, error);

      if (ecu == NULL)
        return NULL;
      if (!g_hash_table_insert (ecus, serial, ecu))
        {
          ats_fail (error, 400, "an ECU is registered twice");
          return NULL;
        }
    }
  return g_steal_pointer (&ecus);
}

gboolean
ats_device_register (AtsDevice *self, GBytes *body, guint *out_status, GError **error)
{
  g_autoptr (PawlTufDocument) document = ats_parse (body, error);
  g_autoptr (GHashTable) ecus = NULL;
  g_autofree char *primary = NULL;
  PawlTufValue root;

  if (document == NULL)
    return FALSE;
  root = pawl_tuf_document_get_root (document);
  if (!ats_check_members (document, root, "the device", "ecus primary_ecu_serial", "", error))
    return FALSE;
  ecus = read_ecus (document, pawl_tuf_document_get_member (document, root, "ecus"), error);
  primary = ats_dup_text (document, root, "primary_ecu_serial", 1, 64, error);
  if (ecus == NULL || primary == NULL)
    return FALSE;
  if (!g_hash_table_contains (ecus, primary))
    return ats_fail (error, 400, "primary_ecu_serial is none of the ECUs");
  *out_status = self->registration == NULL ? 201 : 200;
  if (self->registration != NULL && !g_bytes_equal (self->registration, body) && !self->replaceable)
    return ats_fail (error, 409, "ecu_replacement_disabled");
  g_clear_pointer (&self->registration, g_bytes_unref);
  g_clear_pointer (&self->ecus, g_hash_table_unref);
  g_free (self->primary);
  self->registration = g_bytes_ref (body);
  self->ecus = g_steal_pointer (&ecus);
  self->primary = g_steal_pointer (&primary);
  return TRUE;
}

/* ---- the order of one poll ---- */

static gboolean
is_root (const char *name)
{
  return g_regex_match_simple ("^[1-9][0-9]*\\.root\\.json$", name, 0, 0);
}

void
ats_device_begin_poll (AtsDevice *self)
{
  self->told = TRUE;
  self->director = (AtsRepository){0};
  self->image = (AtsRepository){0};
}

/* Each repository is walked from its root down, and the Director before the Image repository. */
gboolean
ats_device_check_order (AtsDevice *self, const char *path, GError **error)
{
  gboolean is_director = g_str_has_prefix (path, "/director/");
  const char *name = strrchr (path, '/') + 1;
  AtsRepository *repository = is_director ? &self->director : &self->image;

  if (!g_str_has_suffix (name, ".json") || strstr (path, "/targets/") != NULL)
    return TRUE;
  if (!self->told)
    return ats_fail (error, 412, "%s before a manifest", path);
  if (!is_director && !self->director.targets)
    return ats_fail (error, 412, "%s before the Director's targets", path);
  if (is_root (name))
    {
      *repository = (AtsRepository){.root = TRUE};
      return TRUE;
    }
  if (!repository->root)
    return ats_fail (error, 412, "%s before the next root", path);
  if (g_str_equal (name, "targets.json") && !is_director && !repository->snapshot &&
      !repository->timestamp)
    return ats_fail (error, 412, "%s before the timestamp", path);
  if (g_str_equal (name, "snapshot.json") && !repository->timestamp)
    return ats_fail (error, 412, "%s before the timestamp", path);
  repository->timestamp = repository->timestamp || g_str_equal (name, "timestamp.json");
  repository->snapshot = repository->snapshot || g_str_equal (name, "snapshot.json");
  repository->targets = repository->targets || g_str_equal (name, "targets.json");
  return TRUE;
}

void
ats_device_note_fault (AtsDevice *self, const char *path)
{
  if (g_str_equal (path, "/director/manifest"))
    ats_device_begin_poll (self);
  else
    ats_device_check_order (self, path, NULL);
}
