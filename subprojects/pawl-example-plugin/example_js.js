// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: The Pawl authors
//
// Says what a file says.
imports.gi.versions.Pawl = '1';
const {Gio, GObject, Pawl} = imports.gi;

var Confirmer = Pawl.registerPlugin({GTypeName: 'ExampleConfirmer', Implements: [Pawl.Confirmer]},
    class extends GObject.Object {
        set_up(context) {
            this.file = Gio.File.new_for_path(context.get_string('file'));
        }

        async check(_options, op) {
            try {
                const [, data] = await Pawl.call(this.file, 'load_contents', op.get_cancellable());
                if (new TextDecoder().decode(data).trim() === 'good')
                    return {verdict: 'pass', reason: 'the file says good'};
                return {verdict: 'fail', reason: 'the file does not say good'};
            } catch (error) {
                if (error.matches?.(Gio.IOErrorEnum, Gio.IOErrorEnum.NOT_FOUND))
                    return {verdict: 'not-yet', reason: 'there is no file yet'};
                throw error;
            }
        }
    });
