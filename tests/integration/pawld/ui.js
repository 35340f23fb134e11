// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: The Pawl authors
//
// A user interface without a screen: what it would show is printed, one line of JSON for each change. ui.py is the same
// in Python.
imports.gi.versions.Pawl = '1';
const {GLib, GObject, Pawl} = imports.gi;

const show = shown => print(JSON.stringify(shown));
const nick = state => Pawl.enum_to_nick(Pawl.State.$gtype, state);

// What a toolkit's widget is to a program: a property to bind to.
const Label = GObject.registerClass({
    Properties: {
        state: GObject.ParamSpec.enum('state', '', '', GObject.ParamFlags.WRITABLE, Pawl.State.$gtype,
            Pawl.State.IDLE),
    },
}, class Label extends GObject.Object {
    set state(state) {
        show({state: nick(state)});
    }
});

function becomes(client, name, isWanted) {
    // In JavaScript a property is client.reboot_pending, and its signal's detail reboot-pending.
    const property = name.replaceAll('-', '_');
    return new Promise(resolve => {
        let handler = 0;
        const look = () => {
            if (!isWanted(client[property]))
                return;
            client.disconnect(handler);
            resolve();
        };
        handler = client.connect(`notify::${name}`, look);
        look();
    });
}

async function refusal(promise) {
    try {
        await promise;
    } catch (error) {
        if (!error.matches(Pawl.Error, error.code))
            throw error;
        return {error: Object.keys(Pawl.Error).find(name => Pawl.Error[name] === error.code)};
    }
    throw new Error('was not refused');
}

const showInstalled = client => show({installed: client.installed.get_item(0).dup_installed().get_name()});

const scenes = {
    async update(client) {
        const label = new Label();
        client.connect('happened', (_client, name) => show({happened: name}));
        client.bind_property('state', label, 'state', GObject.BindingFlags.SYNC_CREATE);
        await client.update_async(null, null);
        show({available: client.available.dup_target('main-1').get_name()});
        showInstalled(client);
        await client.approve_async('reboot', null, null);
        await becomes(client, 'reboot-pending', pending => pending);
        show({'reboot-pending': true});
    },

    async judge(client) {
        await becomes(client, 'state', state => state === Pawl.State.TRIAL);
        await client.confirm_async(null, null);
        await becomes(client, 'state', state => state === Pawl.State.IDLE);
        show({success: client.last_result.get_success()});
        showInstalled(client);
    },

    async refusals(client) {
        show(await refusal(client.fetch_async(null, null)));
        show(await refusal(client.update_async(null, null)));
        show({state: nick(client.state)});
    },

    async inhibit(client) {
        const fd = await client.inhibit_async('install', 'ui', 'the car moves', null, null);
        await becomes(client, 'inhibitors', list => list.n_children() === 1);
        show({who: client.inhibitors.recursiveUnpack()[0].who});
        GLib.close(fd);
        await becomes(client, 'inhibitors', list => list.n_children() === 0);
        show({who: null});
    },

    async running(client) {
        for (const wanted of [false, true, false]) {
            await becomes(client, 'running', running => running === wanted);
            show({running: client.running});
        }
    },
};

const loop = new GLib.MainLoop(null, false);
let failure = null;

async function main() {
    try {
        await scenes[ARGV[0]](await Pawl.Client.new_async(null, null));
    } catch (error) {
        failure = error;
    }
    loop.quit();
}

main();
loop.run();
if (failure !== null)
    throw failure;
