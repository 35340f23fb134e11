// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: The Pawl authors
//
// The process of one plugin in JavaScript: plugin-host.js MODULE INTERFACE, with the daemon on descriptor 3. The module
// assigns its class to a variable named like the interface: `var Installer = Pawl.registerPlugin (…)`.
imports.gi.versions.Pawl = '1';
const {GLib, Pawl} = imports.gi;
const System = imports.system;

const HOST_FD = 3;

const [path, name] = ARGV;
imports.searchPath.unshift(GLib.path_get_dirname(path));
const module = imports[GLib.path_get_basename(path).replace(/\.js$/, '')];
if (!module[name]) {
    printerr(`${path}: found no variable ${name} with a class that implements Pawl.${name}`);
    System.exit(1);
}

// The loop runs at the top level: inside of a promise's job it would starve every other promise.
const loop = new GLib.MainLoop(null, false);
Pawl.serve_async(new module[name](), HOST_FD, null, (instance, result) => {
    try {
        Pawl.serve_finish(instance, result);
    } catch (error) {
        printerr(`${path}: ${error.message}`);
    }
    loop.quit();
});
loop.run();
