/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  TEST_FAULT_NONE,
  TEST_FAULT_NOT_FOUND, /* 404 */
  TEST_FAULT_FORBIDDEN, /* 403 */
  TEST_FAULT_BROKEN,    /* 500 */
  TEST_FAULT_DROP,      /* closes without an answer */
  TEST_FAULT_TRUNCATE,  /* closes after half of the body */
  TEST_FAULT_CORRUPT,   /* turns bits in the middle of the body */
  TEST_FAULT_STALL,     /* sends half of the body and then nothing */
} TestFault;

/* A web server for one folder, with faults on order. */
typedef struct _TestServer TestServer;

TestServer *test_server_new (const char *folder);
void test_server_free (TestServer *self);
const char *test_server_get_uri (TestServer *self);
void test_server_order (TestServer *self, const char *in_path, TestFault fault, guint times);
guint test_server_get_requests (TestServer *self);
guint test_server_count (TestServer *self, const char *in_path);
guint64 test_server_get_bytes (TestServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestServer, test_server_free)

G_END_DECLS
