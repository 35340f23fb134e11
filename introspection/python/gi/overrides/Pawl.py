# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What makes Pawl feel at home in Python.

A plugin writes `async def install (self, target, payload, options, op)` in a class that derives from GObject.Object
and Pawl.Installer; every slot of every interface has such a method, called like the slot without `start_`. It returns
its answer (a dict, a GLib.Variant, a GObject or nothing) or raises.

A caller writes `await client.check_async (options)`: every `..._async` of PawlClient and of the interfaces can be
awaited when it gets no callback. `Pawl.run (main ())` runs a coroutine on GLib's main loop.

Needs no asyncio policy: the event loop below lives on whichever GLib main loop runs, also on that of a C program.
"""
import asyncio
import concurrent.futures
import inspect
import sys
import time
import traceback

from gi.module import get_introspection_module
from gi.overrides import override
from gi.repository import Gio, GLib, GObject

Pawl = get_introspection_module("Pawl")
__all__ = []


def _public(thing):
    globals()[thing.__name__] = thing
    __all__.append(thing.__name__)
    return thing


class _Loop(asyncio.AbstractEventLoop):
    """Asyncio's vocabulary (tasks, futures, sleep, gather, wait_for, to_thread) on GLib's default main context."""

    def __init__(self):
        self._context = GLib.MainContext.default()  # PyGObject 3.50 asks for it when it awaits a GIO call
        self._executor = None

    def _step(self, handle):
        outer = asyncio._get_running_loop()
        asyncio._set_running_loop(self)
        try:
            if not handle.cancelled():
                handle._run()
        finally:
            asyncio._set_running_loop(outer)
        return GLib.SOURCE_REMOVE

    def call_soon(self, callback, *args, context=None):
        handle = asyncio.Handle(callback, args, self, context)
        GLib.idle_add(self._step, handle, priority=GLib.PRIORITY_DEFAULT)
        return handle

    call_soon_threadsafe = call_soon

    def call_later(self, delay, callback, *args, context=None):
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(self, when, callback, *args, context=None):
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        wait_ms = max(0, round((when - self.time()) * 1000))
        GLib.timeout_add(wait_ms, self._step, handle)
        return handle

    def time(self):
        return time.monotonic()

    def create_future(self):
        return asyncio.Future(loop=self)

    def create_task(self, coro, *, name=None, **kwargs):
        return asyncio.Task(coro, loop=self, name=name, **kwargs)

    def run_in_executor(self, executor, func, *args):
        if executor is None:
            self._executor = self._executor or concurrent.futures.ThreadPoolExecutor()
            executor = self._executor
        return asyncio.wrap_future(executor.submit(func, *args), loop=self)

    def call_exception_handler(self, context):
        print(context.get("message", ""), file=sys.stderr)
        if context.get("exception"):
            traceback.print_exception(context["exception"])

    def get_debug(self):
        return False

    def is_running(self):
        return True

    def is_closed(self):
        return False

    def _timer_handle_cancelled(self, handle):
        pass  # its source finds it cancelled, and goes


_loop = _Loop()


@_public
def run(awaitable):
    """Run what can be awaited on GLib's default main context until it is done; return what it returns. Not for plugins."""
    main = GLib.MainLoop()
    task = asyncio.ensure_future(awaitable, loop=_loop)
    task.add_done_callback(lambda _: main.quit())
    main.run()
    return task.result()


def _running():
    return asyncio._get_running_loop() or _loop


@_public
def call(source, method, *args, cancellable=None):
    """Await any GIO pair: `await Pawl.call (file, 'load_contents')` calls load_contents_async and its finish.

    Give an object and a name, the arguments before `cancellable`, and perhaps a Gio.Cancellable of your own.
    """
    finish = getattr(source, method + "_finish")
    start = getattr(source, method + "_async", None) or getattr(source, method)
    return _future(lambda cancel, done: start(*args, cancellable=cancel, callback=done), finish, cancellable)


def _future(start, finish, cancellable):
    future = _running().create_future()
    cancellable = cancellable or Gio.Cancellable()

    def done(_source, result, *_data):
        try:
            value = finish(result)
        except GLib.Error as error:
            if not future.done():
                future.set_exception(error)
        else:
            if not future.done():
                future.set_result(value)

    future.add_done_callback(lambda f: cancellable.cancel() if f.cancelled() else None)
    start(cancellable, done)
    return future


@_public
def serve(instance, fd, cancellable=None):
    """Await the end of a connection on which a plugin's instance answers; for a process of its own."""
    return _future(
        lambda cancel, done: Pawl.serve_async(instance, fd, cancel, done),
        lambda result: Pawl.serve_finish(instance, result),
        cancellable,
    )


def _awaitable(start, finish_name, before_callback, before_cancellable):
    """Wrap an `..._async` method: without a callback it returns something to await."""

    def method(self, *args, **kwargs):
        if kwargs.get("callback") or len(args) > before_callback and args[before_callback]:
            return start(self, *args, **kwargs)
        kwargs.pop("callback", None)
        cancellable = kwargs.pop("cancellable", None)
        if len(args) > before_cancellable:
            cancellable = args[before_cancellable]
        # What may be left out at the end is None; the callback needs its place.
        given = list(args[:before_cancellable])
        return _future(
            lambda cancel, done: start(self, *given, **kwargs, cancellable=cancel, callback=done),
            getattr(self, finish_name),
            cancellable,
        )

    method.__name__ = start.__name__
    method.__doc__ = start.__doc__
    return method


