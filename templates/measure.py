#!/usr/bin/env python3
"""Installs templates with sample values in a home of its own, starts each, lists its tools, calls one that only reads, and writes
what was measured into its file, with the lock that was tested: the hash of its archive, the day behind which nothing is taken
and, for PyPI, the version of the SDK.
    templates/measure.py [--check] [--fresh] [--here] [--path PATH] [--cache FOLDER] [ID…]   all that start offline or with a dummy secret when none is named
--check writes nothing. --fresh leaves the old lock out, to find a new one. --here: the templates of this folder, not those in the program.
--path: the PATH of the servers, as for a newer node. --cache: what npm and pip downloaded is kept there.
Needs mcpm and mcpmd on the PATH, the registries, and node and python3. Prints one line a template; exit 1 when one failed."""
import argparse
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).parent
LIMIT = 600  # seconds for one command
SDKS = ("mcp", "fastmcp")  # what broke most servers when it moved on
# A tool that is called with these arguments, where none that reads asks for nothing.
CALLS = {
    "arxiv": ("list_papers", {}),
    "calc": ("base", {"value": "ff", "from": 16, "to": 2, "input": "ff", "fromBase": 16, "toBase": 2}),
    "calculator": ("calculate", {"expression": "6*7"}),
    "chart": ("generate_bar_chart", {"data": [{"category": "a", "value": 1}]}),
    "context7": ("resolve-library-id", {"query": "routing", "libraryName": "react"}),
    "everything": ("echo", {"message": "x"}),
    "exa": ("web_search_exa", {"query": "x"}),
    "fetch": ("fetch", {"url": "http://127.0.0.1:9/"}),
    "git": ("git_status", {"repo_path": "/"}),
    "markitdown": ("convert_to_markdown", {"uri": "data:text/plain,x"}),
    "memory": ("read_graph", {}),
    "mermaid": ("generate_mermaid_diagram", {"mermaid": "graph TD; a-->b"}),
    "sequential-thinking": ("sequentialthinking", {"thought": "one", "thoughtNumber": 1, "totalThoughts": 1, "nextThoughtNeeded": False}),
    "time": ("get_current_time", {"timezone": "UTC"}),
    "wikipedia": ("search_wikipedia", {"query": "x"}),
    "yahoo-finance": ("yfinance_get_ticker_info", {"symbol": "X"}),
}
# Values that are not required, and without which there is nothing to see.
GIVEN = {"atlassian": {"jira-url": "https://example.atlassian.net", "confluence-url": "https://example.atlassian.net/wiki"}}
READS = re.compile(r"^(\w+[_-])??(get|list|read|show|describe|status|info|ping|health|version|search|find|validate)([_-]|[A-Z]|$)")


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
    values += [f"{key}={value}" for key, value in GIVEN.get(name, {}).items()]
    mcpm("install", name, *values, *(["--force"] if template.get("broken") else []))
    try:
        mcpm("start", name)
        tools = json.loads(mcpm("tools", "list", name, "-o", "json"))
        tools = tools["tools"] if isinstance(tools, dict) else tools
        if not tools:
            raise RuntimeError("it offers no tools")
        size = len(json.dumps(tools, ensure_ascii=False, separators=(",", ":")).encode())
        server = json.loads(mcpm("show", name, "-o", "json"))
        return call_one(name, tools), lock(server), {
            "date": datetime.date.today().isoformat(),
            "revision": ask(f"/api/servers/{name}/session").get("protocolVersion"),
            "runtime": runtime(server),
            "tools": len(tools),
            "bytes": size,
            "tokens": (size + 3) // 4,
            "memory": tree_memory(server["pid"]),
        }
    finally:
        mcpm("remove", name, "-f", check=False)


def chosen_call(name, tools):
    """(tool, arguments): of the table, else one that says it only reads, else one whose name does; none without arguments of ours."""
    there = {tool["name"] for tool in tools}
    if name in CALLS and CALLS[name][0] in there:
        return CALLS[name]
    free = [tool for tool in tools if not tool["inputSchema"].get("required")]
    says = [tool for tool in free if (tool.get("annotations") or {}).get("readOnlyHint") is True]
    named = [tool for tool in free if READS.match(tool["name"]) and not (tool.get("annotations") or {}).get("destructiveHint")]
    for tool in says + named:
        return tool["name"], {}
    for tool in tools:
        if READS.match(tool["name"]):
            return tool["name"], {key: sample_argument(tool["inputSchema"]["properties"].get(key, {}))
                                  for key in tool["inputSchema"]["required"]}
    return None


def sample_argument(schema):
    """Of the type that is asked for, and of no meaning."""
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type", "string")
    return {"number": 1, "integer": 1, "boolean": False, "array": [], "object": {}}.get(kind if isinstance(kind, str) else kind[0], "x")


def call_one(name, tools):
    """What was called and how it answered; an error of the tool is an answer, silence is not."""
    chosen = chosen_call(name, tools)
    if chosen is None:
        return None
    tool, arguments = chosen
    done = subprocess.run(["mcpm", "call", name, tool, "--args", json.dumps(arguments)], capture_output=True, text=True, timeout=LIMIT,
                          stdin=subprocess.DEVNULL)
    if done.returncode not in (0, 3):
        raise RuntimeError(f"{tool} did not answer: exit {done.returncode}: {done.stderr.strip()[-300:]}")
    return f"{tool} ({'good' if done.returncode == 0 else 'an error that it said'})"


