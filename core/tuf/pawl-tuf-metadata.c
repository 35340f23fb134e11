/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The form of a metadata file: everything that can be said about it without a key. What passes here
 * can be walked over without asking again whether a member is there and of which type. */
#include <pawl-tuf/pawl-tuf-metadata.h>

#include "pawl-tuf-form.h"
#include "pawl-tuf-scanner.h"

#include <pawl-tuf/pawl-tuf-error.h>

#include <string.h>

static const struct
{
  const char *tuf;
  const char *ats;
} type_names[] = {
  [PAWL_TUF_TYPE_ROOT] = {"root",             "Root"            },
  [PAWL_TUF_TYPE_TIMESTAMP] = {"timestamp",        "Timestamp"       },
  [PAWL_TUF_TYPE_SNAPSHOT] = {"snapshot",         "Snapshot"        },
  [PAWL_TUF_TYPE_TARGETS] = {"targets",          "Targets"         },
  [PAWL_TUF_TYPE_OFFLINE_SNAPSHOT] = {"offline-snapshot", "Offline-Snapshot"},
  [PAWL_TUF_TYPE_OFFLINE_UPDATES] = {"offline-updates",  "Offline-Updates" },
};

struct _PawlTufMetadata
{
  GObject parent_instance;

  PawlTufDocument *document; /* (owned) */
  PawlTufValue signed_part;
  PawlTufType type;
  PawlTufDialect dialect;
  gint64 version;
  gint64 expires_us;
};

G_DEFINE_FINAL_TYPE (PawlTufMetadata, pawl_tuf_metadata, G_TYPE_OBJECT)

static void
pawl_tuf_metadata_finalize (GObject *object)
{
  PawlTufMetadata *self = PAWL_TUF_METADATA (object);

  g_clear_object (&self->document);
  G_OBJECT_CLASS (pawl_tuf_metadata_parent_class)->finalize (object);
}

static void
pawl_tuf_metadata_class_init (PawlTufMetadataClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_tuf_metadata_finalize;
}

static void
pawl_tuf_metadata_init (PawlTufMetadata *self)
{
}

static gboolean
find_type (PawlTufDocument *document,
           PawlTufValue value,
           PawlTufType *out_type,
           PawlTufDialect *out_dialect)
{
  for (gsize i = 0; i < G_N_ELEMENTS (type_names); i++)
    {
      gboolean is_ats = pawl_tuf_document_is_string (document, value, type_names[i].ats);

      if (!is_ats && !pawl_tuf_document_is_string (document, value, type_names[i].tuf))
        continue;
      *out_type = (PawlTufType) i;
      *out_dialect = is_ats ? PAWL_TUF_DIALECT_ATS : PAWL_TUF_DIALECT_TUF;
      return TRUE;
    }
  return FALSE;
}

/* A genuine file of another type in this one's place is an attack, not an accident. */
static gboolean
read_type (PawlTufMetadata *self, GError **error)
{
  PawlTufValue value = pawl_tuf_metadata_get_member (self, "_type");
  g_autofree char *text = pawl_tuf_document_dup_string (self->document, value);
  PawlTufType type;

  if (text == NULL)
    return pawl_tuf_form_refuse (error, "_type: wanted a string");
  if (find_type (self->document, value, &type, &self->dialect) && type == self->type)
    return TRUE;
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_SECURITY,
               "_type: found \"%s\", wanted \"%s\" or \"%s\"", text, type_names[self->type].tuf,
               type_names[self->type].ats);
  return FALSE;
}

static gboolean
read_spec_version (PawlTufMetadata *self, GError **error)
{
  g_autofree char *text =
    pawl_tuf_document_dup_string (self->document,
                                  pawl_tuf_metadata_get_member (self, "spec_version"));

  if (self->dialect == PAWL_TUF_DIALECT_ATS)
    return TRUE;
  if (text != NULL && g_str_has_prefix (text, "1."))
    return TRUE;
  return pawl_tuf_form_refuse (error, "spec_version: found \"%s\", wanted 1.x",
                               text != NULL ? text : "");
}

static gboolean
read_version (PawlTufMetadata *self, GError **error)
{
  PawlTufValue value = pawl_tuf_metadata_get_member (self, "version");

  if (pawl_tuf_document_get_int (self->document, value, &self->version) && self->version >= 1)
    return TRUE;
  return pawl_tuf_form_refuse (error, "version: wanted an integer of at least 1");
}

static gboolean
read_expires (PawlTufMetadata *self, GError **error)
{
  g_autofree char *text =
    pawl_tuf_document_dup_string (self->document, pawl_tuf_metadata_get_member (self, "expires"));

  if (text != NULL && pawl_tuf_parse_time (text, &self->expires_us))
    return TRUE;
  return pawl_tuf_form_refuse (error, "expires: found \"%s\", wanted YYYY-MM-DDTHH:MM:SSZ",
                               text != NULL ? text : "");
}

/* OLPC canonical JSON has no other numbers (4.1). */
static gboolean
check_numbers (PawlTufMetadata *self, GError **error)
{
  if (self->dialect == PAWL_TUF_DIALECT_ATS || pawl_tuf_document_has_only_integers (self->document))
    return TRUE;
  return pawl_tuf_form_refuse (error, "found a number that is no integer of 64 bits");
}