def _make_awaitable(cls, info):
    for function in info.get_methods():
        name = function.get_name()
        arguments = [argument.get_name() for argument in function.get_arguments()]
        if function.is_method() and name.endswith("_async") and "callback" in arguments:
            finish = name[: -len("async")] + "finish"
            start = getattr(cls, name)
            setattr(cls, name, _awaitable(start, finish, arguments.index("callback"), arguments.index("cancellable")))


@_public
def error(code, message):
    """Make an error of Pawl's domain: `raise Pawl.error (Pawl.Error.NO_SPACE, 'needs 3 MiB more')`."""
    return GLib.Error(message, "pawl-error-quark", int(code))


def _plugin_error(exception):
    """Turn what a plugin raised into a GLib.Error; anything but a GLib.Error is the plugin's mistake."""
    if isinstance(exception, GLib.Error):
        return exception
    if isinstance(exception, asyncio.CancelledError):
        return GLib.Error("cancelled", "g-io-error-quark", int(Gio.IOErrorEnum.CANCELLED))
    traceback.print_exception(type(exception), exception, exception.__traceback__)
    return error(Pawl.Error.PLUGIN, f"{type(exception).__name__}: {exception}")


def _variant(key, value):
    if isinstance(value, GLib.Variant):
        return value
    if isinstance(value, bool):
        return GLib.Variant("b", value)
    if isinstance(value, str):
        return GLib.Variant("s", value)
    if isinstance(value, bytes):
        return GLib.Variant.new_from_bytes(GLib.VariantType("ay"), GLib.Bytes.new(value), True)
    if isinstance(value, dict):
        return _vardict(value)
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return GLib.Variant("as", value)
    raise TypeError(f"{key}: {value!r} could be several types; say which: GLib.Variant ('t', {value!r})")


def _vardict(members):
    return GLib.Variant("a{sv}", {key: _variant(key, value) for key, value in members.items()})


def _complete(op, answer):
    if isinstance(answer, dict):
        answer = _vardict(answer)
    if isinstance(answer, GObject.Object):
        op.complete_object(answer)
    else:
        op.complete(answer)


def _answer(task, op):
    """Settle the operation of a method that has ended, perhaps before its first line ran."""
    failure = None
    try:
        _complete(op, task.result())
    except (Exception, asyncio.CancelledError) as exception:
        failure = _plugin_error(exception)
    # Outside of the handler, so that what the caller does with it does not look like a consequence.
    if failure is not None:
        op.fail(failure)


def _start_slot(name):
    def start(self, *args):
        op = args[-1]
        try:
            answer = getattr(self, name)(*args)
            if inspect.iscoroutine(answer):
                task = _loop.create_task(answer)
                handler = op.connect("cancelled", lambda _: task.cancel())
                task.add_done_callback(lambda _: (op.disconnect(handler), _answer(task, op)))
            else:
                _complete(op, answer)
        except Exception as exception:
            raise _plugin_error(exception) from None
        return True

    return start


def _constant_slot(name):
    def slot(self, *args):
        try:
            answer = getattr(self, name)(*args)
        except Exception as exception:
            raise _plugin_error(exception) from None
        return True if name == "set_up" and answer is None else answer

    return slot


def _slots(info):
    return [vfunc.get_name() for vfunc in info.get_vfuncs()]


def _add_slots(cls, interface):
    """Give a plugin's class the slots for the methods that it defines, before PyGObject looks for slots."""
    for slot in _slots(interface.__info__):
        started = slot.startswith("start_")
        name = slot[len("start_") :] if started else slot
        if inspect.iscoroutinefunction(cls.__dict__.get("do_" + slot)):
            raise TypeError(f"{cls.__name__}.do_{slot} cannot be `async def`: call it {name}")
        if name in cls.__dict__ and "do_" + slot not in cls.__dict__:
            setattr(cls, "do_" + slot, _start_slot(name) if started else _constant_slot(name))


def _override_interface(name):
    plain = getattr(Pawl, name)

    def hook(cls, **kwargs):
        super(ours, cls).__init_subclass__(**kwargs)
        if GObject.Object in cls.__mro__:
            _add_slots(cls, plain)

    ours = type(plain)(name, (plain,), {"__init_subclass__": classmethod(hook), "__module__": __name__})
    _make_awaitable(ours, plain.__info__)
    _public(override(ours))


for _name in ("Transport", "Verifier", "Installer", "BootControl", "Confirmer"):
    _override_interface(_name)


class Client(Pawl.Client):
    """The daemon. `client = await Pawl.Client.new_async ()`; then `await client.check_async ()`."""

    @staticmethod
    def new_async(connection=None, cancellable=None, callback=None, *user_data):
        if callback is not None:
            return Pawl.Client.new_async(connection, cancellable, callback, *user_data)
        return _future(
            lambda cancel, done: Pawl.Client.new_async(connection, cancel, done), Pawl.Client.new_finish, cancellable
        )


_make_awaitable(Client, Pawl.Client.__info__)
_public(override(Client))
