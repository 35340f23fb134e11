# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A line that is far: hands a TCP connection on, each byte DELAY_S later, in a process of its own.

  slow_line.py PORT DELAY_S    says on which port of 127.0.0.1 it listens, and ends with its standard input
"""

import asyncio
import os
import sys


async def carry(reader, writer, delay_s):
    """As many bytes may be under way as there are: only the distance is long."""
    queue = asyncio.Queue()

    async def deliver():
        while True:
            due, data = await queue.get()
            await asyncio.sleep(max(0, due - asyncio.get_running_loop().time()))
            if not data:
                break
            writer.write(data)
            await writer.drain()
        writer.close()

    delivery = asyncio.create_task(deliver())
    try:
        while True:
            data = await reader.read(1 << 16)
            queue.put_nowait((asyncio.get_running_loop().time() + delay_s, data))
            if not data:
                break
        await delivery
    except OSError:
        delivery.cancel()
        writer.close()


async def main(port, delay_s):
    async def on_connection(reader, writer):
        # The three packets that open a connection are under way for one round trip, too.
        await asyncio.sleep(2 * delay_s)
        upstream = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(carry(reader, upstream[1], delay_s), carry(upstream[0], writer, delay_s))

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    # Without a word about connections that are still under way.
    os._exit(0)


asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
