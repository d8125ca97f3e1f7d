"""Writes files that are wrong, a folder each of the formats that mcpm reads, and prints a line for each, with bars between: the command,
its exit status, the file, where its message says what is wrong (`line`: line and column; `bundle`: a field of the manifest, or the
archive; `whole`: the file, which cannot be read at all; `far`: the address or package that was asked), and words that it must have.

    bad_files.py FOLDER

The command ends where the file stands; `up` is called in the file's folder. In each format: empty, no text, 10 MB, nested too deeply, cut
off, a wrong type, a field that is missing, a version that is not known, cycles, and what only that format can have wrong.
"""

import io
import json
import pathlib
import sys
import zipfile

folder = pathlib.Path(sys.argv[1])
DEEP = 3000
LARGE = 10 << 20
TEMPLATE = "id: mine\nname: Mine\ndescription: one of my own\ncategory: demo\n"
SERVER = {"$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json", "name": "io.example/one",
          "description": "x", "version": "1.0.0"}
MANIFEST = {"manifest_version": "0.3", "name": "one", "version": "1.0.0", "description": "x", "author": {"name": "x"},
            "server": {"type": "node", "entry_point": "main.js", "mcp_config": {"command": "node", "args": ["${__dirname}/main.js"]}}}
PACKAGE = {"registryType": "npm", "identifier": "fixture-notes", "version": "1.0.0", "transport": {"type": "stdio"}}


WHOLE = ("is not text in UTF-8", "is larger than", "no MCP server was found", "its bytes are not")


def where(name, words):
    if any(one in words for one in WHOLE):
        return "whole"
    if name.startswith("registry/away"):
        return "far"
    return "bundle" if name.startswith("bundles/") else "line"


def row(command, status, name, body, words):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    print("|".join([command, str(status), str(path), where(name, words), words]))


def shapes(command, prefix, suffix, texts, words):
    """What is wrong in any format: `texts` of a large and a deep one, `words` of empty, bytes, large and deep; status 2 if not said."""
    bodies = {"empty": "", "bytes": b"\x00\xff\xfe\x80" * 40, "large": texts[0], "deep": texts[1]}
    for (name, body), said in zip(bodies.items(), words):
        status, said = said if isinstance(said, tuple) else (2, said)
        row(command, status, f"{prefix}/{name}{suffix}", body, said)


def bundle(manifest, *more, link=None):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        if manifest is not None:
            archive.writestr("manifest.json", manifest if isinstance(manifest, str) else json.dumps(manifest))
        for path, text in [("main.js", "1"), *more]:
            archive.writestr(path, text)
        if link is not None:
            entry = zipfile.ZipInfo(link[0])
            entry.create_system, entry.external_attr = 3, 0o120777 << 16
            archive.writestr(entry, link[1])
    return raw.getvalue()


def templates():
    check = "template validate"
    shapes(check, "templates", ".yaml", ("# " + "x" * LARGE, TEMPLATE + "server: " + "[" * DEEP),
           [(1, ".yaml:1:1: expected a map with id"), "is not text in UTF-8", "is larger than 256 KiB", (1, ".yaml:5:25: more than 32 levels")])
    bad = {
        "type": (TEMPLATE + "server: [a]\n", "5:1: server: expected the fields of a servers file"),
        "missing": ("id: mine\nserver: {command: x}\n", "1:1: the key name is missing"),
        "unknown": (TEMPLATE + "server: {comand: x}\n", "5:10: server: unknown key comand, did you mean 'command'?"),
        "variable": (TEMPLATE + 'server: {command: x, args: ["${nosuch}"]}\n', "5:29: server: there is no parameter nosuch"),
        "cycle": (TEMPLATE + 'parameters:\n  a: {default: "${b}", description: x}\n  b: {default: "${a}", description: x}\n'
                             'server: {command: x, args: ["${a}"]}\n', "6:3: parameter a: default: it is taken as it stands"),
        "alias": (TEMPLATE + "server: &a\n  command: x\n  args: *a\n", "7:9: aliases (*name) are not supported"),
        "torn": (TEMPLATE + 'server: {command: "x\n', "6:1: not valid YAML"),
        "measured": (TEMPLATE + "server: {command: x}\nmeasured: {tools: many}\n", "6:19: "),
        "starts": (TEMPLATE + "starts: sometimes\nserver: {command: x}\n", "5:9: "),
        "twice": (TEMPLATE + "server: {command: x}\nname: again\n", "6:1: the key name is there twice"),
        "digest": (TEMPLATE + 'server: {npm: {package: x, version: "1.0.0", digest: "sha512-short"}}\n', "npm.digest"),
        "name": (TEMPLATE.replace("id: mine", "id: ../x") + "server: {command: x}\n", "1:5: "),
    }
    for name, (text, words) in bad.items():
        row(check, 1, f"templates/{name}.yaml", text, f"{name}.yaml:" + words if words[0].isdigit() else words)


