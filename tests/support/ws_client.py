"""A small WebSocket client (RFC 6455) over TCP, for stories: no library is needed.

    socket = WebSocket("127.0.0.1", 3000, "/ws", {"Authorization": "Bearer …"})
    socket.send({"type": "ping"}); message = socket.receive(5); socket.wait_for("pong")
"""
import base64
import json
import os
import socket
import struct
import time


class Refused(Exception):
    def __init__(self, status, head, body):
        super().__init__(f"{status}: {body}")
        self.status, self.head, self.body = status, head, body


class Closed(Exception):
    def __init__(self, code, reason=""):
        super().__init__(f"closed with {code} {reason}")
        self.code, self.reason = code, reason


class WebSocket:
    def __init__(self, host, port, path="/ws", headers=None, answer_pings=True, extra=b"", receive_buffer=None):
        self.answer_pings, self.pings, self.seen = answer_pings, 0, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(20)
        self.socket.connect((host, int(port)))
        self.pending = b""
        self.key = base64.b64encode(os.urandom(16)).decode()
        fields = {"Host": f"{host}:{port}", "Connection": "Upgrade", "Upgrade": "websocket",
                  "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": self.key, **(headers or {})}
        request = f"GET {path} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in fields.items() if v is not None)
        self.socket.sendall(request.encode() + b"\r\n" + extra)
        while b"\r\n\r\n" not in self.pending:
            if not self._fill(20):
                raise Closed(0, "no answer")
        head, self.pending = self.pending.split(b"\r\n\r\n", 1)
        self.head = head.decode()
        status = int(self.head.split(" ")[1])
        if status != 101:
            time.sleep(0.05)
            self._fill(1)
            raise Refused(status, self.head, self.pending.decode(errors="replace"))

    def _fill(self, seconds):
        self.socket.settimeout(max(seconds, 0.001))
        try:
            data = self.socket.recv(65536)
        except (TimeoutError, socket.timeout):
            return None
        except ConnectionError:
            return False
        self.pending += data
        return bool(data)

    def _frame(self, end):
        while True:
            if len(self.pending) >= 2:
                first, second = self.pending[0], self.pending[1]
                size, at = second & 127, 2
                need = {126: 2, 127: 8}.get(size, 0)
                if len(self.pending) >= at + need:
                    if need:
                        size = int.from_bytes(self.pending[at:at + need], "big")
                    at += need
                    if len(self.pending) >= at + size:
                        payload = self.pending[at:at + size]
                        self.pending = self.pending[at + size:]
                        return first & 15, payload
            left = end - time.monotonic()
            if left <= 0:
                return None
            got = self._fill(left)
            if got is False:
                raise Closed(1006, "without a word")

    def raw(self, opcode, payload, final=True, masked=True):
        mask = os.urandom(4)
        size = len(payload)
        bit = 128 if masked else 0
        head = bytes([(128 if final else 0) | opcode])
        if size < 126:
            head += bytes([bit | size])
        elif size < 65536:
            head += bytes([bit | 126]) + struct.pack(">H", size)
        else:
            head += bytes([bit | 127]) + struct.pack(">Q", size)
        if masked:
            head += mask
            payload = bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
        self.socket.settimeout(20)
        self.socket.sendall(head + payload)

    def send(self, message):
        text = message if isinstance(message, str) else json.dumps(message)
        self.raw(1, text.encode())

    def receive(self, seconds=10):
        """The next message, or None after so long; Closed when the agent closes."""
        end = time.monotonic() + seconds
        while True:
            frame = self._frame(end)
            if frame is None:
                return None
            opcode, payload = frame
            if opcode == 1:
                message = json.loads(payload)
                self.seen.append(message)
                return message
            if opcode == 9:
                self.pings += 1
                if self.answer_pings:
                    self.raw(10, payload)
            if opcode == 8:
                code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else 1005
                try:
                    self.raw(8, payload[:2])
                except OSError:
                    pass
                raise Closed(code, payload[2:].decode(errors="replace"))

    def wait_for(self, wanted, seconds=15):
        """The next message for which `wanted` holds (or of that type)."""
        fits = wanted if callable(wanted) else lambda message: message["type"] == wanted
        end = time.monotonic() + seconds
        while True:
            message = self.receive(end - time.monotonic())
            if message is None:
                raise AssertionError(f"nothing that fits within {seconds} s; the last were "
                                     f"{[m['type'] for m in self.seen[-10:]]}")
            if fits(message):
                return message

    def wait_for_close(self, seconds=15):
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                self.receive(end - time.monotonic())
        except Closed as closed:
            return closed.code
        return None

    def close(self):
        try:
            self.raw(8, struct.pack(">H", 1000))
        except OSError:
            pass
        self.socket.close()
