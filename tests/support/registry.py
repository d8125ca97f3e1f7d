"""A registry of images of our own, on loopback, which a container engine pulls from without TLS (OCI distribution, the reading half).

    registry.py PROGRAM [USER:PASSWORD]

One repository, `test/main`, one image with the program as /main and its entrypoint, under every tag but `none`. A line on
standard input makes another image of it (another digest), but after `hold` layers are half sent, until `go` comes. Prints its
port, then a line for each request.
"""

import base64
import gzip
import hashlib
import http.server
import io
import json
import os
import sys
import tarfile
import threading

program = open(sys.argv[1], "rb").read()
wanted = "Basic " + base64.b64encode(sys.argv[2].encode()).decode() if len(sys.argv) > 2 else None
own = os.urandom(16)  # no other registry's images are these: tests that run at once do not see or remove each other's
blobs = {}
newest = ""
may_go = threading.Event()
may_go.set()


def say_line(text):
    """One write a line: print() makes two, and several threads' requests are told at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def keep(content):
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    blobs[digest] = content
    return digest


def make(version):
    global newest
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        entry = tarfile.TarInfo("main")
        entry.mode, entry.size = 0o755, len(program)
        tar.addfile(entry, io.BytesIO(program))
        entry = tarfile.TarInfo("registry")
        entry.size = len(own)
        tar.addfile(entry, io.BytesIO(own))
    layer = gzip.compress(raw.getvalue(), mtime=0)
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {"Entrypoint": ["/main"], "Labels": {"version": version}},
                         "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(raw.getvalue()).hexdigest()]}}).encode()
    kind = "application/vnd.docker."
    newest = keep(json.dumps({"schemaVersion": 2, "mediaType": kind + "distribution.manifest.v2+json",
                              "config": {"mediaType": kind + "container.image.v1+json", "size": len(config), "digest": keep(config)},
                              "layers": [{"mediaType": kind + "image.rootfs.diff.tar.gzip", "size": len(layer), "digest": keep(layer)}]}).encode())


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def say(self, status, body=b"", kind="application/json", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            half = len(body) // 2 if kind == "application/octet-stream" else 0
            self.wfile.write(body[:half])
            if half:
                may_go.wait()
            self.wfile.write(body[half:])

    def do_GET(self):
        if wanted and self.headers.get("Authorization") != wanted:
            return self.say(401, b'{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}', WWW_Authenticate='Basic realm="test"')
        parts = self.path.strip("/").split("/")
        if parts == ["v2"]:
            return self.say(200, b"{}")
        if parts[:3] == ["v2", "test", "main"] and len(parts) == 5:
            digest = parts[4] if ":" in parts[4] else "" if parts[4] == "none" else newest
            if digest in blobs:
                kind = "application/vnd.docker.distribution.manifest.v2+json" if parts[3] == "manifests" else "application/octet-stream"
                return self.say(200, blobs[digest], kind, Docker_Content_Digest=digest)
        return self.say(404, b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}')

    do_HEAD = do_GET

    def log_message(self, text, *values):
        say_line(text % values)


make("1")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
say_line(str(server.server_address[1]))
threading.Thread(target=server.serve_forever, daemon=True).start()
for number, line in enumerate(sys.stdin, 2):
    if line.strip() == "hold":
        may_go.clear()
        continue
    if line.strip() == "go":
        may_go.set()
        continue
    make(str(number))
    say_line("made " + newest)