def registry():
    install = "install --yes"
    shapes(install, "registry", ".json", (json.dumps({**SERVER, "description": "x" * LARGE}), "[" * DEEP),
           [".json:1:1: the file is empty", "is not text in UTF-8", "is larger than 256 KiB", ".json:1:66: more than 64 levels"])
    nested = {"value": "{a}", "variables": {"a": {"value": "{a}"}}}
    for _ in range(8):
        nested = {"value": "{a}", "variables": {"a": nested}}
    bad = {
        "type": (2, {**SERVER, "packages": "one"}, "type.json:1:159: server.json: packages: a list is expected"),
        "item": (2, {**SERVER, "packages": [PACKAGE, 7]}, "item.json:1:280: server.json: packages[1]: an object is expected"),
        "missing": (2, {key: value for key, value in SERVER.items() if key != "name"}, "missing.json:1:1: server.json: name: is missing"),
        "named": (2, {**SERVER, "name": 7}, "named.json:1:93: server.json: name: a text is expected"),
        "nothing": (2, SERVER, "it has no package and no remote"),
        "kind": (2, {**SERVER, "packages": [{**PACKAGE, "registryType": "floppy"}]}, 'packages of the kind "floppy" are not known here'),
        "path": (2, {**SERVER, "packages": [{**PACKAGE, "identifier": "../../etc"}]}, "expected a package of the npm registry"),
        "noname": (2, {**SERVER, "packages": [{"registryType": "npm", "version": "1.0.0"}]}, "its npm package has no identifier"),
        "range": (2, {**SERVER, "packages": [{**PACKAGE, "version": "1;0"}]}, "npm.version"),
        "newer": (2, {**SERVER, "$schema": SERVER["$schema"].replace("2025-12-11", "2099-01-01"), "packages": [7]}, "packages[0]: an object"),
        "cycle": (2, {**SERVER, "packages": [{**PACKAGE, "environmentVariables": [{"name": "A", **nested}]}]},
                  "its variables stand within each other too deeply"),
        "argument": (2, {**SERVER, "packages": [{**PACKAGE, "packageArguments": [{"type": "named", "name": "--key", "isSecret": True,
                                                                                 "isRequired": True}]}]}, "which would stand in the list of processes"),
        "url": (2, {**SERVER, "remotes": [{"type": "streamable-http", "url": "file:///etc/passwd"}]}, "expected an http or https URL"),
        "nohash": (2, {**SERVER, "packages": [{"registryType": "mcpb", "identifier": "http://127.0.0.1:1/x.mcpb"}]}, "has no fileSha256"),
        "away": (1, {**SERVER, "packages": [PACKAGE]}, "check the network, and npm's registry"),
        "awaypypi": (1, {**SERVER, "packages": [{**PACKAGE, "registryType": "pypi"}]}, "is the network there?"),
        "awaybundle": (1, {**SERVER, "packages": [{"registryType": "mcpb", "identifier": "http://127.0.0.1:1/x.mcpb", "fileSha256": "0" * 64}]},
                       "127.0.0.1"),
    }
    for name, (status, value, words) in bad.items():
        row(install, status, f"registry/{name}.json", json.dumps(value), words)
    row(install, 2, "registry/torn.json", json.dumps(SERVER)[:-3], "torn.json:1:")


