/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-remote-private.h"

G_BEGIN_DECLS

#define PAWL_TYPE_PROXY (pawl_proxy_get_type ())
G_DECLARE_DERIVABLE_TYPE (PawlProxy, pawl_proxy, PAWL, PROXY, GObject)

struct _PawlProxyClass
{
  GObjectClass parent_class;
};

/* The class that implements @interface. */
GType pawl_proxy_get_type_for (GType interface);

/* Calls @method, now or once there is a connection. Takes a floating @arguments. Always TRUE: @op
 * will be completed. */
gboolean pawl_proxy_call (gpointer self,
                          const char *method,
                          GVariant *arguments,
                          GUnixFDList *fds,
                          GType answer_type,
                          PawlOperation *op);
GStrv pawl_proxy_dup_constant (gpointer self, const char *name);

G_END_DECLS
