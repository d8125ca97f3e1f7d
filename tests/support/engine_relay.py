"""A way to the real container engine that a test can break: listens on a unix socket and passes bytes both ways.

    engine_relay.py LISTEN [TARGET]

Kill it: the engine is gone. Stop it (SIGSTOP): the engine hangs. Start another one: it is back.
SIGUSR1: every connection that exists now falls silent for ever, without being closed; new ones work.
Prints "ready".
"""

import os
import select
import signal
import socket
import sys

listen, target = sys.argv[1], (sys.argv[2:] or ["/var/run/docker.sock"])[0]
if os.path.exists(listen):
    os.unlink(listen)
door = socket.socket(socket.AF_UNIX)
door.bind(listen)
door.listen(64)
other = {}  # each end -> the other one
silent = set()


def fall_silent(*_):
    silent.update(other)


signal.signal(signal.SIGUSR1, fall_silent)
print("ready", flush=True)


def drop(end):
    for one in (end, other.get(end)):
        if one is not None:
            other.pop(one, None)
            silent.discard(one)
            one.close()


while True:
    readable, _, _ = select.select([door] + [end for end in other if end not in silent], [], [], 0.05)
    for end in readable:
        if end is door:
            client, _ = door.accept()
            engine = socket.socket(socket.AF_UNIX)
            try:
                engine.connect(target)
            except OSError:
                client.close()
                continue
            other[client], other[engine] = engine, client
            continue
        if end not in other or end in silent:
            continue
        try:
            piece = end.recv(1 << 16)
            if piece:
                other[end].sendall(piece)
            else:
                drop(end)  # ours ends a connection only as a whole, and so does the engine
        except OSError:
            drop(end)