static gboolean
read_signed (PawlTufMetadata *self, GError **error)
{
  PawlTufValue root = pawl_tuf_document_get_root (self->document);

  self->signed_part = pawl_tuf_document_get_member (self->document, root, "signed");
  if (pawl_tuf_document_get_kind (self->document, self->signed_part) != '{')
    return pawl_tuf_form_refuse (error, "signed: wanted an object");
  return read_type (self, error) && check_numbers (self, error) &&
         read_spec_version (self, error) && read_version (self, error) &&
         read_expires (self, error) &&
         pawl_tuf_form_check_signatures (self->document, self->dialect, error) &&
         pawl_tuf_form_check_body (self->document, self->signed_part, self->type, self->dialect,
                                   error);
}

/**
 * pawl_tuf_metadata_new:
 * @type: what it has to be
 * @bytes: the file
 * @error: return location
 *
 * Reads a metadata file and checks its form, not its signatures.
 *
 * Errors: %PAWL_TUF_ERROR_INVALID_METADATA, %PAWL_TUF_ERROR_SECURITY for a file of another type,
 * %PAWL_TUF_ERROR_NON_UNIQUE_SIGNATURES, %PAWL_TUF_ERROR_ILLEGAL_THRESHOLD.
 *
 * Returns: (transfer full): the file
 *
 * Since: 1.0
 */
PawlTufMetadata *
pawl_tuf_metadata_new (PawlTufType type, GBytes *bytes, GError **error)
{
  g_autoptr (PawlTufMetadata) self = g_object_new (PAWL_TUF_TYPE_METADATA, NULL);

  self->type = type;
  self->document = pawl_tuf_document_new (bytes, error);
  if (self->document == NULL || !read_signed (self, error))
    {
      g_prefix_error (error, "%s: ", type_names[type].tuf);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * pawl_tuf_metadata_get_document:
 * @self: a metadata file
 *
 * Returns: (transfer none): its document
 *
 * Since: 1.0
 */
PawlTufDocument *
pawl_tuf_metadata_get_document (PawlTufMetadata *self)
{
  return self->document;
}

/**
 * pawl_tuf_metadata_get_signed:
 * @self: a metadata file
 *
 * Returns: the object that the signatures are about
 *
 * Since: 1.0
 */
PawlTufValue
pawl_tuf_metadata_get_signed (PawlTufMetadata *self)
{
  return self->signed_part;
}

/**
 * pawl_tuf_metadata_get_member:
 * @self: a metadata file
 * @name: a member's name
 *
 * Returns: a member of `signed`, or a value that does not exist
 *
 * Since: 1.0
 */
PawlTufValue
pawl_tuf_metadata_get_member (PawlTufMetadata *self, const char *name)
{
  return pawl_tuf_document_get_member (self->document, self->signed_part, name);
}

/**
 * pawl_tuf_metadata_get_dialect:
 * @self: a metadata file
 *
 * Returns: how it is written
 *
 * Since: 1.0
 */
PawlTufDialect
pawl_tuf_metadata_get_dialect (PawlTufMetadata *self)
{
  return self->dialect;
}

/**
 * pawl_tuf_metadata_get_version:
 * @self: a metadata file
 *
 * Returns: its version, at least 1
 *
 * Since: 1.0
 */
gint64
pawl_tuf_metadata_get_version (PawlTufMetadata *self)
{
  return self->version;
}

/**
 * pawl_tuf_metadata_get_expires_us:
 * @self: a metadata file
 *
 * Returns: the first moment at which it is expired, in microseconds since 1970, UTC
 *
 * Since: 1.0
 */
gint64
pawl_tuf_metadata_get_expires_us (PawlTufMetadata *self)
{
  return self->expires_us;
}

static char *
format_time (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  return time != NULL ? g_date_time_format_iso8601 (time) : g_strdup ("later than any year");
}

/**
 * pawl_tuf_metadata_check_expiry:
 * @self: a metadata file
 * @now_us: when the update began, in microseconds since 1970, UTC (TUF 1.0.34, 5.1)
 * @error: return location
 *
 * Errors: %PAWL_TUF_ERROR_EXPIRED.
 *
 * Returns: %TRUE if it is not expired
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_metadata_check_expiry (PawlTufMetadata *self, gint64 now_us, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *now_text = NULL;

  if (now_us < self->expires_us)
    return TRUE;
  text = format_time (self->expires_us);
  now_text = format_time (now_us);
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_EXPIRED,
               "%s: version %" G_GINT64_FORMAT
               " expired at %s, and it is %s: sign a new one, or look at the device's clock",
               type_names[self->type].tuf, self->version, text, now_text);
  return FALSE;
}

/**
 * pawl_tuf_metadata_get_consistent_snapshot:
 * @self: a root
 *
 * Returns: whether files are fetched under names with their version or hash (TUF 1.0.34, 6.2);
 * absent means %FALSE (4.3)
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_metadata_get_consistent_snapshot (PawlTufMetadata *self)
{
  PawlTufValue value = pawl_tuf_metadata_get_member (self, "consistent_snapshot");
  gboolean consistent = FALSE;

  return pawl_tuf_document_get_boolean (self->document, value, &consistent) && consistent;
}

/**
 * pawl_tuf_metadata_find_meta:
 * @self: a timestamp or snapshot
 * @file_name: for example `targets.json`
 *
 * Returns: what @self says about that file, or a value that does not exist
 *
 * Since: 1.0
 */
PawlTufValue
pawl_tuf_metadata_find_meta (PawlTufMetadata *self, const char *file_name)
{
  return pawl_tuf_document_get_member (self->document, pawl_tuf_metadata_get_member (self, "meta"),
                                       file_name);
}
