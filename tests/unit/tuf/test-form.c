/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl-tuf/pawl-tuf.h>

#include <string.h>

/* A file, and whether its form is good. */
typedef struct
{
  const char *name;
  PawlTufType type;
  const char *signatures; /* (nullable): the usual ones */
  const char *head;       /* (nullable): type, spec_version, version and expires */
  const char *body;
  PawlTufError code;
  gboolean good;
} Case;

#define HEAD(type)                                                                                 \
  "\"_type\":\"" type "\",\"spec_version\":\"1.0.31\",\"version\":1,"                              \
  "\"expires\":\"2030-01-01T00:00:00Z\""
#define ROLE "{\"keyids\":[\"a\"],\"threshold\":1}"
#define ROLES                                                                                      \
  "\"roles\":{\"root\":" ROLE ",\"timestamp\":" ROLE ",\"snapshot\":" ROLE ",\"targets\":" ROLE "}"
#define DELEGATED(x)  "\"targets\":{},\"delegations\":{\"keys\":{},\"roles\":[" x "]}"
#define DELEGATION(x) "{\"name\":\"r\",\"keyids\":[],\"threshold\":1,\"terminating\":false" x "}"
#define SEVERAL(n, x)                                                                              \
  "{\"name\":\"s\",\"paths\":[],\"min_roles_in_agreement\":" n ",\"roleinfo\":[" x "]}"
#define INFO(name) "{\"rolename\":\"" name "\",\"keyids\":[],\"threshold\":1}"
#define LISTED(x)  "\"targets\":{},\"keys_for_delegations\":{},\"delegations\":[" x "]"
#define INVALID    PAWL_TUF_ERROR_INVALID_METADATA

