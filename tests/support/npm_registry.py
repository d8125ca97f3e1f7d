"""An npm registry of our own, on loopback, with one package that has an install script.

    npm_registry.py FOLDER   FOLDER/NAME holds package.json and the files of each package

Prints its port. Serves the newest (only) version of every package: its document, and its tarball with its hash.
"""

import base64
import hashlib
import http.server
import io
import json
import os
import sys
import tarfile

folder = sys.argv[1]


def tarball(name):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        tar.add(os.path.join(folder, name), arcname="package")
    return raw.getvalue()


tarballs = {name: tarball(name) for name in os.listdir(folder)}


class Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.strip("/").split("/")[0]
        if name not in tarballs:
            return self.answer(404, b"{}", "application/json")
        if self.path.endswith(".tgz"):
            return self.answer(200, tarballs[name], "application/octet-stream")
        with open(os.path.join(folder, name, "package.json")) as file:
            manifest = json.load(file)
        host = f"http://127.0.0.1:{self.server.server_port}"
        digest = base64.b64encode(hashlib.sha512(tarballs[name]).digest()).decode()
        manifest["dist"] = {"tarball": f"{host}/{name}/-/{name}.tgz", "integrity": "sha512-" + digest}
        manifest["hasInstallScript"] = "scripts" in manifest
        version = manifest["version"]
        document = {"name": name, "dist-tags": {"latest": version}, "versions": {version: manifest}}
        self.answer(200, json.dumps(document).encode(), "application/json")

    def answer(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
print(server.server_port, flush=True)
server.serve_forever()
