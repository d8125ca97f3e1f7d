#!/usr/bin/env python3
"""platform.py ARCHITECTURE <SAVED >TO-LOAD   an image as `docker save` writes it, said to be for ARCHITECTURE: an engine without
BuildKit takes every image that it imports, or builds from scratch, for one of its own machine."""
import io
import json
import sys
import tarfile

source = tarfile.open(fileobj=sys.stdin.buffer, mode="r|")
out = tarfile.open(fileobj=sys.stdout.buffer, mode="w|")
texts = {}
for member in source:
    data = source.extractfile(member).read() if member.isfile() else None
    if data is not None and member.name.endswith(".json") and "/" not in member.name:
        texts[member.name] = data
    elif member.name != "repositories":
        out.addfile(member, io.BytesIO(data) if data is not None else None)
manifest = json.loads(texts["manifest.json"])
for image in manifest:
    config = json.loads(texts[image["Config"]])
    config["architecture"] = sys.argv[1]
    texts[image["Config"]] = json.dumps(config).encode()
texts["manifest.json"] = json.dumps(manifest).encode()
for name, data in texts.items():
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    out.addfile(entry, io.BytesIO(data))
out.close()