static const Case cases[] = {
  {"root",                   PAWL_TUF_TYPE_ROOT,                                NULL,                HEAD ("root"),                 "\"keys\":{}," ROLES,                                                                INVALID,                                                                                                                                                                                                            TRUE},
  {"timestamp",              PAWL_TUF_TYPE_TIMESTAMP,                           NULL,                HEAD ("timestamp"),
   "\"meta\":{\"snapshot.json\":{\"version\":1}}",                                                                                                                                                                       INVALID,                                                                                                                                                                                                            TRUE},
  {"snapshot",               PAWL_TUF_TYPE_SNAPSHOT,                            NULL,                HEAD ("snapshot"),
   "\"meta\":{\"targets.json\":{\"version\":1}}",                                                                                                                                                                        INVALID,                                                                                                                                                                                                            TRUE},
  {"T17 no targets",         PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),              "\"targets\":{}",                                                                    INVALID,
   TRUE},
  {"T1 unknown member",      PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),              "\"targets\":{},\"x\":[{}]",
   INVALID,                                                                                                                                                                                                                                                                                                                                                                                                                                  TRUE},
  {"T2 fraction",            PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),              "\"targets\":{},\"x\":1.5",
   INVALID,                                                                                                                                                                                                                                                                                                                                                                                                                                  FALSE},
  {"T2 exponent",            PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),              "\"targets\":{},\"x\":1e3",
   INVALID,                                                                                                                                                                                                                                                                                                                                                                                                                                  FALSE},
  {"T2 beyond 64 bits",      PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),
   "\"targets\":{},\"x\":9223372036854775808",                                                                                                                                                                           INVALID,                                                                                                                                                                                                            FALSE},
  {"T2 the last of 64 bits", PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),
   "\"targets\":{},\"x\":[9223372036854775807,-9223372036854775808]",                                                                                                                                                    INVALID,                                                                                                                                                                                                            TRUE},
  {"ATS fraction",           PAWL_TUF_TYPE_TARGETS,                             NULL,
   "\"_type\":\"Targets\",\"version\":1,\"expires\":\"2030-01-01T00:00:00Z\"",                                                      "\"targets\":{},\"x\":1.5",                                                          INVALID,                                                                                                                                                                                                            TRUE},
  {"other type",             PAWL_TUF_TYPE_ROOT,                                NULL,                HEAD ("targets"),              "\"targets\":{}",
   PAWL_TUF_ERROR_SECURITY,                                                                                                                                                                                                                                                                                                                                                                                                                  FALSE},
  {"unknown type",           PAWL_TUF_TYPE_ROOT,                                NULL,                HEAD ("rot"),                  "\"keys\":{}," ROLES,
   PAWL_TUF_ERROR_SECURITY,                                                                                                                                                                                                                                                                                                                                                                                                                  FALSE},
  {"no type",                PAWL_TUF_TYPE_ROOT,                                NULL,                "\"_type\":1,\"version\":1",   "\"keys\":{}," ROLES,                                                                INVALID,
   FALSE},
  {"T3 one key id twice",    PAWL_TUF_TYPE_TARGETS,
   "{\"keyid\":\"a\",\"sig\":\"\"},{\"keyid\":\"a\",\"sig\":\"\"}",                                  HEAD ("targets"),
   "\"targets\":{}",                                                                                                                                                                                                     PAWL_TUF_ERROR_NON_UNIQUE_SIGNATURES,                                                                                                                                                                               FALSE},
  {"signature without sig",  PAWL_TUF_TYPE_TARGETS,                             "{\"keyid\":\"a\"}", HEAD ("targets"),
   "\"targets\":{}",                                                                                                                                                                                                     INVALID,                                                                                                                                                                                                            FALSE},
  {"signature no object",    PAWL_TUF_TYPE_TARGETS,                             "1",                 HEAD ("targets"),              "\"targets\":{}",                                                                    INVALID,
   FALSE},
  {"T9 time with fraction",  PAWL_TUF_TYPE_TARGETS,                             NULL,
   "\"_type\":\"targets\",\"spec_version\":\"1.0.31\",\"version\":1,\"expires\":\"2030-01-01T00:00:"
   "00.0Z\"",                                                                                                                       "\"targets\":{}",                                                                    INVALID,                                                                                                                                                                                                            FALSE},
  {"T10 no spec_version",    PAWL_TUF_TYPE_TARGETS,                             NULL,
   "\"_type\":\"targets\",\"version\":1,\"expires\":\"2030-01-01T00:00:00Z\"",                                                      "\"targets\":{}",
   INVALID,                                                                                                                                                                                                                                                                                                                                                                                                                                  FALSE},
  {"T10 spec_version 2",     PAWL_TUF_TYPE_TARGETS,                             NULL,
   "\"_type\":\"targets\",\"spec_version\":\"2.0.0\",\"version\":1,\"expires\":\"2030-01-01T00:00:"
   "00Z\"",                                                                                                                         "\"targets\":{}",                                                                    INVALID,                                                                                                                                                                                                            FALSE},
  {"T11 version 0",          PAWL_TUF_TYPE_TARGETS,                             NULL,
   "\"_type\":\"targets\",\"spec_version\":\"1.0\",\"version\":0,\"expires\":\"2030-01-01T00:00:"
   "00Z\"",                                                                                                                         "\"targets\":{}",                                                                    INVALID,                                                                                                                                                                                                            FALSE},
  {"T11 version a string",   PAWL_TUF_TYPE_TARGETS,                             NULL,
   "\"_type\":\"targets\",\"spec_version\":\"1.0\",\"version\":\"1\",\"expires\":\"2030-01-01T00:"
   "00:00Z\"",                                                                                                                      "\"targets\":{}",                                                                    INVALID,                                                                                                                                                                                                            FALSE},
  {"T12 no targets role",    PAWL_TUF_TYPE_ROOT,                                NULL,                HEAD ("root"),
   "\"keys\":{},\"roles\":{\"root\":" ROLE ",\"timestamp\":" ROLE ",\"snapshot\":" ROLE "}",
   INVALID,                                                                                                                                                                                                                                                                                                                                                                                                                                  FALSE},
  {"root without keys",      PAWL_TUF_TYPE_ROOT,                                NULL,                HEAD ("root"),                 ROLES,                                                                               INVALID,                                                                                                                                                                                                            FALSE},
  {"T13 threshold 0",        PAWL_TUF_TYPE_ROOT,                                NULL,                HEAD ("root"),
   "\"keys\":{},\"roles\":{\"root\":{\"keyids\":[],\"threshold\":0}}",                                                                                                                                                   PAWL_TUF_ERROR_ILLEGAL_THRESHOLD,                                                                                                                                                                                   FALSE},
  {"T14 consistent 1",       PAWL_TUF_TYPE_ROOT,                                NULL,                HEAD ("root"),
   "\"consistent_snapshot\":1,\"keys\":{}," ROLES,                                                                                                                                                                       INVALID,                                                                                                                                                                                                            FALSE},
  {"T15 no targets.json",    PAWL_TUF_TYPE_SNAPSHOT,                            NULL,                HEAD ("snapshot"),             "\"meta\":{}",                                                                       INVALID,
   FALSE},
  {"T15 no version",         PAWL_TUF_TYPE_SNAPSHOT,                            NULL,                HEAD ("snapshot"),
   "\"meta\":{\"targets.json\":{\"length\":3}}",                                                                                                                                                                         INVALID,                                                                                                                                                                                                            FALSE},
  {"T18 no hashes",          PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),
   "\"targets\":{\"a\":{\"length\":1}}",                                                                                                                                                                                 INVALID,                                                                                                                                                                                                            FALSE},
  {"T18 empty hashes",       PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),
   "\"targets\":{\"a\":{\"length\":1,\"hashes\":{}}}",                                                                                                                                                                   INVALID,                                                                                                                                                                                                            FALSE},
  {"T18 no length",          PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),
   "\"targets\":{\"a\":{\"hashes\":{\"sha256\":\"00\"}}}",                                                                                                                                                               INVALID,                                                                                                                                                                                                            FALSE},
  {"T18 negative length",    PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),
   "\"targets\":{\"a\":{\"length\":-1,\"hashes\":{\"sha256\":\"00\"}}}",                                                                                                                                                 INVALID,                                                                                                                                                                                                            FALSE},
  {"delegation",             PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),
   DELEGATED (DELEGATION (",\"paths\":[\"*\"]")),                                                                                                                                                                        INVALID,                                                                                                                                                                                                            TRUE},
  {"T20 a role twice",       PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),
   DELEGATED (DELEGATION (",\"paths\":[]") "," DELEGATION (",\"paths\":[]")),                                                                                                                                            INVALID,                                                                                                                                                                                                            FALSE},
  {"T21 no paths",           PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),              DELEGATED (DELEGATION ("")),
   INVALID,                                                                                                                                                                                                                                                                                                                                                                                                                                  FALSE},
  {"T21 both kinds",         PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),
   DELEGATED (DELEGATION (",\"paths\":[],\"path_hash_prefixes\":[]")),                                                                                                                                                   INVALID,                                                                                                                                                                                                            FALSE},
  {"a top-level name",       PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),
   DELEGATED ("{\"name\":\"root\",\"keyids\":[],\"threshold\":1,\"paths\":[]}"),                                                                                                                                         INVALID,                                                                                                                                                                                                            FALSE},
  {"U80 several",            PAWL_TUF_TYPE_TARGETS,                             NULL,                HEAD ("targets"),
   LISTED (SEVERAL ("1",                                                                                                                                                                                                 INFO ("a") "," INFO ("b"))),                                                                                                                                                                                        INVALID,TRUE},
  {"U80 several among roles",                        PAWL_TUF_TYPE_TARGETS,                                                 NULL,                        HEAD ("targets"),
   DELEGATED (SEVERAL ("2",                                             INFO ("a") "," INFO ("b"))),                                                                                                                                                                                                                                                                                                                                                                                                                  INVALID,TRUE},
  {"U80 no keys",                    PAWL_TUF_TYPE_TARGETS,                                                                     NULL,                                                                            HEAD ("targets"),
   "\"targets\":{},\"delegations\":[]",                                                                            INVALID,                                                                                                                                                                                                   FALSE},
  {"U80 a role twice",                   PAWL_TUF_TYPE_TARGETS,                                                                    NULL,                                                                      HEAD ("targets"),
   LISTED (SEVERAL ("1",                                                                        INFO ("a")) "," SEVERAL ("1",   INFO ("a"))),INVALID, FALSE},
  {"U80 a top-level name",            PAWL_TUF_TYPE_TARGETS,                                                      NULL,                                                                    HEAD ("targets"),
   LISTED (SEVERAL ("1",                                                                                                                                                               INFO ("root"))),                                                                                                                                                                                                                                                                                                                                               INVALID,FALSE},
  {"U80 nobody",     PAWL_TUF_TYPE_TARGETS,                                       NULL,                                                   HEAD ("targets"),                                                                           LISTED (SEVERAL ("1","")),INVALID,
   FALSE},
  {"U80 more than there are",        PAWL_TUF_TYPE_TARGETS,                                     NULL,  HEAD ("targets"),
   LISTED (SEVERAL ("2",                                                                                                                                                                                                                INFO ("a"))),                                                                                                                                                                                                                                                                                                                                                                                                                                  INVALID,FALSE},
  {"no delegated roles",                    PAWL_TUF_TYPE_TARGETS,                 NULL,                                                                             HEAD ("targets"),
   "\"targets\":{},\"delegations\":{}",INVALID,FALSE},
  {"ATS none of them",PAWL_TUF_TYPE_TARGETS,             NULL,
   "\"_type\":\"Targets\",\"version\":1,\"expires\":\"2030-01-01T00:00:00Z\"",                                                                                             "\"targets\":{},\"delegations\":{}",                                                                                                                                                                                                               INVALID,                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      TRUE                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   },
  {"ATS no method",                    PAWL_TUF_TYPE_TARGETS,                                                     "{\"keyid\":\"a\",\"sig\":\"\"}",
   "\"_type\":\"Targets\",\"version\":1,\"expires\":\"2030-01-01T00:00:00Z\"","\"targets\":{}",
   INVALID,FALSE},
  {"ATS bare timestamp",PAWL_TUF_TYPE_TIMESTAMP,NULL,
   "\"_type\":\"Timestamp\",\"version\":1,\"expires\":\"2030-01-01T00:00:00Z\"",                                                                                                                "\"meta\":{\"snapshot.json\":{\"version\":1}}",                                                                                                                                                                                                              INVALID,                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                FALSE                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                       },
};

static void
test_form (gconstpointer data)
{
  const Case *test = data;
  g_autofree char *text =
    g_strdup_printf ("{\"signatures\":[%s],\"signed\":{%s,%s}}",
                     test->signatures != NULL ? test->signatures : "", test->head, test->body);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufMetadata) metadata = pawl_tuf_metadata_new (test->type, bytes, &error);

  if (test->good)
    {
      g_assert_no_error (error);
      g_assert_nonnull (metadata);
      return;
    }
  g_assert_null (metadata);
  g_assert_error (error, PAWL_TUF_ERROR, (int) test->code);
  g_test_message ("%s", error->message);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdelimit (g_strdup (cases[i].name), " ", '-');
      g_autofree char *path = g_strconcat ("/tuf/form/", name, NULL);

      g_test_add_data_func (path, &cases[i], test_form);
    }
  return g_test_run ();
}
