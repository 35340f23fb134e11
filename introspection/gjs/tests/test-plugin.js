// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: The Pawl authors
//
// All five interfaces implemented with async methods, and called through the C wrappers.
imports.gi.versions.Pawl = '1';
const {Gio, GLib, GObject, Pawl} = imports.gi;
const {assert, assertEqual, assertFails, run, test} = imports.harness;

const variant = members => new GLib.Variant('a{sv}', members);
const newTarget = (name = 'hello.bin') => Pawl.Target.new_from_variant(variant({name: new GLib.Variant('s', name)}));
const newUpdate = () => Pawl.Update.new_from_variant(variant({id: new GLib.Variant('s', 'u1')}));
const nextTurn = op => Pawl.wait(op, 0);

const Transport = Pawl.registerPlugin({GTypeName: 'JsTransport', Implements: [Pawl.Transport]},
    class extends GObject.Object {
        list_schemes() {
            return ['js'];
        }

        async fetch(uris, _maxSize, _options, op) {
            await nextTurn(op);
            return {data: new TextEncoder().encode(uris[0]), uri: uris[0]};
        }

        async fetch_payload(_target, _uris, destination, _options, op) {
            destination.append(new GLib.Bytes(new Uint8Array([1, 2, 3])));
            op.progress(1, 3);
            await nextTurn(op);
            op.progress(3, 3);
            return {'bytes-transferred': new GLib.Variant('t', 3)};
        }
    });

const Verifier = Pawl.registerPlugin({GTypeName: 'JsVerifier', Implements: [Pawl.Verifier]},
    class extends GObject.Object {
        async check() {
            return newUpdate();
        }

        async verify(target) {
            return {verified: target.get_name() === 'good', target: target.get_name()};
        }
    });

const Installer = Pawl.registerPlugin({GTypeName: 'JsInstaller', Implements: [Pawl.Installer]},
    class extends GObject.Object {
        async describe_installed() {
            return newTarget('installed');
        }

        async install(_target, payload, _options, op) {
            const bytes = await Pawl.call(payload.open(), 'read_bytes', 100, GLib.PRIORITY_DEFAULT,
                op.get_cancellable());
            this.read = new TextDecoder().decode(bytes.toArray());
            if (this.read === 'wait')
                await Pawl.wait(op, 3600 * 1000);
            return {'reboot-needed': true};
        }

        async activate() {
            throw new Pawl.Error({code: Pawl.Error.BUSY, message: 'in use'});
        }

        async revert() {
            return null.boom;
        }

        commit() {
            throw new RangeError('sync boom');
        }

        async clean_up() {
            return {'freed-bytes': 7};
        }
    });

const BootControl = Pawl.registerPlugin({GTypeName: 'JsBootControl', Implements: [Pawl.BootControl]},
    class extends GObject.Object {
        async get_status() {
            return {status: 'trial', 'tries-left': new GLib.Variant('u', 2)};
        }

        mark_good() {
        }
    });

const Confirmer = Pawl.registerPlugin({GTypeName: 'JsConfirmer', Implements: [Pawl.Confirmer]},
    class extends GObject.Object {
        async check() {
            return {verdict: 'pass', reason: 'fine', details: {why: 'because'}};
        }
    });

const install = (installer, content, cancellable = null) => {
    const payload = Pawl.Payload.new_for_bytes(new GLib.Bytes(new TextEncoder().encode(content)));
    return Pawl.call(installer, 'install', newTarget(), payload, null, 0, null, cancellable);
};

test('transport', async () => {
    const transport = new Transport();
    assertEqual(transport.list_schemes().join(), 'js');
    const [data, info] = await Pawl.call(transport, 'fetch', ['js:/a'], 100, null, 0, null);
    assertEqual(new TextDecoder().decode(data.toArray()), 'js:/a');
    assertEqual(info.recursiveUnpack().uri, 'js:/a');
});

test('progress comes in order, before the answer', async () => {
    const seen = [];
    const monitor = Pawl.Monitor.new();
    monitor.connect('progress', (_, done, total) => seen.push([done, total]));
    const payload = Pawl.Payload.new_for_path(Gio.File.new_tmp(null)[0].get_path(), true);
    await Pawl.call(new Transport(), 'fetch_payload', newTarget(), ['js:/a'], payload, null, 0, monitor, null);
    assertEqual(JSON.stringify(seen), '[[1,3],[3,3]]');
});

test('verifier', async () => {
    assertEqual((await Pawl.call(new Verifier(), 'check', null, 0, null, null)).get_id(), 'u1');
    assert(await Pawl.call(new Verifier(), 'verify', newTarget('good'), null, null, 0, null, null));
    await assertFails(Pawl.call(new Verifier(), 'verify', newTarget('bad'), null, null, 0, null, null),
        Pawl.Error, Pawl.Error.NOT_TRUSTED, '');
});

test('installer', async () => {
    const installer = new Installer();
    assert((await install(installer, 'abc')).recursiveUnpack()['reboot-needed']);
    assertEqual(installer.read, 'abc');
    assertEqual((await Pawl.call(installer, 'describe_installed', null, 0, null)).get_name(), 'installed');
});

test('a cancel reaches the method', async () => {
    const cancellable = new Gio.Cancellable();
    GLib.timeout_add(GLib.PRIORITY_DEFAULT, 20, () => cancellable.cancel());
    await assertFails(install(new Installer(), 'wait', cancellable), Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED, '');
});

test('errors keep domain and code; exceptions are the plugin’s mistake', async () => {
    const fails = (method, code, text) =>
        assertFails(Pawl.call(new Installer(), method, newTarget(), null, 0, null), Pawl.Error, code, text);
    await fails('activate', Pawl.Error.BUSY, 'in use');
    await fails('revert', Pawl.Error.PLUGIN, 'TypeError');
    await fails('commit', Pawl.Error.PLUGIN, 'RangeError: sync boom');
    await assertFails(Pawl.call(new Installer(), 'clean_up', null, 0, null), Pawl.Error, Pawl.Error.PLUGIN,
        'freed-bytes: 7 could be several types');
});

test('what is not implemented', () => assertFails(Pawl.call(new BootControl(), 'arm', 3, null, 0, null),
    Pawl.Error, Pawl.Error.NOT_SUPPORTED, 'arm'));

test('boot control', async () => {
    const [status, details] = await Pawl.call(new BootControl(), 'get_status', null, 0, null);
    assertEqual(status, Pawl.BootStatus.TRIAL);
    assertEqual(details.recursiveUnpack()['tries-left'], 2);
    await Pawl.call(new BootControl(), 'mark_good', null, 0, null);
});

test('confirmer', async () => {
    const [verdict, details] = await Pawl.call(new Confirmer(), 'check', null, 0, null);
    assertEqual(verdict, Pawl.Verdict.PASS);
    assertEqual(details.recursiveUnpack().details.why, 'because');
});

test('an async slot and a class without an interface are refused', () => {
    const refused = (meta, klass, text) => {
        try {
            Pawl.registerPlugin(meta, klass);
        } catch (error) {
            assert(error.message.includes(text), error.message);
            return;
        }
        throw new Error('accepted');
    };
    refused({Implements: [Pawl.Installer]}, class Wrong extends GObject.Object {
        async vfunc_start_install() {}
    }, 'call it install');
    refused({}, class Nothing extends GObject.Object {}, 'none of Pawl');
});

run();
