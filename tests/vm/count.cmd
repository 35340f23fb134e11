# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
#
# What a board's boot script does with the counter, run by Debian's u-boot-qemu. That U-Boot has neither saveenv nor
# setexpr, so the environment goes through a file, and counting is by cases.
setenv address 0x4000000
setenv bootcount 0; setenv upgrade_available 0; setenv rollback 0; setenv bootlimit 0
load virtio 0:1 ${address} uboot.env && env import -c ${address} 0x4000 bootcount upgrade_available rollback bootlimit board
if test "${upgrade_available}" = 1; then
  if test "${bootcount}" = 0; then setenv bootcount 1;
  elif test "${bootcount}" = 1; then setenv bootcount 2;
  elif test "${bootcount}" = 2; then setenv bootcount 3;
  else setenv bootcount 4; fi
  if test ${bootcount} -gt ${bootlimit}; then setenv rollback 1; fi
  env export -c -s 0x4000 ${address} bootcount upgrade_available rollback bootlimit board
  fatwrite virtio 0:1 ${address} uboot.env 0x4000
fi
