# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What the tests share that kill pawl-repo at each of its writes. strace sends the signal."""
import shutil
import signal
import subprocess
import sys

from repo_test import PROGRAM, Case, main


def can_trace():
    done = subprocess.run(["strace", "-qq", "-e", "trace=rename", "true"], capture_output=True, check=False)
    return done.returncode == 0


class KillCase(Case):
    """What is killed changes folders whose names begin with these."""
    folders = ("work", "public")

    def killed(self, call, n, *args):
        """Run a command that is killed at the n-th call of that name; say whether it came so far."""
        done = subprocess.run(
            ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={n}",
             PROGRAM, "-C", str(self.work), *map(str, args)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, env=self.environment, check=False)
        if self.was_killed(done):
            return True
        self.assertEqual(done.returncode, 0, done.stderr)
        return False

    def was_killed(self, done):
        return done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)

    def each(self, *args, look, again, calls=("rename", "fsync")):
        """Kill a command at its first rename, at its second one, and so on; look and go on after each kill."""
        for call in calls:
            for n in range(1, 60):
                self.restore()
                if not self.killed(call, n, *args):
                    break
                with self.subTest(call=call, n=n):
                    look()
                    again()
            else:
                self.fail("it never came to its end")
            self.assertGreater(n, 1, f"{call}: it is not called")

    def save(self):
        self.saved = self.folder / "saved"
        self.saved.mkdir()
        for path in self.folder.iterdir():
            if path.name.startswith(self.folders):
                subprocess.run(["cp", "-a", path, self.saved], check=True)

    def restore(self):
        for path in self.folder.iterdir():
            if not path.name.startswith(self.folders):
                continue
            if path.is_symlink():
                path.unlink()
            else:
                shutil.rmtree(path)
        subprocess.run(["cp", "-a", f"{self.saved}/.", self.folder], check=True)

    def attempt(self, *args):
        """Run what may be done already."""
        return subprocess.run([PROGRAM, "-C", self.work, *map(str, args)], env=self.environment, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, check=False)


def kill_main():
    if not can_trace():
        sys.exit(77)
    main()
