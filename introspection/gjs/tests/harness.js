// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: The Pawl authors
//
// The least that a test in GJS needs: named tests that may be async, as TAP.
const {GLib} = imports.gi;

const tests = [];

function test(name, body) {
    tests.push([name, body]);
}

function assert(condition, text = 'is not so') {
    if (!condition)
        throw new Error(text);
}

function assertEqual(found, wanted) {
    assert(found === wanted, `found ${found}, wanted ${wanted}`);
}

async function assertFails(promise, domain, code, text) {
    try {
        await promise;
    } catch (error) {
        assert(error.matches?.(domain, code), `${error}`);
        assert(error.message.includes(text), error.message);
        return;
    }
    throw new Error('did not fail');
}

function run() {
    const loop = new GLib.MainLoop(null, false);
    let failures = 0;

    async function runAll() {
        for (const [index, [name, body]] of tests.entries()) {
            let line = `ok ${index + 1} ${name}`;
            try {
                await body();
            } catch (error) {
                failures++;
                line = `not ${line}\n# ${error}\n# ${error.stack.replaceAll('\n', '\n# ')}`;
            }
            print(line);
        }
        print(`1..${tests.length}`);
        loop.quit();
    }

    // The loop runs at the top level: inside of a promise's job it would starve every other promise.
    runAll();
    loop.run();
    if (failures > 0)
        imports.system.exit(1);
}
