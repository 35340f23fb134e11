# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Real updates through the whole machine: pawl-repo signs, a web server gives out, pawld verifies, fetches, installs and
activates, the device boots, and the new version is judged."""

import device
from repository import Repository


def configure(pawl, repository, url, trial=""):
    pawl.configure(
        daemon="verifier=tuf\nplugins=http;file;exec;tuf;user\n",
        rest=f"[plugin:http]\nretries=0\n[plugin:tuf]\nmetadata-urls={url}\nroot-file={repository.root}\n"
             f"[policy]\npoll-interval-s=0\n[trial]\n{trial}",
    )


def reboot(pawl):
    pawl.wait_for((pawl.folder / "reboot-wanted").exists)
    pawl.stop()
    pawl.boot()
    pawl.start()


# pawlctl(1): exit status
NOTHING_TO_DO = 3
TRY_LATER = 9
REFUSED = 10


def update(pawl, expect=0):
    answer = pawl.ctl("update")
    assert answer.returncode == expect, answer
    return answer


def settled(pawl):
    pawl.wait_for(lambda: pawl.state() == "idle")


def go_through(pawl, url_of):
    repository = Repository(pawl.folder / "repository")
    repository.add("app-2", "2", b"the second version")
    with repository.serve() as url:
        configure(pawl, repository, url_of(repository, url))
        pawl.start()
        update(pawl)
        assert pawl.read("payload-main") == "the second version"
        assert pawl.running() == "old"
        reboot(pawl)
        settled(pawl)
    assert pawl.running() == "app-2"
    assert "upgrade_available=0" in pawl.read("boot")
    assert pawl.json("history")["reports"][0]["success"] is True
    assert not list((pawl.folder / "state/downloads").iterdir())


def test_over_http(pawl):
    go_through(pawl, lambda repository, url: url)


def test_from_a_folder(pawl):
    go_through(pawl, lambda repository, url: repository.public.as_uri())


def test_a_version_that_a_person_rejects_goes_back(pawl):
    repository = Repository(pawl.folder / "repository")
    repository.add("app-2", "2", b"the second version")
    configure(pawl, repository, repository.public.as_uri(), "required=user\n")
    pawl.start()
    update(pawl)
    reboot(pawl)
    pawl.wait_for(lambda: pawl.state() == "trial")
    assert pawl.running() == "app-2"
    assert pawl.ctl("reject", "the", "screen", "is", "black").returncode == 0
    reboot(pawl)
    settled(pawl)
    assert pawl.running() == "old"
    result = pawl.json("history")["reports"][0]
    assert result["success"] is False and "screen is black" in result["description"], result
    # and it is remembered
    assert "screen is black" in update(pawl, expect=NOTHING_TO_DO).stdout
    assert pawl.state() == "idle" and "failed-before" in str(pawl.json("why")), pawl.json("why")


def test_a_forged_payload_is_refused(pawl):
    repository = Repository(pawl.folder / "repository")
    repository.add("app-2", "2", b"the second version")
    for path in (repository.public / "targets").iterdir():
        path.write_bytes(b"the second Version")
    configure(pawl, repository, repository.public.as_uri())
    pawl.start()
    update(pawl, expect=REFUSED)
    assert pawl.running() == "old" and not (pawl.folder / "payload-main").exists()
    assert pawl.json("history")["reports"][0]["code"] == "VERIFICATION_FAILED"


def test_forged_metadata_is_refused(pawl):
    repository = Repository(pawl.folder / "repository")
    configure(pawl, repository, repository.public.as_uri())
    pawl.start()
    update(pawl, expect=NOTHING_TO_DO)
    repository.add("app-2", "2", b"the second version")
    timestamp = repository.public / "timestamp.json"
    timestamp.write_text(timestamp.read_text().replace('"version":2', '"version":3').replace(
        '"version": 2', '"version": 3'))
    answer = update(pawl, expect=REFUSED)
    assert "timestamp" in answer.stderr, answer
    assert pawl.state() == "idle" and pawl.running() == "old"


def test_an_outage_is_waited_out(pawl):
    repository = Repository(pawl.folder / "repository")
    repository.add("app-2", "2", b"the second version")
    with repository.serve() as url:
        configure(pawl, repository, url)
    pawl.start()
    answer = update(pawl, expect=TRY_LATER)
    assert "127.0.0.1" in answer.stderr, answer
    assert pawl.json("status")["next-check"], "a retry is planned"


device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
