"""Who is measured by gateway.py, each with the same echo server behind it: start, where it listens, whose memory and CPU counts, end."""
import os
import shutil
import subprocess
import tempfile

from support import Mcpm, free_port, now_ns


class Program:
    """A bridge that is one process per server."""

    def __init__(self, command, path, port):
        self.started = now_ns()
        self.port = port
        self.home = tempfile.mkdtemp(prefix="bench-gateway.")
        with open(self.home + "/output", "w") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=self.home,
                                            start_new_session=True)  # as the agent has: where sessions share the CPU (autogroup), all have a share
        self.where = [f"http://127.0.0.1:{port}{path}"]

    def pids(self):
        return [self.process.pid]

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)


class Limit(Program):
    def __init__(self, out, server, mode="shared", at=None):
        port = free_port()
        super().__init__([out + "/limit_bridge", at or str(port), mode, *server], "/", port)
        if at:
            self.where = [f"unix:{at}:/"]


class McpProxy(Program):
    """mcp-proxy of npm: one child for all sessions."""

    def __init__(self, out, server):
        port = free_port()
        script = out + "/peers/node_modules/.bin/mcp-proxy"
        super().__init__(["node", script, "--host", "127.0.0.1", "--port", str(port), "--server", "stream", "--", *server], "/mcp", port)


class Supergateway(Program):
    """A child for each session."""

    def __init__(self, out, server):
        port = free_port()
        script = out + "/peers/node_modules/.bin/supergateway"
        super().__init__(["node", script, "--stdio", " ".join(server), "--outputTransport", "streamableHttp", "--stateful", "--port", str(port),
                          "--streamableHttpPath", "/mcp", "--logLevel", "none"], "/mcp", port)


class Ours:
    """The agent with the server; keeper and agent count. TCP with a token, as a client beyond the socket has to."""

    def __init__(self, build, server, sharing="shared", more=(), env=None):
        self.mcpm = Mcpm(build, env)
        os.makedirs(self.mcpm.home + "/.config/mcpm")
        with open(self.mcpm.home + "/.config/mcpm/config.yaml", "w") as file:
            file.write("http:\n  requests_per_second: 0\n")
        self.mcpm.run("agent", "start")
        self.mcpm.run("add", "echo", "--sharing", sharing, *more, "--", *server)
        self.token = self.mcpm.run("token", "create", "bench", "--quiet")[1].strip()
        self.where = ["--token", self.token, f"{self.mcpm.url()}/mcp/echo"]
        self.unix = [f"unix:{self.mcpm.env['XDG_RUNTIME_DIR']}/mcpm/agent.sock:/mcp/echo"]
        self.started = now_ns()
        self.mcpm.run("start", "echo")

    def pids(self):
        return self.mcpm.pids()

    def close(self):
        self.mcpm.close()
