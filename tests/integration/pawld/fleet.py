# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A Director and an Image repository, both made by the real pawl-repo, for a device called car-1 with one ECU."""

import subprocess

from device import BUILD
from repository import Repository


class Fleet(Repository):
    """An Image repository, and a Director of static files with one device; @format as in pawl-repo(1)."""

    def __init__(self, folder, format="tuf"):
        super().__init__(folder, format)
        self.director = self.work / "director"
        self.call("director", "init")
        self.inside("key", "generate", "director", f"--keys={self.folder}/director-keys", "--insecure")
        self.inside("sign", f"--keys={self.folder}/director-keys")
        self.inside("tx", "apply")
        self.call("director", "ecu", "add", "car-1", "main-1", "board")
        self.tell()
        self.director_root = self.director / "root" / "1.root.json"

    def inside(self, *arguments):
        subprocess.run([BUILD / "server/repo/pawl-repo", *arguments], cwd=self.director, check=True,
                       capture_output=True, text=True)

    def tell(self, target=None):
        if target is not None:
            self.call("director", "assign", "car-1", "main-1", target)
        self.call("director", "sign", f"--keys={self.folder}/director-keys")
        self.call("director", "publish", self.public / "fleet")
