#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""The example plugin, copied out of the tree and unchanged, builds and passes against what pkg-config says."""
import os
import shutil
import subprocess
import tempfile

SOURCE = os.environ["PAWL_TEST_SOURCE"]
BUILD = os.environ["PAWL_TEST_BUILD"]


def main():
    env = dict(os.environ, PKG_CONFIG_PATH=f"{BUILD}/meson-uninstalled")
    env["LD_LIBRARY_PATH"] = f"{BUILD}/core/lib:{BUILD}/tests/contract"
    with tempfile.TemporaryDirectory() as folder:
        room = f"{folder}/stranger"
        shutil.copytree(f"{SOURCE}/subprojects/pawl-example-plugin", room)
        for command in (["setup", "build"], ["compile", "-C", "build"], ["test", "-C", "build"]):
            subprocess.run(["meson", *command], cwd=room, env=env, check=True)
        assert os.path.exists(f"{room}/build/pawl-example.so")


main()
