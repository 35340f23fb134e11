# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A device whose verifier and installer are the plugin that lies."""

import hashlib


def configure(pawl, daemon=""):
    payload = b"the second version"
    pawl.write("payload", payload.decode())
    (pawl.folder / "lies").mkdir()
    pawl.write("update", f"""{{'id': <'u1'>, 'targets': <{{'main-1': {{
        'name': <'app-2'>, 'length': <uint64 {len(payload)}>, 'hardware-ids': <['board']>,
        'hashes': <{{'sha256': '{hashlib.sha256(payload).hexdigest()}'}}>,
        'uris': <['{(pawl.folder / "payload").as_uri()}']>}}}}>}}""")
    pawl.configure(
        daemon=f"verifier=liar\nplugins=file;liar\ntrusted-plugins=liar\n{daemon}",
        rest=f"[plugin:liar]\nlies={pawl.folder}/lies\nupdate={pawl.folder}/update\n"
             "[policy]\npoll-interval-s=0\nbackoff-min-s=86400\nreboot=manual\n", installer="liar")


def lie(pawl, method, how):
    path = pawl.folder / "lies" / method
    path.unlink(missing_ok=True)
    if how:
        path.write_text(how)
