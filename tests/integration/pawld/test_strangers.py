# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Whole updates with every plugin in a sandboxed process of its own: ours, and strangers' in Python and JavaScript."""

import os
import pathlib
import shutil

import device
import system
import test_uptane
from device import BUILD
from repository import Repository

SOURCE = pathlib.Path(os.environ["PAWL_SOURCE"])


def prepare(pawl):
    """The strangers' plugins, as an administrator would install them, and the host of this build."""
    scripts = pawl.folder / "scripts"
    scripts.mkdir(mode=0o755)
    for path in (SOURCE / "introspection/python/plugin-host.py", SOURCE / "introspection/gjs/plugin-host.js"):
        shutil.copy(path, scripts)
    pawl.plugin_folders.append(pawl.folder / "strangers")
    shutil.copytree(SOURCE / "tests/integration/pawld/strangers", pawl.plugin_folders[-1])
    pawl.arguments.append(f"--plugin-host={BUILD}/core/daemon/pawl-plugin-host --scripts={scripts}")


def need_scripts():
    device.need_root()
    if "GI_TYPELIB_PATH" not in os.environ:
        raise device.Skip("wants the introspection data")


def used(pawl):
    return {plugin["id"]: plugin for plugin in pawl.json("plugins")["plugins"] if plugin["loaded"]}


def expect_isolated(pawl, *ids):
    plugins = used(pawl)
    assert set(plugins) == set(ids), plugins
    for plugin in plugins.values():
        assert plugin["isolated"] and plugin["crashes"] == 0, plugin
    assert "foreign" not in pawl.json("status")["version"]


def children(pawl):
    listed = pathlib.Path(f"/proc/{pawl.daemon.pid}/task/{pawl.daemon.pid}/children").read_text().split()
    return [pathlib.Path(f"/proc/{pid}/status").read_text() for pid in listed]


def configure_all_isolated(pawl, fleet, root, url):
    pawl.configure(
        installer="ostree",
        daemon="verifier=uptane\nplugins=http;ostree;uptane;user;file\nisolated-plugins=*\n"
               "plugin-grants=http:network;ostree:network;ostree:files;ostree:processes;file:files\n",
        rest=f"[plugin:http]\nretries=0\n[plugin:uptane]\ndirector-url={url}/fleet/car-1\nimage-urls={url}\n"
             f"director-root-file={fleet.director_root}\nimage-root-file={fleet.root}\nvehicle-id=car-1\n"
             f"[plugin:ostree]\nsysroot={root.path}\nos=product\nretries=0\n"
             "[policy]\npoll-interval-s=0\n[trial]\nrequired=user\n")
    pawl.env["OSTREE_SYSROOT_DEBUG"] = "mutable-deployments"


def test_every_plugin_isolated(pawl):
    """Director and Image repository over HTTP, commits into a system root, a person's yes."""
    prepare(pawl)
    root = system.Root(pawl.folder / "sysroot")
    fleet = test_uptane.Fleet(pawl.folder / "repository")
    content = system.Content(fleet.public / "ostree", pawl.folder / "trees")
    root.provision(content, content.commit("1"))
    with test_uptane.serve(fleet) as (url, sent):
        configure_all_isolated(pawl, fleet, root, url)
        commit = content.commit("2")
        fleet.add_commit(content.folder, commit, "2", f"{url}/ostree")
        fleet.tell("product-2")
        pawl.start()
        answer = pawl.ctl("update")
        assert answer.returncode == 0, answer
        expect_isolated(pawl, "http", "ostree", "uptane", "user", "file")
        for status in children(pawl):
            assert "NoNewPrivs:\t1" in status and "Seccomp:\t2" in status, status
        test_uptane.reboot(pawl)
        pawl.wait_for(lambda: pawl.state() == "trial")
        assert pawl.ctl("confirm").returncode == 0
        pawl.wait_for(lambda: pawl.state() == "idle")
        assert root.deployed().startswith(commit), (commit, root.deployed())
        assert pawl.json("history")["reports"][0]["success"] is True
        pawl.ctl("check")
    assert "product-2" in str(test_uptane.manifests(sent)[-1])


def boot_strangers(pawl):
    """What the boot loader does with the files of the installer in Python."""
    pawl.wait_for((pawl.folder / "reboot-wanted").exists)
    pawl.stop()
    pawl.boot()
    folder = pawl.folder / "state/installer/main"
    shutil.copy(folder / "running", folder / "old")
    (folder / "next").rename(folder / "running")
    pawl.start()
    return (folder / "running").read_text().split()[0]


def configure_strangers(pawl, repository, url):
    pawl.write("light", "yellow")
    pawl.configure(
        installer="files",
        daemon="verifier=tuf\nplugins=http;files;tuf;light;file\nplugin-grants=http:network;file:files\n",
        rest=f"[plugin:http]\nretries=0\n[plugin:light]\nlight={pawl.folder}/light\n"
             f"[plugin:tuf]\nmetadata-urls={url}\nroot-file={repository.root}\n"
             "[policy]\npoll-interval-s=0\n[trial]\nrequired=light\n")


def start_update(pawl, url, repository):
    prepare(pawl)
    configure_strangers(pawl, repository, url)
    pawl.start()
    answer = pawl.ctl("update")
    assert answer.returncode == 0, answer
    plugins = used(pawl)
    for name in "files", "light":
        assert plugins[name]["isolated"] and plugins[name]["origin"] == "foreign", plugins[name]
    assert boot_strangers(pawl) == "app-2"
    pawl.wait_for(lambda: pawl.state() == "trial")


def test_strangers_keep_a_version(pawl):
    need_scripts()
    repository = Repository(pawl.folder / "repository")
    repository.add("app-2", "2", b"the second version")
    with repository.serve() as url:
        start_update(pawl, url, repository)
        pawl.write("light", "green")
        pawl.wait_for(lambda: pawl.state() == "idle")
    assert pawl.json("history")["reports"][0]["success"] is True
    assert (pawl.folder / "state/installer/main/payload").read_bytes() == b"the second version"


def test_strangers_send_a_version_back(pawl):
    need_scripts()
    repository = Repository(pawl.folder / "repository")
    repository.add("app-2", "2", b"the second version")
    with repository.serve() as url:
        start_update(pawl, url, repository)
        pawl.write("light", "red")
        assert boot_strangers(pawl) == "old"
        pawl.wait_for(lambda: pawl.state() == "idle")
    assert pawl.json("history")["reports"][0]["success"] is False


device.run([value for name, value in list(globals().items()) if name.startswith("test_") and callable(value)])
