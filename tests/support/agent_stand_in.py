"""Plays the agent's socket for `mcpm connect`, so that a test can end it at any byte; and a client of the shim."""
import json
import os
import socket
import subprocess

PATIENCE = 20


class StandIn:
    def __init__(self):
        folder = os.path.join(os.environ["XDG_RUNTIME_DIR"], "mcpm")
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self.path = os.path.join(folder, "agent.sock")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(16)
        self.listener.settimeout(PATIENCE)
        self.asked = []

    def vanish(self):
        self.listener.close()
        os.unlink(self.path)

    def accept(self, answer=None, surplus=b""):
        connection, _ = self.listener.accept()
        connection.settimeout(PATIENCE)
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(1)
        self.asked.append(head.decode())
        if answer is not None:
            connection.sendall(answer)
            connection.close()
            return None
        connection.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: mcp-stdio\r\n\r\n" + surplus)
        return Lines(connection)


class Lines:
    """Newline-delimited messages over a socket."""

    def __init__(self, connection):
        self.connection = connection
        self.pending = b""

    def line(self):
        """Without its newline; None at the end."""
        parts = [self.pending]
        while b"\n" not in parts[-1]:
            got = self.connection.recv(1 << 20)
            if not got:
                return None
            parts.append(got)
        line, _, self.pending = b"".join(parts).partition(b"\n")
        return line

    def hear(self):
        line = self.line()
        return None if line is None else json.loads(line)

    def say(self, message):
        self.connection.sendall(message if isinstance(message, bytes) else json.dumps(message).encode() + b"\n")

    def answer(self, message, result=None):
        self.say({"jsonrpc": "2.0", "id": message["id"], "result": result or {}})

    def close(self):
        self.connection.close()


class Client:
    """What starts the shim: Claude Desktop, an editor, …"""

    def __init__(self, *words):
        self.process = subprocess.Popen(["mcpm", "connect", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)

    def say(self, message):
        self.process.stdin.write(message if isinstance(message, bytes) else json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, identity, method, **params):
        self.say({"jsonrpc": "2.0", "id": identity, "method": method, "params": params})

    def line(self):
        return self.process.stdout.readline()

    def hear(self):
        return json.loads(self.line())

    def open(self, agent):
        """The handshake; `agent` is the connection at the other end."""
        self.ask(0, "initialize", protocolVersion="2025-06-18")
        agent.answer(agent.hear(), {"protocolVersion": "2025-06-18"})
        self.hear()
        self.say({"jsonrpc": "2.0", "method": "notifications/initialized"})
        agent.hear()

    def memory(self):
        """Most resident memory so far, in bytes."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return [int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")][0]

    def end(self):
        """Ends the input; (exit status, the rest of stdout, stderr)."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err.decode()


def reopen(agent):
    """Takes the shim's new connection and plays its repeated handshake; the connection and what was repeated."""
    lines = agent.accept()
    hello = lines.hear()
    lines.answer(hello, {"protocolVersion": "2025-06-18"})
    return lines, [hello, lines.hear()]
