"""Uses `mcpm top` on a pseudo-terminal as a person would; prints what was not as it should be."""

import os
import signal
import sys
import time

from terminal import Terminal, failures


class TopTerminal(Terminal):
    def __init__(self, program, columns, lines):
        super().__init__([program, "top"], columns, lines)

    def end(self, what):
        code = super().end(what)
        if code is not None and b"\x1b[?1049l" not in self.seen:
            failures.append(f"{what}: the screen is not given back")
        return code


program = sys.argv[1]
top = TopTerminal(program, 100, 30)
top.wait_for("every", "the list")
top.type("?")
top.wait_for("Steer", "the help")
top.type("q")
top.wait_for("quit", "back in the list")
top.type("/every\r")
top.wait_for("filter: every", "the filter")
top.type("x")
top.wait_for("stop every: done", "a stop")
top.type("s")
top.wait_for("start every: done", "a start")
top.type("w")
top.wait_for("why: every", "why")
top.type("q")
top.type("l")
top.wait_for("logs: every", "the log")
top.type("q")
top.resize(60, 20)
top.process.send_signal(signal.SIGWINCH)
top.wait_for("mcpm top", "after a change of size")
top.type("q")
if top.end("q") != 0:
    failures.append("q: it does not end well")

top = TopTerminal(program, 80, 24)
top.wait_for("every", "the list again")
top.process.send_signal(signal.SIGTERM)
if top.end("SIGTERM") != -signal.SIGTERM:
    failures.append("SIGTERM: it is not said that it was ended by it")

top = TopTerminal(program, 80, 24)
top.wait_for("every", "the list once more")
top.process.send_signal(signal.SIGTSTP)
end = time.monotonic() + 20
while os.waitid(os.P_PID, top.process.pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT) is None:
    if time.monotonic() > end:
        failures.append("SIGTSTP: it does not stop")
        break
    time.sleep(0.05)
top.read(0.3)
if b"\x1b[?1049l" not in top.seen:
    failures.append("SIGTSTP: the screen is not given back")
top.seen = b""
top.process.send_signal(signal.SIGCONT)
top.wait_for("\x1b[?1049h", "continued")
top.type("\x03")
if top.end("Ctrl-C") != 0:
    failures.append("Ctrl-C: it does not end well")

print("\n".join(failures), end="")
sys.exit(1 if failures else 0)
