// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: The Pawl authors
//
// A confirmer by a stranger, in JavaScript: a light is green or red.
imports.gi.versions.Pawl = '1';
const {Gio, GObject, Pawl} = imports.gi;

var Confirmer = Pawl.registerPlugin({GTypeName: 'LightConfirmer', Implements: [Pawl.Confirmer]},
    class extends GObject.Object {
        set_up(context) {
            this.light = Gio.File.new_for_path(context.get_string('light'));
        }

        async check(_options, op) {
            const [, data] = await Pawl.call(this.light, 'load_contents', op.get_cancellable());
            const color = new TextDecoder().decode(data).trim();

            if (color === 'green')
                return {verdict: 'pass', reason: 'green'};
            return {verdict: color === 'red' ? 'fail' : 'not-yet', reason: color};
        }
    });
