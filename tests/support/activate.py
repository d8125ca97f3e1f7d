"""activate.py SOCKET NOTIFY TOLD PROGRAM ARGUMENTS…: starts PROGRAM as systemd does with socket activation and
Type=notify. What it is told on NOTIFY goes to TOLD, a line each, with `pid N` and `inode N` before. Ends with its status."""
import os
import socket
import sys

path, notify_path, told_path, program = sys.argv[1:5]
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(path + ".new")
os.chmod(path + ".new", 0o600)
listener.listen(64)
os.rename(path + ".new", path)
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind(notify_path)
child = os.fork()
if child == 0:
    os.dup2(listener.fileno(), 3)
    os.set_inheritable(3, True)
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES="api", NOTIFY_SOCKET=notify_path)
    os.execv(program, sys.argv[4:])
listener.close()
notify.settimeout(0.1)
with open(told_path, "w", buffering=1, encoding="utf-8") as told:
    print("pid", child, file=told)
    print("inode", os.stat(path).st_ino, file=told)
    while True:
        try:
            print(notify.recv(4096).decode(), file=told)
            continue
        except TimeoutError:
            pass
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            sys.exit(os.waitstatus_to_exitcode(status) & 255)
