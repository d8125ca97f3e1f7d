"""supervisord as a peer for log capture (it does not split lines nor stamp them)."""
import os
import shutil
import subprocess
import tempfile
import time

from support import now_ns, output_of


class SupervisordLog:
    def __init__(self, emitter, mode, budget):
        self.home = tempfile.mkdtemp(prefix="bench-supervisord.")
        self.budget = budget
        self.config = self.home + "/supervisord.conf"
        self.log = self.home + "/emit.out"
        with open(self.config, "w") as file:
            file.write(f"[unix_http_server]\nfile={self.home}/s.sock\n[supervisord]\nlogfile={self.home}/s.log\npidfile={self.home}/s.pid\n"
                       "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"
                       f"[supervisorctl]\nserverurl=unix://{self.home}/s.sock\n[program:emit]\ncommand={emitter} {mode} {budget}\nautostart=false\n"
                       f"autorestart=false\nstartsecs=0\nstdout_logfile={self.log}\nstdout_logfile_maxbytes=0\nredirect_stderr=true\n")
        output_of(["/usr/bin/supervisord", "-c", self.config])
        time.sleep(1)

    def rate(self):
        """MB/s from start to the moment everything is in the file."""
        start = now_ns()
        subprocess.run(["/usr/bin/supervisorctl", "-c", self.config, "start", "emit"], stdout=subprocess.DEVNULL)
        end = time.monotonic() + 300
        while time.monotonic() < end:
            if os.path.exists(self.log) and os.path.getsize(self.log) >= self.budget:
                return self.budget / 1e6 / ((now_ns() - start) / 1e9)
            time.sleep(0.005)
        raise RuntimeError("supervisord did not capture everything within 300 s")

    def close(self):
        subprocess.run(["/usr/bin/supervisorctl", "-c", self.config, "shutdown"], stdout=subprocess.DEVNULL)
        time.sleep(1)
        shutil.rmtree(self.home, ignore_errors=True)
