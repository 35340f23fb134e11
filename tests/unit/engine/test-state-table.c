/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-state-table.h"

#include <string.h>

#define N (PAWL_STATE_REVERTING + 1)

/* Row by row, in the order of the enum: what may follow. Written down a second time on purpose. */
static const char *const matrix[N] = {
  /* i c a f F n N x t r */
  ".x.......x", /* idle */
  "x.x.x.x...", /* checking */
  "xx.x......", /* available */
  "x.x.x.....", /* fetching */
  "xx.x.x....", /* fetched */
  "x...x.x...", /* installing */
  "xx.....x.x", /* installed */
  "........xx", /* activating */
  "x........x", /* trial */
  "x.........", /* reverting */
};

static void
test_matrix (void)
{
  gsize n = 0, found = 0;

  pawl_state_table_get_edges (&n);
  for (guint from = 0; from < N; from++)
    for (guint to = 0; to < N; to++)
      {
        g_autoptr (GError) error = NULL;
        gboolean wanted = matrix[from][to] == 'x';

        g_test_message ("%s to %s", pawl_enum_to_nick (PAWL_TYPE_STATE, (int) from),
                        pawl_enum_to_nick (PAWL_TYPE_STATE, (int) to));
        g_assert_cmpint (pawl_state_table_check ((PawlState) from, (PawlState) to, &error), ==,
                         wanted);
        found += wanted;
        if (wanted)
          continue;
        g_assert_error (error, PAWL_ERROR, PAWL_ERROR_WRONG_STATE);
        g_assert_nonnull (strstr (error->message, pawl_enum_to_nick (PAWL_TYPE_STATE, (int) from)));
        g_assert_nonnull (strstr (error->message, pawl_enum_to_nick (PAWL_TYPE_STATE, (int) to)));
      }
  /* No edge is there twice. */
  g_assert_cmpuint (found, ==, n);
}

static void
test_enum_is_covered (void)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (PAWL_TYPE_STATE);

  g_assert_cmpuint (class->n_values, ==, N);
}

static void
mark (gboolean *reached, guint state, gboolean backwards)
{
  if (reached[state])
    return;
  reached[state] = TRUE;
  for (guint other = 0; other < N; other++)
    if (backwards ? pawl_state_table_has_edge ((PawlState) other, (PawlState) state)
                  : pawl_state_table_has_edge ((PawlState) state, (PawlState) other))
      mark (reached, other, backwards);
}

/* Every state can be reached, and every update can end. */
static void
test_no_dead_ends (void)
{
  for (guint backwards = 0; backwards < 2; backwards++)
    {
      gboolean reached[N] = {FALSE};

      mark (reached, PAWL_STATE_IDLE, backwards == 1);
      for (guint state = 0; state < N; state++)
        g_assert_true (reached[state]);
    }
}

/* A version that was made the next boot is either proven or taken back. */
static void
test_only_trial_keeps (void)
{
  g_assert_false (pawl_state_table_has_edge (PAWL_STATE_ACTIVATING, PAWL_STATE_IDLE));
  g_assert_false (pawl_state_table_has_edge (PAWL_STATE_INSTALLED, PAWL_STATE_TRIAL));
  for (guint from = 0; from < N; from++)
    g_assert_cmpint (pawl_state_table_has_edge ((PawlState) from, PAWL_STATE_TRIAL), ==,
                     from == PAWL_STATE_ACTIVATING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/state-table/matrix", test_matrix);
  g_test_add_func ("/engine/state-table/enum-is-covered", test_enum_is_covered);
  g_test_add_func ("/engine/state-table/no-dead-ends", test_no_dead_ends);
  g_test_add_func ("/engine/state-table/only-trial-keeps", test_only_trial_keeps);
  return g_test_run ();
}
