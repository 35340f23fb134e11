// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: The Pawl authors
//
// What makes Pawl feel at home in JavaScript.
//
// A plugin is a class for Pawl.registerPlugin (): every slot of an interface is a method of the same name without
// `start_`, `async install (target, payload, options, op)`. It returns its answer (a plain object, a GLib.Variant, a
// GObject or nothing) or throws.
//
// A caller awaits `client.check_async (null, null)`. For an object that implements an interface in C there is
// `await Pawl.call (object, 'install', target, payload, options, 0, monitor, cancellable)`.

const {Gio, GLib, GObject} = imports.gi;

const INTERFACES = ['Transport', 'Verifier', 'Installer', 'BootControl', 'Confirmer'];

// The slots of each interface. GJS cannot be asked for them, so a test compares this list with the GIR.
const SLOTS = {
    Transport: ['set_up', 'list_schemes', 'list_formats', 'start_fetch', 'start_fetch_payload', 'start_estimate',
        'start_send'],
    Verifier: ['set_up', 'start_check', 'start_verify', 'start_report'],
    Installer: ['set_up', 'list_formats', 'start_describe_installed', 'start_can_install', 'start_install',
        'start_activate', 'start_revert', 'start_commit', 'start_clean_up'],
    BootControl: ['set_up', 'start_arm', 'start_get_status', 'start_mark_good', 'start_mark_bad'],
    Confirmer: ['set_up', 'start_begin_trial', 'start_check', 'start_end_trial'],
};

function toVariant(key, value) {
    if (value instanceof GLib.Variant)
        return value;
    if (typeof value === 'boolean')
        return GLib.Variant.new_boolean(value);
    if (typeof value === 'string')
        return GLib.Variant.new_string(value);
    if (value instanceof Uint8Array)
        return GLib.Variant.new_from_bytes(new GLib.VariantType('ay'), new GLib.Bytes(value), true);
    if (Array.isArray(value) && value.every(item => typeof item === 'string'))
        return GLib.Variant.new_strv(value);
    if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
        return toVardict(value);
    throw new TypeError(`${key}: ${value} could be several types; say which: new GLib.Variant ('t', ${value})`);
}

function toVardict(members) {
    const variants = {};
    for (const [key, value] of Object.entries(members))
        variants[key] = toVariant(key, value);
    return new GLib.Variant('a{sv}', variants);
}

function complete(op, answer) {
    if (answer instanceof GObject.Object)
        op.complete_object(answer);
    else if (answer === undefined || answer === null || answer instanceof GLib.Variant)
        op.complete(answer ?? null);
    else
        op.complete(toVardict(answer));
}

function init(Pawl) {
    // Anything but a GLib.Error is the plugin's mistake.
    function toError(thrown) {
        if (thrown instanceof GLib.Error)
            return thrown;
        printerr(`${thrown}\n${thrown?.stack ?? ''}`);
        return new Pawl.Error({code: Pawl.Error.PLUGIN, message: `${thrown}`});
    }

    function startSlot(method) {
        return function (...args) {
            const op = args[args.length - 1];
            let answer;
            try {
                answer = this[method](...args);
                if (!(answer instanceof Promise))
                    complete(op, answer);
            } catch (thrown) {
                throw toError(thrown);
            }
            if (answer instanceof Promise)
                answer.then(value => complete(op, value)).catch(thrown => op.fail(toError(thrown)));
            return true;
        };
    }

    function plainSlot(method) {
        return function (...args) {
            try {
                const answer = this[method](...args);
                return method === 'set_up' ? answer !== false : answer;
            } catch (thrown) {
                const error = toError(thrown);
                // Only set_up can say why.
                if (method === 'set_up')
                    throw error;
                return null;
            }
        };
    }

    function addSlots(prototype, name) {
        for (const slot of SLOTS[name]) {
            const method = slot.replace(/^start_/, '');
            const vfunc = prototype[`vfunc_${slot}`];
            if (slot !== method && vfunc?.constructor.name === 'AsyncFunction')
                throw new TypeError(`vfunc_${slot} cannot be async: call it ${method}`);
            if (Object.hasOwn(prototype, method) && !Object.hasOwn(prototype, `vfunc_${slot}`))
                prototype[`vfunc_${slot}`] = slot === method ? plainSlot(method) : startSlot(method);
        }
    }

    // registerPlugin ({Implements: [Pawl.Installer]}, class extends GObject.Object {…}): like GObject.registerClass ().
    Pawl.registerPlugin = function (meta, klass) {
        const wanted = INTERFACES.filter(name => meta.Implements?.includes(Pawl[name]));
        if (wanted.length === 0)
            throw new TypeError(`${klass.name}: Implements names none of Pawl's interfaces`);
        for (const name of wanted)
            addSlots(klass.prototype, name);
        return GObject.registerClass(meta, klass);
    };

    // A promise cannot be cancelled, so whoever waits in a plugin waits with the operation in hand.
    Pawl.wait = function (op, milliseconds) {
        return new Promise((resolve, reject) => {
            let handler = 0;
            const source = GLib.timeout_add(GLib.PRIORITY_DEFAULT, milliseconds, () => {
                op.disconnect(handler);
                resolve();
                return GLib.SOURCE_REMOVE;
            });
            handler = op.connect('cancelled', () => {
                GLib.source_remove(source);
                op.disconnect(handler);
                reject(new Gio.IOErrorEnum({code: Gio.IOErrorEnum.CANCELLED, message: 'cancelled'}));
            });
        });
    };

    Pawl.call = function (object, method, ...args) {
        return new Promise((resolve, reject) => {
            object[`${method}_async`](...args, (_source, result) => {
                try {
                    resolve(object[`${method}_finish`](result));
                } catch (error) {
                    reject(error);
                }
            });
        });
    };

    for (const method of ['check', 'fetch', 'install', 'activate', 'update', 'cancel', 'confirm', 'reject', 'rollback',
        'approve', 'defer', 'inhibit', 'call'])
        Gio._promisify(Pawl.Client.prototype, `${method}_async`, `${method}_finish`);
    Gio._promisify(Pawl.Client, 'new_async', 'new_finish');
}

function _init() {
    init(this);
}
