"""What the benchmarks share: a sandbox home for ours, medians, memory and CPU of a process tree, the table, and failures as sentences."""
import atexit
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import traceback

FAULTS_OF_OURS = (LookupError, TypeError, AttributeError, NameError, AssertionError, StopIteration, ArithmeticError, SyntaxError)


def reason_of(error):
    """One sentence: what a program said last, or what the system says of the file, the address, the time."""
    if isinstance(error, subprocess.CalledProcessError):
        said = (error.stderr or error.output or b"")
        words = (said.decode(errors="replace") if isinstance(said, bytes) else said).strip()
        return f"{program_of(error.cmd)} ended with {error.returncode}: {words[-500:] or 'it said nothing, or said it above'}"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"{program_of(error.cmd)} did not end within {error.timeout:g} s"
    return str(error) or type(error).__name__


def program_of(command):
    return " ".join(map(str, command[:3])) if isinstance(command, (list, tuple)) else str(command)


def say_failure(kind, error, trace):
    """A benchmark that cannot go on says why in a sentence; where the fault is the benchmark's own, also where it is."""
    if issubclass(kind, FAULTS_OF_OURS) or not issubclass(kind, Exception):
        traceback.print_exception(kind, error, trace)
    if issubclass(kind, Exception):
        print(f"{os.path.basename(sys.argv[0])}: {reason_of(error)}", file=sys.stderr)


sys.excepthook = say_failure


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def need_programs(build):
    for program in ("mcpm", "mcpmd"):
        if not os.access(f"{build}/{program}", os.X_OK):
            raise RuntimeError(f"there is no program {build}/{program}: build it, or name the folder that has it")


def output_of(command, **more):
    """What a program printed. Its own words are in the failure when it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    if done.returncode != 0:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return done.stdout.decode()


def median(values):
    return statistics.median(values) if values else float("nan")


def now_ns():
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def rss_kib(pids):
    """VmRSS of the processes together, KiB."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/status") as status:
                total += next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
        except (FileNotFoundError, StopIteration):
            pass
    return total


def cpu_ms(pids):
    """User and system time of the processes together, milliseconds (schedstat, nanosecond source)."""
    total = 0
    for pid in pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat") as stat:
                total += int(stat.read().split()[0])
    return total / 1e6


def timed(command, env=None, **more):
    start = now_ns()
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    return (now_ns() - start) / 1e6, done


class Mcpm:
    """Ours, in a home and at a port of its own: what else listens on this machine does not matter."""

    def __init__(self, build, env=None):
        need_programs(build)
        self.home = tempfile.mkdtemp(prefix="mcpm-bench.")
        self.port = free_port()
        self.env = {"HOME": self.home, "XDG_RUNTIME_DIR": self.home + "/run", "PATH": build + ":" + os.environ["PATH"],
                    "MCPM_HTTP_LISTEN": f"127.0.0.1:{self.port}", **(env or {})}
        os.mkdir(self.env["XDG_RUNTIME_DIR"], 0o700)
        self.program = build + "/mcpm"
        atexit.register(self.close)

    def run(self, *arguments, check=True):
        milliseconds, done = timed([self.program, *arguments], env=self.env)
        if check and done.returncode != 0:
            raise RuntimeError(f"mcpm {' '.join(arguments)} ended with {done.returncode}: {done.stdout.decode().strip()[:500]}")
        return milliseconds, done.stdout.decode()

    def pids(self):
        status = self.status()
        return [status["pid"], status["keeperPid"]]

    def status(self):
        return json.loads(self.run("agent", "status", "-o", "json")[1])

    def figure(self, name):
        """A metric without labels, of /metrics."""
        said = output_of(["curl", "-sf", "--unix-socket", self.env["XDG_RUNTIME_DIR"] + "/mcpm/agent.sock", "http://mcpm/metrics"])
        return next(float(line.split()[1]) for line in said.splitlines() if line.startswith(name + " "))

    def url(self):
        """Where it listens for HTTP, once it runs. Says why when it does not."""
        places = self.status()["tcp"]
        for place in places:
            if place["listening"]:
                return "http://" + place["address"]
        why = "; ".join(f"{place['address']}: {place.get('error', 'not listening')}" for place in places) or "HTTP is off"
        raise RuntimeError(f"the agent listens at no TCP address ({why}); its log: mcpm agent logs")

    def close(self):
        if os.path.isdir(self.home):
            self.run("agent", "stop", check=False)
            shutil.rmtree(self.home, ignore_errors=True)