def bundles():
    install = "install --yes"
    shapes(install, "bundles", ".mcpb", (b"PK\x03\x04" + b"\0" * LARGE, bundle("[" * DEEP)),
           ["it is no ZIP archive, or cut off"] * 3 + ["more than 64 levels"])
    server = MANIFEST["server"]
    program = {**server, "mcp_config": {"command": "node", "args": ["${user_config.a}"]}}
    other = {"a": {"type": "string", "title": "a", "description": "x", "default": "${user_config.b}"},
             "b": {"type": "string", "title": "b", "description": "x", "default": "${user_config.a}"}}
    bad = {
        "type": (bundle({**MANIFEST, "server": "x"}), "server: an object is expected"),
        "missing": (bundle({key: value for key, value in MANIFEST.items() if key != "server"}), "server: an object is expected"),
        "noname": (bundle({key: value for key, value in MANIFEST.items() if key != "name"}), "name: a text is expected"),
        "version": (bundle({**MANIFEST, "manifest_version": "99"}), "manifest_version: a version 0 or 1 is expected"),
        "kind": (bundle({**MANIFEST, "server": {**server, "type": "cobol"}}), "server.type: node, python or binary is expected"),
        "torn": (bundle("{"), "invalid JSON at byte 2"),
        "nomanifest": (bundle(None), "has no manifest.json"),
        "climbs": (bundle(MANIFEST, ("../../escaped.js", "x")), "a file whose path leads out of it"),
        "absolute": (bundle(MANIFEST, ("/tmp/mcpm-escaped.js", "x")), "a file whose path leads out of it"),
        "backslash": (bundle(MANIFEST, ("..\\escaped.js", "x")), "a file whose path leads out of it"),
        "link": (bundle(MANIFEST, link=("out", "/etc")), "link"),
        "entry": (bundle({**MANIFEST, "server": {**server, "entry_point": "../../../bin/sh"}}), "server.entry_point: a path within the bundle"),
        "absent": (bundle({**MANIFEST, "server": {**server, "entry_point": "nosuch.js"}}), "nosuch.js is not in the bundle"),
        "variable": (bundle({**MANIFEST, "server": {**server, "mcp_config": {"command": "node", "args": ["${user_config.nosuch}"]}}}),
                     "it names ${user_config.nosuch}, which it does not ask for"),
        "cycle": (bundle({**MANIFEST, "user_config": other, "server": program}), "user_config.a.default: another value"),
        "config": (bundle({**MANIFEST, "user_config": {"a": 7}, "server": program}), "user_config.a: an object is expected"),
    }
    for name, (value, words) in bad.items():
        row(install, 2, f"bundles/{name}.mcpb", value, words)
    good = folder / "bundles/good.mcpb"
    good.write_bytes(bundle(MANIFEST))
    other_hash = {**SERVER, "packages": [{"registryType": "mcpb", "identifier": str(good), "fileSha256": "0" * 64}]}
    row(install, 6, "bundles/hash.json", json.dumps(other_hash), "its bytes are not those that were meant")


