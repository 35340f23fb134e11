# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
#
# libostree writes what it boots into uEnv.txt, and the deployment before it with a 2 behind each name.
echo "BOOT: upgrade_available=${upgrade_available} bootcount=${bootcount}/${bootlimit} rollback=${rollback}"
load virtio 0:2 ${address} /boot/loader/uEnv.txt
env import -t ${address} ${filesize}
if test "${rollback}" = 1 && test -n "${kernel_image2}"; then
  setenv kernel_image ${kernel_image2}; setenv ramdisk_image ${ramdisk_image2}; setenv bootargs ${bootargs2}
fi
# Only a version on trial has somebody who feeds it.
if test "${upgrade_available}" = 1 && test "${rollback}" != 1; then setenv bootargs ${bootargs} pawl.watchdog=180; fi
load virtio 0:2 0x6000000 ${kernel_image}
setenv kernel_size ${filesize}
load virtio 0:2 0x8000000 ${ramdisk_image}
zboot 0x6000000 ${kernel_size} 0x8000000 ${filesize}