def read_stamps(path):
    try:
        with open(path) as file:
            return [tuple(map(int, line.split())) for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return []


def wait_for_stamps(path, count, limit=120):
    """All stamps once there are `count`; nothing announces them, so this looks every few milliseconds."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        stamps = read_stamps(path)
        if len(stamps) >= count:
            return stamps
        time.sleep(0.005)
    raise RuntimeError(f"only {len(read_stamps(path))} of {count} children started")


def print_table(title, rows, peers, others=()):
    """rows: (number, what, unit, {name: median}); ours is `mcpm`, the floor is `limit`; `others` are shown and not compared with."""
    shown = [*peers, *others]
    lines = [f"### {title}", "", "| # | what | mcpm | " + " | ".join(shown) + " | limit | ÷ best peer | ÷ limit |", "|---|---|---|" + "---|" * (len(shown) + 3)]
    for number, what, unit, values in rows:
        def show(name):
            value = values.get(name)
            return "–" if value is None else f"{value:,.4g} {unit}"
        ours = values.get("mcpm")
        known = [values[peer] for peer in peers if values.get(peer) is not None]
        best = (max(known) if unit.endswith("/s") else min(known)) if known else None
        limit = values.get("limit")
        ratio = lambda base: "–" if not base or ours is None else f"{ours / base:.3g}×"
        lines.append(f"| {number} | {what} | {show('mcpm')} | " + " | ".join(show(name) for name in shown) + f" | {show('limit')} | {ratio(best)} | {ratio(limit)} |")
    text = "\n".join(lines) + "\n"
    print("\n" + text)
    return text


def aims(lines):
    """What a section was to reach, and whether it did: (what, found, unit, wanted), at most that for times and sizes, at least for rates."""
    words = []
    for what, found, unit, wanted in lines:
        is_rate = unit.endswith("/s")
        reached = found >= wanted if is_rate else found <= wanted
        words.append(f"- {what}: {found:,.4g} {unit}; {'at least' if is_rate else 'at most'} {wanted:,.4g} is aimed at: {'reached' if reached else '**not reached**'}.")
    text = "\n".join(words) + "\n"
    print(text)
    return text


def keep(name, text, repository, pictures="drawn"):
    """Replaces the section `name` of docs/performance.md, with date, commit and machine, and draws the pictures anew. `pictures`: "none"
    for a table in which nothing stands beside ours."""
    path = repository + "/docs/performance.md"
    head = "# Performance\n\nWritten by `bench/run --write`; never edited by hand. Ratios are what to quote: below 1 is better for times and sizes,\nabove 1 for rates (unit …/s). The limit is a program of our own that does the least work the job needs.\nWhere a table has aims, they stand below it, with what was not reached.\n"
    old = open(path).read() if os.path.exists(path) else head
    commit = subprocess.run(["git", "-C", repository, "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE).stdout.decode().strip()
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    picture = "" if pictures == "none" else f"![How many times better or worse than mcpm each is, by the table below](images/performance-{name}.svg)\n\n"
    section = f"<!-- {name} -->\n## {name}\n\n{time.strftime('%Y-%m-%d', time.gmtime())}, commit {commit}, {os.cpu_count()} × {cpu}, kernel {os.uname().release}.\n\n{picture}{text}<!-- end {name} -->\n"
    begin, end = f"<!-- {name} -->", f"<!-- end {name} -->\n"
    if begin in old:
        old = old[: old.index(begin)] + section + old[old.index(end) + len(end):]
    else:
        old += "\n" + section
    with open(path, "w") as file:
        file.write(old)
    subprocess.run(["python3", repository + "/docs/site/plots.py", path, repository + "/docs/images"], check=True)
    subprocess.run(["python3", repository + "/docs/site/comparison.py", repository + "/docs"], check=True)