def client_files():
    take = "import --yes"
    none = (4, "no MCP server was found")
    shapes(take, "import.json", ".json", ('{"mcpServers": {"x": "' + "x" * LARGE + '"}}', "[" * DEEP),
           [none, ".json:1:1: expected a value", ".json:1:17: x: it is not a map", ".json:1:66: more than 64 levels"])
    shapes(take, "import.yaml", ".yaml", ("x: " + "y" * LARGE, "[" * DEEP),
           [none, ".yaml:1:1: the control character", ".yaml:1:1: the file is larger than 4MiB", ".yaml:1:17: more than 32 levels"])
    shapes(take, "import.toml", ".toml", ('x = "' + "y" * LARGE + '"', "x = " + "[" * DEEP),
           [none, ".toml:1:1: expected a key", none, ".toml:1:70: more than 64 levels"])
    expected = "a map of names to servers is expected, this is "
    bad = {
        "type.json": ('{"a": 1, "mcpServers": 7}', "type.json:1:10: mcpServers: " + expected + "a number"),
        "list.json": ('{"mcpServers": []}', "list.json:1:2: mcpServers: " + expected + "a list"),
        "entry.json": ('{"mcpServers": {\n  "one": 7}}', "entry.json:2:3: one: it is not a map"),
        "missing.json": ('{"mcpServers": {"one": {"args": ["x"]}}}', "missing.json:1:17: one: it has neither a command nor a URL"),
        "args.json": ('{"mcpServers": {"one": {"command": "x", "args": {"a": 1}}}}', "args.json:1:17: one: its args is not a list"),
        "env.json": ('{"mcpServers": {"one": {"command": "x", "env": 7}}}', "env.json:1:17: one: its env is not a map or a list"),
        "torn.json": ('{"mcpServers": {', "torn.json:1:17: expected a key"),
        "twice.json": ('{"mcpServers": {"a": {"command": "x"}, "a": {}}}', "twice.json:1:40: "),
        "url.json": ('{"mcpServers": {"one": {"url": "ftp://x/y"}}}', "url.json:1:17: one: url: expected an http or https URL"),
        "vscode.json": ('{"servers": {"one": []}}', "vscode.json:1:14: one: it is not a map"),
        "zed.json": ('{\n  // mine\n  "context_servers": "x"\n}', "zed.json:3:3: context_servers: " + expected + "a text"),
        "opencode.json": ('{"mcp": {"one": {"type": "local", "command": 7}}}', "opencode.json:1:10: one: its command is not"),
        "amp.json": ('{"amp.mcpServers": 7}', "amp.json:1:2: amp.mcpServers: "),
        "torn.toml": ('[mcp_servers.one\ncommand = "x"', "torn.toml:1:17: expected ]"),
        "type.toml": ("a = 1\nmcp_servers = 7", "type.toml:2:1: mcp_servers: "),
        "entry.toml": ("[mcp_servers]\none = 7", "entry.toml:2:1: one: it is not a map"),
        "missing.toml": ('[mcp_servers.one]\nargs = ["x"]', "missing.toml:1:1: one: it has neither a command nor a URL"),
        "args.toml": ('[mcp_servers.one]\ncommand = "x"\nargs = 7', "args.toml:1:1: one: its args is not a list"),
        "goose.yaml": ("extensions:\n  one: [a]\n", "goose.yaml:2:3: one: it is not a map"),
        "goosetype.yaml": ("# mine\nextensions: 7\n", "goosetype.yaml:2:1: extensions: "),
        "continue.yaml": ("mcpServers:\n  - name: one\n    args: [x]\n", "continue.yaml:2:5: one: it has neither a command nor a URL"),
        "vibe.toml": ('a = 1\n[[mcp_servers]]\nname = "one"\n', "vibe.toml:2:1: one: it has neither a command nor a URL"),
    }
    for name, (text, words) in bad.items():
        row(take, 2, f"import/{name}", text, words)


def projects():
    """.mcp.json of a folder."""
    bad = {
        "type": ('{"mcpServers": 7}', 2, ".mcp.json"),
        "torn": ('{"mcpServers": {', 2, ".mcp.json:1:17"),
        "missing": ('{"mcpServers": {"one": {"args": ["x"]}}}', 2, "it has neither a command nor a URL"),
        "entry": ('{"mcpServers": {"one": 7}}', 2, "it is not a map"),
        "bytes": (b"\x00\xff\xfe\x80", 2, ".mcp.json:1:1"),
        "deep": ("[" * DEEP, 2, ".mcp.json:1:66"),
        "large": ('{"mcpServers": {"x": "' + "x" * LARGE + '"}}', 2, "it is not a map"),
        "empty": ("", 2, ".mcp.json:1:1: the file is empty"),
    }
    for name, (text, status, words) in bad.items():
        row("up", status, f"project/{name}/.mcp.json", text, words)


