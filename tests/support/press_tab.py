"""press_tab.py SHELL SCRIPT LINE: types LINE, a tab and Enter into a real SHELL on a pseudo terminal, with the completion
SCRIPT loaded, and prints what the command was then given. `mcpm` on the PATH must print its arguments behind "ARGS:".
"""
import os
import pty
import re
import select
import sys
import time

shell, script, line = sys.argv[1:4]
starts = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], f"PS1='READY> '; bind 'set bell-style none'; . {script}\n"),
    "zsh": (["zsh", "-f", "-i"], f"PS1='READY> '; autoload -U compinit; compinit -u -D; . {script}; compdef _mcpm mcpm\n"),
    "fish": (["fish", "--no-config", "-i"], f"function fish_prompt; echo -n 'READY> '; end; function fish_greeting; end; source {script}\n"),
}
words, setup = starts[shell]
pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "dumb" if shell == "fish" else "xterm"
    os.environ["COLUMNS"] = "200"
    os.execvp(words[0], words)


def read_until(pattern, limit):
    seen = ""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        ready, _, _ = select.select([fd], [], [], 0.2)
        if ready:
            try:
                seen += os.read(fd, 65536).decode("utf-8", "replace")
            except OSError:
                break
        if re.search(pattern, seen):
            return seen
    return seen


os.write(fd, setup.encode())
read_until(r"READY> .*READY> |READY> ", 20)
# A second, empty line: everything of the setup has been read when its prompt is there.
os.write(fd, b"echo SET''UP\n")
read_until(r"SETUP", 20)
os.write(fd, (line + "\t\n").encode())
seen = read_until(r"ARGS:[^\r\n]*:END", 20)
found = re.findall(r"ARGS:([^\r\n]*):END", seen)
print(found[-1] if found else "NOTHING: " + repr(seen[-500:]))
os.close(fd)
