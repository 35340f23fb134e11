#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A published tree that is switched as a whole: what is open stays as it was, and what is opened next is all new."""
import os
import pathlib
import threading

from repo_test import Case, Tree, main


def read_all(folder):
    """Every file below a folder and its bytes."""
    return {
        os.path.relpath(os.path.join(root, name), folder): pathlib.Path(root, name).read_bytes()
        for root, _, names in os.walk(folder) for name in names
    }


class Switch(Case):
    form = "tuf"

    def setUp(self):
        super().setUp()
        self.start("--format", self.form)
        self.trees = self.folder / "public.trees"

    def next(self, text, *options):
        self.call("target", "add", self.write("file.bin", text))
        self.call("sign")
        self.call("publish", self.public, *options)
        self.verify()
        return Tree(self.public).check()

    def test_a_new_folder_is_a_link(self):
        self.next("one\n", "--switch")
        self.assertTrue(self.public.is_symlink())
        self.assertEqual(os.readlink(self.public), "public.trees/1")

    def test_a_folder_with_files_becomes_a_link_and_keeps_them(self):
        self.next("one\n")
        self.write("public/stranger", "of somebody else\n")
        before = set(read_all(self.public))
        self.next("two\n", "--switch")
        self.assertTrue(self.public.is_symlink())
        self.assertLess(before, set(read_all(self.public)))

    def test_it_becomes_a_link_without_news_too(self):
        self.next("one\n")
        self.call("publish", str(self.public) + "/", "--switch")
        self.assertTrue(self.public.is_symlink())
        self.verify()

    def test_a_link_stays_one_without_the_option(self):
        self.next("one\n", "--switch")
        self.next("two\n")
        self.assertEqual(os.readlink(self.public), "public.trees/2")

    def test_the_tree_before_is_not_touched(self):
        self.next("one\n", "--switch")
        old = self.public.resolve()
        before = read_all(old)
        self.next("two\n")
        self.assertNotEqual(old, self.public.resolve())
        self.assertEqual(read_all(old), before)

    def test_the_next_tree_has_what_the_one_before_told_of(self):
        self.next("one\n", "--switch")
        before = read_all(self.public)
        self.next("two\n")
        after = read_all(self.public)
        for name in before:
            self.assertIn(name, after)
            if name[0].isdigit():
                self.assertEqual(before[name], after[name])

    def test_without_news_nothing_is_switched(self):
        self.next("one\n", "--switch")
        self.call("publish", self.public)
        self.assertEqual(os.listdir(self.trees), ["1"])

    def test_old_trees_go(self):
        for i in range(5):
            self.next(f"{i}\n", "--switch")
        self.assertEqual(sorted(os.listdir(self.trees)), ["4", "5"])

    def test_what_does_not_change_costs_no_bytes(self):
        self.call("target", "add", self.write("large.bin", "large\n" * 1000))
        self.next("one\n", "--switch")
        old = self.public.resolve()
        self.next("two\n")
        large = next(path.name for path in (self.public / "targets").iterdir() if path.name.endswith(".large.bin"))
        self.assertTrue(os.path.samefile(old / "targets" / large, self.public / "targets" / large))

    def test_a_link_of_somebody_else_is_refused(self):
        (self.folder / "elsewhere").mkdir()
        self.public.symlink_to("elsewhere")
        self.call("target", "add", self.write("file.bin", "one\n"))
        self.call("sign")
        self.assertIn("not one of --switch", self.call("publish", self.public, "--switch", status=2))
        self.assertEqual(os.listdir(self.folder / "elsewhere"), [])

    def test_a_reader_sees_a_whole_tree_whenever_it_looks(self):
        self.next("0\n", "--switch")
        seen, failures, done, looked = set(), [], threading.Event(), threading.Semaphore(0)

        def read():
            while not done.is_set():
                # As a program that opens the folder once: everything else is relative to it.
                fd = os.open(self.public, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    tree = Tree(f"/proc/self/fd/{fd}")
                    tree.check()
                    seen.add(tree.load("timestamp.json")["signed"]["version"])
                except (AssertionError, OSError) as error:
                    failures.append(error)
                finally:
                    os.close(fd)
                    looked.release()

        thread = threading.Thread(target=read)
        thread.start()
        try:
            for i in range(1, 10):
                # A tree stays for one more publication, so no look may take two of them.
                while looked.acquire(blocking=False):
                    pass
                looked.acquire()
                self.next(f"{i}\n")
        finally:
            done.set()
            thread.join()
        self.assertEqual(failures, [])
        self.assertGreater(len(seen), 1)


class SwitchAts(Switch):
    form = "ats"


class SwitchFleet(Case):
    def test_a_fleet_is_switched_as_a_whole(self):
        self.start()
        self.call("target", "add", self.write("one.bin", "1\n"), "--hardware-id", "board")
        self.call("target", "add", self.write("two.bin", "2\n"), "--hardware-id", "board")
        self.call("sign")
        self.publish()
        director = self.found_director()
        for device in ("car", "van"):
            self.call("director", "ecu", "add", device, f"serial-of-{device}", "board")
        fleet = self.folder / "fleet"
        for name in ("one.bin", "two.bin"):
            self.call("director", "assign", "--all-of", "board", name)
            self.call("director", "sign")
            old = fleet.resolve()
            before = read_all(old) if old.exists() else {}
            self.call("director", "publish", fleet, "--switch")
            self.assertTrue(fleet.is_symlink())
            for device in ("car", "van"):
                found = Tree(fleet / device)
                self.assertEqual(list(found.load(f"{found.load('timestamp.json')['signed']['version']}.targets.json")["signed"]["targets"]), [name])
                self.call("verify", fleet / device, "--root", director / "root/1.root.json", "--director", "--metadata-only")
            self.assertEqual(read_all(old) if before else {}, before)


if __name__ == "__main__":
    main()
