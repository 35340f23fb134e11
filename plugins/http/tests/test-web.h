/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  TEST_WEB_NONE,
  TEST_WEB_DROP,     /* closes without an answer */
  TEST_WEB_TRUNCATE, /* closes after half of the body */
  TEST_WEB_STALL,    /* sends half of the body and then nothing */
  TEST_WEB_ENDLESS,  /* a body that never ends */
  TEST_WEB_GARBAGE,  /* something that is not HTTP */
} TestWebFault;

/* A web server on 127.0.0.1 that does what a test orders, each connection in a thread. */
typedef struct _TestWeb TestWeb;

TestWeb *test_web_new (GTlsCertificate *certificate, GTlsDatabase *clients);
void test_web_free (TestWeb *self);
char *test_web_make_uri (TestWeb *self, const char *path);
/* @etag NULL: none, and no parts are served. */
void test_web_put (TestWeb *self, const char *path, const char *data, gsize size, const char *etag);
void test_web_order (TestWeb *self, const char *path, TestWebFault fault, guint times);
/* Answers with exactly this head, and its own body, @times times. */
void test_web_script (TestWeb *self, const char *path, const char *response, guint times);
guint test_web_count (TestWeb *self, const char *path);
guint test_web_get_connections (TestWeb *self);
/* The head of the last request for @path; its body after the empty line. */
char *test_web_dup_last (TestWeb *self, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestWeb, test_web_free)

G_END_DECLS
