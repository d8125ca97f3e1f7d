"""A pseudo-terminal with a program on it, used as a person would: what it shows is waited for, keys are typed."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

failures = []


class Terminal:
    def __init__(self, words, columns, lines):
        self.master, slave = pty.openpty()
        self.before = termios.tcgetattr(slave)
        self.resize(columns, lines)
        self.slave = slave
        self.process = subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave,
                                        start_new_session=True, preexec_fn=self.take)
        self.seen = b""

    def take(self):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def resize(self, columns, lines):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def read(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.master], [], [], 0.1)[0]:
                try:
                    self.seen += os.read(self.master, 65536)
                except OSError:
                    return

    def wait_for(self, text, what):
        end = time.monotonic() + 20
        while text.encode() not in self.seen:
            if time.monotonic() > end:
                failures.append(f"{what}: '{text}' was not shown, but {self.seen[-300:]!r}")
                return
            self.read(0.2)
        self.seen = b""

    def wait_for_all(self, texts, what):
        """In any order."""
        end = time.monotonic() + 20
        while missing := [text for text in texts if text.encode() not in self.seen]:
            if time.monotonic() > end:
                failures.append(f"{what}: {missing} not shown")
                return
            self.read(0.2)
        self.seen = b""

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self, what):
        try:
            code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            failures.append(f"{what}: it does not end")
            self.process.kill()
            return None
        self.read(0.2)
        if termios.tcgetattr(self.slave)[3] != self.before[3]:
            failures.append(f"{what}: the terminal is not as it was")
        return code
