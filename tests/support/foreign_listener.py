"""foreign_listener.py UID SOCKET LOG   listens on SOCKET as UID and writes to LOG what every peer sends."""
import os
import socket
import sys

uid, path, log = int(sys.argv[1]), sys.argv[2], sys.argv[3]
sink = open(log, "ab", buffering=0)
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
os.chmod(path, 0o777)
os.setuid(uid)  # whose the socket is, the kernel says by who called listen()
listener.listen(8)
sink.write(b"ready\n")
while True:
    peer, _ = listener.accept()
    peer.settimeout(2)
    try:
        while data := peer.recv(65536):
            sink.write(data)
    except OSError:
        pass
    peer.close()
