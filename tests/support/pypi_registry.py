"""A PyPI of our own, on loopback: the simple index with `fixture-notes` 1.0.0, a wheel without dependencies, `fixture-more` 1.0.0, a module
alone, and `fixture-source` 1.0.0, which is published as sources alone.

    pypi_registry.py MODE   MODE: a file whose text says how it behaves

Prints its port. As MODE says: `good`; `altered` (the wheel's bytes are not those of its hash); `broken` (500); `page` (HTML without
links); `slow` (no answer); `empty` (a page with nothing in it); `weak` (md5 in place of sha256); `bare` (no hash); `climbs` (a wheel with a path that leads out of it).
"""

import base64
import hashlib
import http.server
import io
import sys
import tarfile
import time
import zipfile

NAME = "fixture_notes-1.0.0"
SERVER = '''import json, sys
def main():
    for line in sys.stdin:
        asked = json.loads(line)
        if "id" not in asked:
            continue
        answers = {"initialize": {"protocolVersion": asked.get("params", {}).get("protocolVersion"), "capabilities": {"tools": {}},
                                  "serverInfo": {"name": "notes", "version": "1"}},
                   "tools/list": {"tools": [{"name": "notes", "inputSchema": {"type": "object"}}]}, "ping": {},
                   "tools/call": {"content": [{"type": "text", "text": "a note"}]}}
        found = answers.get(asked["method"])
        rest = {"result": found} if found is not None else {"error": {"code": -32601, "message": "no such method"}}
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], **rest}), flush=True)
'''

# What builds a package from its sources is code of the package: it says that it ran.
BACKEND = '''import os, zipfile
NAME = "fixture_source-1.0.0"
def build_wheel(folder, config_settings=None, metadata_directory=None):
    open(os.path.expanduser("~/sources-ran"), "w").close()
    path = NAME + "-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, path), "w") as out:
        for name, text in {"fixture_source.py": "def main(): pass\\n", NAME + ".dist-info/METADATA": "Metadata-Version: 2.1\\nName: fixture-source\\nVersion: 1.0.0\\n",
                           NAME + ".dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
                           NAME + ".dist-info/entry_points.txt": "[console_scripts]\\nfixture-source = fixture_source:main\\n", NAME + ".dist-info/RECORD": ""}.items():
            out.writestr(name, text)
    return path
def build_sdist(folder, config_settings=None):
    raise NotImplementedError
'''


def wheel(more=()):
    files = {"fixture_notes.py": SERVER, f"{NAME}.dist-info/METADATA": "Metadata-Version: 2.1\nName: fixture-notes\nVersion: 1.0.0\n",
             f"{NAME}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: fixture\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
             f"{NAME}.dist-info/entry_points.txt": "[console_scripts]\nfixture-notes = fixture_notes:main\n", **dict(more)}
    rows = []
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            rows.append(f"{path},sha256={digest},{len(text)}")
        archive.writestr(f"{NAME}.dist-info/RECORD", "\n".join([*rows, f"{NAME}.dist-info/RECORD,,", ""]))
    return raw.getvalue()


class Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(sys.argv[1]) as file:
            mode = file.read().strip()
        if mode == "slow":
            time.sleep(600)
        if mode == "broken":
            return self.answer(500, b"")
        if mode == "page":
            return self.answer(200, b"<!doctype html><title>Sign in to this network</title>")
        if mode == "empty":
            return self.answer(200, b"")
        if "fixture-source" in self.path or "fixture_source" in self.path:
            return self.sources()
        if "fixture-more" in self.path or "fixture_more" in self.path:
            return self.more()
        body = wheel([("../../../escaped.py", "x = 1\n")] if mode == "climbs" else ())
        if self.path.endswith(".whl"):
            return self.answer(200, body + b"more" if mode == "altered" else body, "application/octet-stream")
        if self.path.strip("/") != "simple/fixture-notes":
            return self.answer(404, b"")
        named = {"weak": "#md5=" + hashlib.md5(body).hexdigest(), "bare": ""}.get(mode, "#sha256=" + hashlib.sha256(body).hexdigest())
        link = f'<a href="/{NAME}-py3-none-any.whl{named}">{NAME}-py3-none-any.whl</a>'
        self.answer(200, b"<!doctype html><html><body>" + link.encode() + b"</body></html>")

    def sources(self):
        # Its backend is its own and needs nothing, so that it is built without another index.
        name = "fixture_source-1.0.0"
        metadata = "Metadata-Version: 2.1\nName: fixture-source\nVersion: 1.0.0\n"
        files = {"pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n', "PKG-INFO": metadata,
                 "backend.py": BACKEND}
        raw = io.BytesIO()
        with tarfile.open(fileobj=raw, mode="w:gz") as archive:
            for path, text in files.items():
                entry = tarfile.TarInfo(f"{name}/{path}")
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text.encode()))
        if self.path.endswith(".gz"):
            return self.answer(200, raw.getvalue(), "application/octet-stream")
        link = f'<a href="/{name}.tar.gz">{name}.tar.gz</a>'
        return self.answer(200, b"<!doctype html><html><body>" + link.encode() + b"</body></html>")

    def more(self):
        name = "fixture_more-1.0.0"
        raw = io.BytesIO()
        with zipfile.ZipFile(raw, "w") as archive:
            for path, text in {"fixture_more.py": "", f"{name}.dist-info/METADATA": "Metadata-Version: 2.1\nName: fixture-more\nVersion: 1.0.0\n",
                               f"{name}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
                               f"{name}.dist-info/RECORD": ""}.items():
                archive.writestr(zipfile.ZipInfo(path), text)
        if self.path.endswith(".whl"):
            return self.answer(200, raw.getvalue(), "application/octet-stream")
        link = f'<a href="/{name}-py3-none-any.whl#sha256={hashlib.sha256(raw.getvalue()).hexdigest()}">{name}-py3-none-any.whl</a>'
        return self.answer(200, b"<!doctype html><html><body>" + link.encode() + b"</body></html>")

    def answer(self, status, body, kind="text/html"):
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
