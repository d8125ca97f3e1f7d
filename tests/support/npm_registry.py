"""An npm registry of our own, on loopback, with the packages of a folder.

    npm_registry.py FOLDER   FOLDER/NAME or FOLDER/NAME@VERSION holds package.json and the files of each package

Prints its port. Serves each package's document, its newest version as latest, and the tarballs with their hashes; what is put into the
folder later is served, too. FOLDER/.mode says how it behaves, `good` without one: `altered` (a tarball's bytes are not those of its
hash), `broken` (500), `page` (HTML in place of JSON), `slow` (no answer), `climbs` (a tarball with a path and a link that lead out of it),
`bare` (a document without hashes), `bare NAME` (that package without), `old` (a shasum alone), `empty` (JSON of another shape).
"""

import base64
import hashlib
import http.server
import io
import json
import os
import sys
import tarfile
import time

folder = sys.argv[1]
PUBLISHED = "2026-01-01T00:00:00.000Z"


def mode():
    try:
        with open(os.path.join(folder, ".mode")) as file:
            return file.read().strip()
    except OSError:
        return "good"


def tarball(place):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        tar.add(os.path.join(folder, place), arcname="package", filter=lambda info: info.replace(mtime=0, deep=False))
    return raw.getvalue()


def climbing():
    """Paths above the package's folder, an absolute one, and a link through which a file is written elsewhere."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        for path, text in (("package/package.json", MANIFEST), ("package/main.js", b""), ("package/../../../escaped.js", b"x"),
                           ("/tmp/mcpm-escaped.js", b"x")):
            entry = tarfile.TarInfo(path)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
        link = tarfile.TarInfo("package/out")
        link.type, link.linkname = tarfile.SYMTYPE, "../../.."
        tar.addfile(link)
        through = tarfile.TarInfo("package/out/escaped.js")
        through.size = 1
        tar.addfile(through, io.BytesIO(b"x"))
    return raw.getvalue()


MANIFEST = b'{"name": "fixture-notes", "version": "1.0.0", "bin": {"fixture-notes": "main.js"}}'
tarballs = {}


def bytes_of(place):
    if mode() == "climbs":
        return climbing()
    if place not in tarballs:
        tarballs[place] = tarball(place)
    return tarballs[place]


def places_of(name):
    """[(manifest, place)], the oldest first."""
    found = []
    for place in os.listdir(folder):
        if place.split("@")[0] == name and not place.startswith("."):
            with open(os.path.join(folder, place, "package.json")) as file:
                found.append((json.load(file), place))
    return sorted(found, key=lambda row: [int(part) if part.isdigit() else 0 for part in row[0]["version"].split(".")])


class Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        behaviour = mode()
        if behaviour == "slow":
            time.sleep(600)
        if behaviour == "broken":
            return self.answer(500, b"{}", "application/json")
        if behaviour == "page":
            return self.answer(200, b"<!doctype html><title>Sign in to this network</title>", "text/html")
        if behaviour == "empty":
            return self.answer(200, b'{"name": 1, "versions": [], "dist-tags": null}', "application/json")
        words = self.path.strip("/").split("/")
        places = places_of(words[0])
        if not places:
            return self.answer(404, b"{}", "application/json")
        if self.path.endswith(".tgz"):
            body = bytes_of(words[-1].removesuffix(".tgz"))
            return self.answer(200, body + b"more" if behaviour == "altered" else body, "application/octet-stream")
        host = f"http://127.0.0.1:{self.server.server_port}"
        versions = {}
        for manifest, place in places:
            digest = base64.b64encode(hashlib.sha512(bytes_of(place)).digest()).decode()
            manifest["dist"] = {"tarball": f"{host}/{words[0]}/-/{place}.tgz", "integrity": "sha512-" + digest}
            if behaviour in ("bare", "bare " + words[0], "old"):
                del manifest["dist"]["integrity"]
            if behaviour == "old":
                manifest["dist"]["shasum"] = hashlib.sha1(bytes_of(place)).hexdigest()
            manifest["hasInstallScript"] = "scripts" in manifest
            versions[manifest["version"]] = manifest
        document = {"name": words[0], "dist-tags": {"latest": places[-1][0]["version"]}, "versions": versions,
                    "time": {"created": PUBLISHED, "modified": PUBLISHED, **{version: PUBLISHED for version in versions}}}
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
