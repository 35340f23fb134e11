// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: The Pawl authors
//
// A plugin in JavaScript.
const {GLib, GObject, Pawl} = imports.gi;

var Installer = Pawl.registerPlugin({GTypeName: 'JsFixture', Implements: [Pawl.Installer]},
    class extends GObject.Object {
        list_formats() {
            return ['JS'];
        }

        async describe_installed() {
            return Pawl.Target.new_from_variant(new GLib.Variant('a{sv}', {name: new GLib.Variant('s', 'js')}));
        }

        async install(target, payload, _options, op) {
            if (target.get_name() === 'busy')
                throw new Pawl.Error({code: Pawl.Error.BUSY, message: 'in use'});
            await Pawl.wait(op, target.get_name() === 'wait' ? 3600 * 1000 : 0);
            op.progress(2, 2);
            return {'reboot-needed': false, read: payload.read(0, 100).toArray()};
        }
    });
