"""A1–A7, D1, D2 of the targets: ours against supervisord, pm2 and the limit, in turn in one call."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from support import Mcpm, cpu_ms, keep, median, now_ns, output_of, print_table, read_stamps, rss_kib, timed, wait_for_stamps

out, build = sys.argv[1:3]
quick = "--quick" in sys.argv
count = 100
many = 200 if quick else 500
rounds = 1 if quick else 3
child = out + "/child"


def kill_and_wait(stamps_file, pid):
    """SIGKILL to the moment the replacement runs, milliseconds."""
    before = len(read_stamps(stamps_file))
    start = now_ns()
    os.kill(pid, signal.SIGKILL)
    stamp = wait_for_stamps(stamps_file, before + 1, 30)[before]
    return (stamp[1] - start) / 1e6, stamp[0]


def start_time(stamps_file, amount, command, **more):
    open(stamps_file, "w").close()
    start = now_ns()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    stamps = wait_for_stamps(stamps_file, amount)
    process.wait()
    return (max(stamp[1] for stamp in stamps) - start) / 1e6


class Ours:
    name = "mcpm"

    def __init__(self, amount):
        self.mcpm = Mcpm(build)
        self.stamps = self.mcpm.home + "/stamps"
        self.mcpm.run("agent", "start")
        time.sleep(1)
        self.idle_rss = rss_kib(self.mcpm.pids())
        self.idle_agent = rss_kib(self.mcpm.pids()[:1])
        with open(self.mcpm.home + "/servers.yaml", "w") as file:
            file.write("servers:\n")
            for i in range(amount):
                file.write(f"  c{i}:\n    command: {child}\n    args: [\"{self.stamps}\"]\n    transport: none\n    restart: always\n")
        self.mcpm.run("apply", "-f", self.mcpm.home + "/servers.yaml")

    def start(self, amount):
        return start_time(self.stamps, amount, [self.mcpm.program, "start", "--all"], env=self.mcpm.env)

    def stop(self):
        return self.mcpm.run("stop", "--all")[0]

    def status(self):
        return self.mcpm.run("list")[0]

    def pids(self):
        return self.mcpm.pids()

    def close(self):
        self.mcpm.close()


class Supervisord:
    name = "supervisord"

    def __init__(self, amount):
        self.home = tempfile.mkdtemp(prefix="bench-supervisord.")
        self.stamps = self.home + "/stamps"
        self.config = self.home + "/supervisord.conf"
        programs = "".join(
            f"[program:c{i}]\ncommand={child} {self.stamps}\nautostart=false\nautorestart=true\nstartsecs=0\nstdout_logfile={self.home}/c{i}.out\nstderr_logfile={self.home}/c{i}.err\n"
            for i in range(amount))
        with open(self.config, "w") as file:
            file.write(f"[unix_http_server]\nfile={self.home}/s.sock\n[supervisord]\nlogfile={self.home}/s.log\npidfile={self.home}/s.pid\nminfds=8192\n"
                       "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"
                       f"[supervisorctl]\nserverurl=unix://{self.home}/s.sock\n{programs}")
        output_of(["/usr/bin/supervisord", "-c", self.config])
        time.sleep(1)
        self.idle_rss = self.idle_agent = rss_kib(self.pids())

    def control(self, *arguments):
        return timed(["/usr/bin/supervisorctl", "-c", self.config, *arguments])[0]

    def start(self, amount):
        return start_time(self.stamps, amount, ["/usr/bin/supervisorctl", "-c", self.config, "start", "all"])

    def stop(self):
        return self.control("stop", "all")

    def status(self):
        return self.control("status")

    def pids(self):
        return [int(open(self.home + "/s.pid").read())]

    def close(self):
        self.control("shutdown")
        time.sleep(1)
        shutil.rmtree(self.home, ignore_errors=True)


class Pm2:
    name = "pm2"

    def __init__(self, amount):
        self.home = tempfile.mkdtemp(prefix="bench-pm2.")
        self.stamps = self.home + "/stamps"
        self.env = dict(os.environ, PM2_HOME=self.home + "/pm2", HOME=self.home)
        self.program = out + "/peers/node_modules/.bin/pm2"
        apps = [{"name": f"c{i}", "script": child, "args": self.stamps, "exec_interpreter": "none", "exec_mode": "fork"} for i in range(amount)]
        with open(self.home + "/apps.json", "w") as file:
            json.dump({"apps": apps}, file)
        timed([self.program, "ping"], env=self.env)
        time.sleep(1)
        self.idle_rss = self.idle_agent = rss_kib(self.pids())

    def start(self, amount):
        return start_time(self.stamps, amount, [self.program, "start", self.home + "/apps.json"], env=self.env)

    def stop(self):
        return timed([self.program, "stop", "all"], env=self.env)[0]

    def status(self):
        return timed([self.program, "ls"], env=self.env)[0]

    def pids(self):
        return [int(open(self.home + "/pm2/pm2.pid").read())]

    def close(self):
        timed([self.program, "kill"], env=self.env)
        shutil.rmtree(self.home, ignore_errors=True)


def measure(kind, results):
    it = kind(count)
    put = lambda key, value: results.setdefault(key, {}).setdefault(it.name, []).append(value)
    try:
        put("A1", it.idle_agent / 1024)
        put("A1 all", it.idle_rss / 1024)
        for _ in range(rounds):
            put("A3", it.start(count))
            for _ in range(3 if kind is Pm2 else 10):
                put("A5", it.status())
            put("A7", it.stop())
        it.start(count)
        time.sleep(2 if quick else 62)  # ours restarts at once only what ran well for a minute
        for stamp in read_stamps(it.stamps)[-count:][: 5 if kind is Supervisord else 30]:
            put("A4", kill_and_wait(it.stamps, stamp[0])[0])
        time.sleep(2)
        before, start = cpu_ms(it.pids()), time.monotonic()
        time.sleep(5 if quick else 30)
        put("A6", (cpu_ms(it.pids()) - before) * 60 / (time.monotonic() - start))
        it.stop()
    finally:
        it.close()
    it = kind(many)
    try:
        put("A3 many", it.start(many))
        time.sleep(1)
        put("A2", (rss_kib(it.pids()) - it.idle_rss) / many)
        for _ in range(3 if kind is Pm2 else 10):
            put("A5 many", it.status())
        it.stop()
    finally:
        it.close()


def measure_limit(results):
    home = tempfile.mkdtemp(prefix="bench-limit.")
    stamps = home + "/stamps"
    limit = subprocess.Popen([out + "/limit_supervise", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    put = lambda key, value: results.setdefault(key, {}).setdefault("limit", []).append(value)

    def ask(text):
        limit.stdin.write((text + "\n").encode())
        limit.stdin.flush()

    time.sleep(0.2)
    idle = rss_kib([limit.pid])
    put("A1", idle / 1024)
    put("A1 all", idle / 1024)
    for key, amount in (("A3", count), ("A3 many", many)):
        for _ in range(rounds):
            open(stamps, "w").close()
            start = now_ns()
            ask(f"start {amount} {stamps}")
            put(key, (max(s[1] for s in wait_for_stamps(stamps, amount)) - start) / 1e6)
            limit.stdout.readline()
            if key == "A3 many":
                put("A2", (rss_kib([limit.pid]) - idle) / amount)
            else:
                for _ in range(10):
                    before = len(read_stamps(stamps))
                    start = now_ns()
                    ask("crash")
                    put("A4", (wait_for_stamps(stamps, before + 1)[before][1] - start) / 1e6)
                    limit.stdout.readline()
            start = now_ns()
            ask("stop")
            limit.stdout.readline()
            if key == "A3":
                put("A7", (now_ns() - start) / 1e6)
    limit.stdin.close()
    limit.wait()
    shutil.rmtree(home, ignore_errors=True)


def measure_small_commands(results):
    ours = Mcpm(build)
    ours.run("agent", "start")
    for i in range(10):
        ours.run("add", f"s{i}", "--transport", "none", "--", child)
    peer = Supervisord(10)
    for _ in range(10 if quick else 40):
        results.setdefault("D1", {}).setdefault("mcpm", []).append(ours.run("list")[0])
        results.setdefault("D2", {}).setdefault("mcpm", []).append(ours.run("--version")[0])
        results.setdefault("D2", {}).setdefault("limit", []).append(timed(["/bin/true"])[0])
    for _ in range(5):
        results.setdefault("D1", {}).setdefault("supervisord", []).append(peer.status())
    peer.close()
    ours.close()


results = {}
for kind in (Ours, Supervisord, Pm2):
    measure(kind, results)
measure_limit(results)
measure_small_commands(results)
names = [("A1", "resident memory of the agent, idle", "MiB"),
         ("A1 all", "the same with its keeper, the pages they share counted twice", "MiB"), ("A2", f"memory per child, N={many}", "KiB"),
         ("A3", f"start all {count}, command to last exec", "ms"), ("A3 many", f"start all {many}", "ms"),
         ("A4", "crash to replacement exec", "ms"), ("A5", f"status command, {count} children", "ms"),
         ("A5 many", f"status command, {many} children", "ms"), ("A6", f"CPU idle, {count} children, a minute", "ms"),
         ("A7", f"stop all {count}", "ms"), ("D1", "`mcpm list`, 10 servers, whole process", "ms"), ("D2", "`mcpm --version`, whole process (limit: /bin/true)", "ms")]
rows = [(key, what, unit, {name: median(values) for name, values in results.get(key, {}).items()}) for key, what, unit in names]
table = print_table("supervision", rows, ["supervisord", "pm2"])
if "--write" in sys.argv:
    keep("supervision", table, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
