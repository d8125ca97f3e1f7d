#!/usr/bin/env python3
"""Installs templates with sample values in a home of its own, starts each, lists its tools, and writes what was measured into
its file: templates/measure.py [--check] [ID…]   all that start offline or with a dummy secret when none is named.
With --check nothing is written; each also has a tool called that only reads and asks for nothing, where there is one.
Needs mcpm and mcpmd on the PATH, the registries, and node and python3. Prints one line a template; exit 1 when one failed."""
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).parent
LIMIT = 420  # seconds for one command


def mcpm(*words, check=True):
    done = subprocess.run(["mcpm", *words], capture_output=True, text=True, timeout=LIMIT, stdin=subprocess.DEVNULL)
    if check and done.returncode != 0:
        raise RuntimeError(f"mcpm {words[0]}: exit {done.returncode}: {done.stderr.strip()[-300:]}")
    return done.stdout


def ask(route):
    """GET of the API on the unix socket, as JSON."""
    import http.client
    import socket
    connection = http.client.HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(os.environ["XDG_RUNTIME_DIR"] + "/mcpm/agent.sock")
    connection.request("GET", route)
    return json.load(connection.getresponse())["data"]


def sample(parameter, place):
    if parameter.get("secret"):
        return "dummy-value-of-a-measurement"
    kind = parameter["type"]
    if kind in ("path", "paths"):
        return str(place / (parameter["name"] + (".db" if parameter["name"] == "file" else "")))
    if parameter.get("default"):
        return parameter["default"]
    return parameter.get("example") or {"number": "1", "boolean": "true", "url": "http://127.0.0.1:9"}.get(kind, "sample")


def tree_memory(pid):
    """Proportional set size of a process and its children, in bytes."""
    total, pending = 0, [pid]
    while pending:
        one = pending.pop()
        try:
            text = pathlib.Path(f"/proc/{one}/smaps_rollup").read_text()
            total += 1024 * int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1))
            for thread in pathlib.Path(f"/proc/{one}/task").iterdir():
                pending += [int(child) for child in (thread / "children").read_text().split()]
        except (OSError, AttributeError):
            pass
    return total


def measure(template, place):
    name = template["id"]
    values = []
    for parameter in template["parameters"]:
        if parameter.get("required") or parameter["type"] in ("path",) and name == "chroma":
            value = sample(parameter, place)
            if parameter["type"] in ("path", "paths") and not value.endswith(".db"):
                os.makedirs(value, exist_ok=True)
            values.append(f"{parameter['name']}={value}")
    mcpm("install", name, *values)
    try:
        mcpm("start", name)
        tools = json.loads(mcpm("tools", "list", name, "-o", "json"))
        tools = tools["tools"] if isinstance(tools, dict) else tools
        if not tools:
            raise RuntimeError("it offers no tools")
        size = len(json.dumps(tools, ensure_ascii=False, separators=(",", ":")).encode())
        server = json.loads(mcpm("show", name, "-o", "json"))
        pin = next((server[key].get("pin") for key in ("npm", "pypi") if isinstance(server.get(key), dict)), None) or {}
        return call_one(name, tools), {
            "date": datetime.date.today().isoformat(),
            "revision": ask(f"/api/servers/{name}/session").get("protocolVersion"),
            "runtime": runtime(server),
            "digest": pin.get("integrity"),
            "tools": len(tools),
            "bytes": size,
            "tokens": (size + 3) // 4,
            "memory": tree_memory(server["pid"]),
        }
    finally:
        mcpm("remove", name, "-f", check=False)


def call_one(name, tools):
    """What was called and how it answered; an error of the tool is an answer, silence is not."""
    for tool in tools:
        is_harmless = (tool.get("annotations") or {}).get("readOnlyHint") is True
        if not is_harmless or tool["inputSchema"].get("required"):
            continue
        done = subprocess.run(["mcpm", "call", name, tool["name"], "--args", "{}"], capture_output=True, text=True, timeout=LIMIT,
                              stdin=subprocess.DEVNULL)
        if done.returncode not in (0, 3):
            raise RuntimeError(f"{tool['name']} did not answer: {done.stderr.strip()[-300:]}")
        return tool["name"]
    return None


def runtime(server):
    program = "node" if "npm" in server else "python3" if "pypi" in server else None
    if program is None:
        return None
    return program + " " + subprocess.run([program, "--version"], capture_output=True, text=True).stdout.split()[-1].lstrip("v")


def write(path, measured):
    text = path.read_text()
    text = re.sub(r"^measured:\n(  .*\n)*", "", text, flags=re.M)
    lines = "".join(f"  {key}: {json.dumps(value) if isinstance(value, str) else value}\n"
                    for key, value in measured.items() if value is not None)
    path.write_text(text + "measured:\n" + lines)


def main():
    wanted = [word for word in sys.argv[1:] if word != "--check"]
    checks = "--check" in sys.argv[1:]
    failed = passed = called = 0
    with tempfile.TemporaryDirectory(prefix="mcpm-measure.") as home:
        place = pathlib.Path(home)
        os.environ.update(HOME=str(place / "home"), XDG_RUNTIME_DIR=str(place / "run"), MCPM_HTTP_LISTEN="off")
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            os.environ.pop(name, None)
        os.makedirs(place / "home")
        os.makedirs(place / "run", mode=0o700)
        mcpm("agent", "start")
        try:
            for one in json.loads(mcpm("template", "list", "-o", "json")):
                is_startable = one["starts"] in ("offline", "dummy-secret") and one["source"]["kind"] in ("npm", "pypi")
                if one["id"] not in wanted and (wanted or not is_startable):
                    continue
                try:
                    template = json.loads(mcpm("template", "show", one["id"], "-o", "json"))
                    tool, measured = measure(template, place)
                    if not checks:
                        write(FOLDER / (one["id"] + ".yaml"), measured)
                    passed += 1
                    called += tool is not None
                    print(f"ok {one['id']}: {measured['tools']} tools, {measured['bytes']} bytes, called {tool or 'none'}", flush=True)
                except (RuntimeError, subprocess.TimeoutExpired, OSError, ValueError) as error:
                    failed += 1
                    print(f"FAILED {one['id']}: {error}", flush=True)
        finally:
            mcpm("agent", "stop", check=False)
    print(f"{passed} started and listed, {called} of them called, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