def runtime(server):
    program = "node" if "npm" in server else "python3" if "pypi" in server else None
    if program is None:
        return None
    if "pypi" in server:
        found = server["pypi"]["pin"]["folder"] + "/bin/python3"
    else:
        found = server["npm"]["pin"]["launcher"][0]
    return program + " " + subprocess.run([found, "--version"], capture_output=True, text=True).stdout.split()[-1].lstrip("v")


def lock(server):
    """What is written below npm or pypi: the hash of the archive, the resolver's day, and of PyPI the SDK that it was tried with."""
    day = datetime.date.today().isoformat()
    if isinstance(server.get("npm"), dict):
        return {"digest": server["npm"]["pin"]["integrity"], "before": day}
    folder = pathlib.Path(server["pypi"]["pin"]["folder"])
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (folder / "requirements.lock").read_text(), re.M))
    constraints = server["pypi"].get("constraints") or [f"{sdk}=={locked[sdk]}" for sdk in SDKS if sdk in locked]
    digest = digest_of_wheel(folder, server["pypi"]["package"])
    return {"constraints": constraints, **({"digest": digest} if digest else {}), "before": day}


def digest_of_wheel(folder, package):
    """Of a wheel that is the same for every machine; others have one for each."""
    name = re.sub(r"[-_.]+", "-", package.split("[")[0]).lower()
    found = re.search(rf"^{re.escape(name)}==\S+ --hash=(sha256:[0-9a-f]{{64}})$", (folder / "requirements.lock").read_text(), re.M)
    for wheel in folder.glob("lib/python*/site-packages/*.dist-info/WHEEL"):
        if re.sub(r"[-_.]+", "-", wheel.parent.name.split("-")[0]).lower() == name:
            return found.group(1) if found and re.search(r"^Tag: py\S*-none-any$", wheel.read_text(), re.M) else None
    return None


def without(text, keys):
    return re.sub(rf"^    ({'|'.join(keys)}):.*\n", "", text, flags=re.M)


def write(path, locked, measured):
    text = re.sub(r"^measured:\n(  .*\n)*", "", path.read_text(), flags=re.M)
    lines = "".join(f"    {key}: {json.dumps(value)}\n" for key, value in locked.items())
    text = re.sub(r"^    version: .*\n", lambda found: found.group(0) + lines, without(text, locked), count=1, flags=re.M)
    lines = "".join(f"  {key}: {json.dumps(value) if isinstance(value, str) else value}\n"
                    for key, value in measured.items() if value is not None)
    path.write_text(text + "measured:\n" + lines)


def keep_downloads(home, cache):
    (home / ".cache").mkdir()
    for place, name in ((home / ".npm", "npm"), (home / ".cache/pip", "pip"), (home / ".cache/uv", "uv")):
        (cache / name).mkdir(parents=True, exist_ok=True)
        place.symlink_to(cache / name)


def use_folder(home):
    """The agent takes a template of one's own in place of the built-in one."""
    own = home / ".local/share/mcpm/custom-templates"
    own.mkdir(parents=True)
    for path in FOLDER.glob("*.yaml"):
        (own / path.name).write_text(path.read_text())


def leave_locks_out(home):
    own = home / ".local/share/mcpm/custom-templates"
    own.mkdir(parents=True)
    for path in FOLDER.glob("*.yaml"):
        text = path.read_text()
        keys = ("digest", "before") + (() if "mcp<2" in text else ("constraints",))
        (own / path.name).write_text(re.sub(r"^measured:\n(  .*\n)*", "", without(text, keys), flags=re.M))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--check", action="store_true")
    options.add_argument("--fresh", action="store_true")
    options.add_argument("--here", action="store_true")
    options.add_argument("--path")
    options.add_argument("--cache", type=pathlib.Path)
    options.add_argument("ID", nargs="*")
    chosen = options.parse_args()
    wanted = chosen.ID
    failed = passed = called = 0
    with tempfile.TemporaryDirectory(prefix="mcpm-measure.") as home:
        place = pathlib.Path(home)
        os.environ.update(HOME=str(place / "home"), XDG_RUNTIME_DIR=str(place / "run"), MCPM_HTTP_LISTEN="off")
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            os.environ.pop(name, None)
        os.makedirs(place / "home")
        if chosen.cache:
            keep_downloads(place / "home", chosen.cache.resolve())
        if chosen.fresh:
            leave_locks_out(place / "home")
        elif chosen.here:
            use_folder(place / "home")
        if chosen.path:
            os.makedirs(place / "home/.config/mcpm")
            (place / "home/.config/mcpm/config.yaml").write_text(f"path: {json.dumps(chosen.path)}\n")
        os.makedirs(place / "run", mode=0o700)
        mcpm("agent", "start")
        try:
            for one in json.loads(mcpm("template", "list", "-o", "json")):
                is_startable = one["starts"] in ("offline", "dummy-secret") and one["source"]["kind"] in ("npm", "pypi")
                if one["id"] not in wanted and (wanted or not is_startable or one.get("broken")):
                    continue
                try:
                    template = json.loads(mcpm("template", "show", one["id"], "-o", "json"))
                    tool, locked, measured = measure(template, place)
                    if not chosen.check:
                        write(FOLDER / (one["id"] + ".yaml"), locked, measured)
                    passed += 1
                    called += tool is not None
                    print(f"ok {one['id']}: {measured['tools']} tools, {measured['bytes']} bytes, called {tool or 'none'}", flush=True)
                except (RuntimeError, subprocess.TimeoutExpired, OSError, ValueError, KeyError) as error:
                    failed += 1
                    print(f"FAILED {one['id']}: {error}", flush=True)
        finally:
            mcpm("agent", "stop", check=False)
    print(f"{passed} started and listed, {called} of them called, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
