# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
#
# In place of a kernel: what was chosen.
if test "${rollback}" = 1; then echo "CHOSEN=old;"; else echo "CHOSEN=new;"; fi
reset
