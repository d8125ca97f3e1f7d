"""Jobs of a terminal: what takes the terminal stops in the background as other programs do, can be ended there, and
gives the terminal back.

    job_story.py MCPM"""

import os
import signal
import sys
import termios
import time

from terminal import Terminal, failures

mcpm = sys.argv[1]
# A process of its own group in the session of the terminal is in the background, as behind timeout(1).
in_background = """
import os, signal, subprocess, sys
os.write(1, b"ready")
job = subprocess.Popen(sys.argv[1:], process_group=0)
stopped = os.waitid(os.P_PID, job.pid, os.WSTOPPED | os.WEXITED)
print("stopped by", stopped.si_status if stopped.si_code == os.CLD_STOPPED else "nothing", flush=True)
for again in range(2):
    os.kill(job.pid, signal.SIGCONT)
    stopped = os.waitid(os.P_PID, job.pid, os.WSTOPPED | os.WEXITED)
    print("again", stopped.si_status if stopped.si_code == os.CLD_STOPPED else "nothing", flush=True)
os.kill(job.pid, signal.SIGTERM)
os.kill(job.pid, signal.SIGCONT)
print("ended", job.wait(), flush=True)
"""
for words in (["top"], ["secret", "set", "token"]):
    what = " ".join(words) + " in the background"
    job = Terminal([sys.executable, "-c", in_background, mcpm, *words], 80, 24)
    job.wait_for_all([f"stopped by {int(signal.SIGTTOU)}", f"again {int(signal.SIGTTOU)}", f"ended {-int(signal.SIGTERM)}"], what)
    if job.end(what) != 0:
        failures.append(f"{what}: the watcher failed")


def echoes(terminal):
    return termios.tcgetattr(terminal.slave)[3] & termios.ECHO != 0


def wait_until(wanted, what):
    end = time.monotonic() + 20
    while not wanted():
        if time.monotonic() > end:
            failures.append(f"{what}: not so")
            return
        time.sleep(0.05)


shell = Terminal(["bash", "--norc", "--noediting", "-i"], 80, 24)
shell.type("PS1='$'; stty -tostop; echo 'in' order\n")
shell.wait_for("in order", "the shell")
shell.type(f"{mcpm} secret set shown\n")
shell.wait_for("value", "the question")
wait_until(lambda: not echoes(shell), "what is typed is hidden")
shell.type("\x1a")
shell.wait_for("Stopped", "Ctrl-Z")
wait_until(lambda: echoes(shell), "stopped, the terminal is given back")
shell.type("fg\n")
shell.wait_for("value", "asked again in the foreground")
wait_until(lambda: not echoes(shell), "and hidden again")
shell.type("hush-hush-5\n")
shell.read(0.5)
if b"hush-hush-5" in shell.seen:
    failures.append("the secret was echoed")
wait_until(lambda: echoes(shell), "and given back at the end")
shell.type(f"{mcpm} top\n")
shell.wait_for("NAME", "top")
shell.type("\x1a")
shell.wait_for("Stopped", "Ctrl-Z in top")
wait_until(lambda: echoes(shell), "top gives the terminal back")
shell.type("kill %1\n")


def is_terminated():
    """A shell says it before its next prompt."""
    shell.type("\n")
    shell.read(0.2)
    return b"Terminated" in shell.seen


wait_until(is_terminated, "a stopped top is ended")
shell.type("exit\n")
shell.end("the shell")
print("\n".join(failures), end="")
sys.exit(1 if failures else 0)