def managers():
    """Compose and other managers."""
    take = "import --yes"
    bad = {
        "compose/type.yaml": ("services: []\n", "type.yaml:1:1: services: "),
        "compose/entry.yaml": ("services:\n  one: 7\n", "entry.yaml:2:3: one: it is not a map"),
        "compose/missing.yaml": ("services:\n  one:\n    labels: {a: b}\n", "missing.yaml:2:3: one: it has neither"),
        "compose/build.yaml": ("services:\n  one:\n    build: .\n", "build.yaml:2:3: one: it is built from sources"),
        "compose/cycle.yaml": ("services:\n  one: &a\n    image: x\n    labels: *a\n", "cycle.yaml:4:13: aliases"),
        "compose/image.yaml": ("services:\n  one:\n    image: [x]\n", "image.yaml:2:3: one: its image is not a text"),
        "compose/tabs.yaml": ("services:\n\tone: {image: x}\n", "tabs.yaml:"),
        "mcpm-python/entry.json": ('{"one": {"command": 7}}', "entry.json:1:2: one: its command is not"),
        "mcpm-python/args.json": ('{"one": {"name": "one", "command": "uvx", "args": "x"}}', "args.json:1:2: one: its args is not a list"),
        "mcpm-python/torn.json": ('{"one": {"command"', "torn.json:1:19: expected :"),
        "toolhive/image.json": ('{"name": "one", "image": 7, "transport": "stdio"}', "image.json:1:1: one: its image is not a text"),
        "toolhive/env.json": ('{"name": "one", "image": "x", "env_vars": 7}', "env.json:1:1: one: its env_vars is not a map"),
        "toolhive/torn.json": ('{"name": "one", "image": "x"', "torn.json:1:29: expected , or }"),
        "mcp-hub/type.json": ('{"mcpServers": "x"}', "type.json:1:2: mcpServers: "),
        "mcp-hub/entry.json": ('{"mcpServers": {"one": null}}', "entry.json:1:17: one: it is not a map"),
        "mcp-hub/missing.json": ('{"mcpServers": {"one": {"disabled": false}}}', "missing.json:1:17: one: it has neither"),
        "1mcp/url.json": ('{"mcpServers": {"one": {"type": "http", "url": ["x"]}}}', "url.json:1:17: one: its url is not a text"),
        "1mcp/args.json": ('{"mcpServers": {"one": {"command": "x", "args": {}}}}', "args.json:1:17: one: its args is not a list"),
        "1mcp/torn.json": ('{"mcpServers": {"one": }}', "torn.json:1:24: expected a value"),
        "metamcp/type.json": ('{"mcpServers": {"one": {"type": "STDIO", "command": {"a": 1}}}}', "type.json:1:17: one: its command is not"),
        "metamcp/missing.json": ('{"mcpServers": {"one": {"type": "STREAMABLE_HTTP"}}}', "missing.json:1:17: one: it has neither"),
        "metamcp/url.json": ('{"mcpServers": {"one": {"type": "SSE", "url": "javascript:x"}}}', "url.json:1:17: one: url: expected an http"),
        "docker-mcp/type.yaml": ("registry: 7\n", "type.yaml:1:1: registry: "),
        "docker-mcp/entry.yaml": ("registry:\n  one: x\n", "entry.yaml:2:3: one: it is not a map"),
        "docker-mcp/image.yaml": ("registry:\n  one:\n    image: {a: b}\n", "image.yaml:2:3: one: its image is not a text"),
        "docker-mcp/missing.yaml": ("registry:\n  one:\n    title: x\n", "missing.yaml:2:3: one: it has neither"),
    }
    for name, (text, words) in bad.items():
        row(take, 2, name, text, words)


def definitions():
    apply = "apply -f"
    shapes(apply, "apply", ".yaml", ("servers:\n  one:\n    command: " + "x" * LARGE, "servers: " + "[" * DEEP),
           [".yaml:1:1: the file is empty", ".yaml:1:1: the control character", "is larger than 4096 KiB", ".yaml:1:26: more than 32 levels"])
    bad = {
        "type": ("servers: 7\n", "1:1: servers: expected a map of names to servers"),
        "missing": ("servers:\n  one: {args: [x]}\n", "2:3: server one: command: exactly one of"),
        "version": ("version: 99\nservers:\n  one: {command: x}\n", "1:1: version: expected 1"),
        "twice": ("servers:\n  one: {command: x}\n  one: {command: y}\n", "3:3: the key one is there twice"),
        "alias": ("servers:\n  one: &a\n    command: x\n    args: *a\n", "4:11: aliases (*name) are not supported"),
        "torn": ("servers:\n  one: {command: \"x\n", "3:1: not valid YAML"),
        "path": ("servers:\n  one:\n    npm: {package: ../x}\n", "npm.package: expected a package of the npm registry"),
        "cycle": ("servers:\n  a: {command: x, dependsOn: [b]}\n  b: {command: x, dependsOn: [a]}\n", "2:19: server a: dependsOn makes a cycle: a -> b -> a"),
    }
    for name, (text, words) in bad.items():
        row(apply, 2, f"apply/{name}.yaml", text, f"{name}.yaml:" + words if words[0].isdigit() else words)


for of_format in (templates, registry, bundles, client_files, projects, managers, definitions):
    of_format()
