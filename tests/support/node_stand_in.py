#!/usr/bin/env python3
"""node_stand_in.py FOLDER PORT SOURCE PROGRAMS   stands for node, kubelet, network and DNS of a test's cluster (cluster.sh).

Pods are bound to it, and what they say is what is run: a pod of the image mcp-manager is mcpmd of the folder PROGRAMS, in a root
of its own with the image's variables, as the pod's user, with its config map, secret, claim and a read-only root. Its probes are
asked before it is Ready. It has an address of its own on `lo`, and names of services lead to the addresses that the cluster's
controllers put into their endpoint slices. An image whose digest is in no line of FOLDER/images cannot be pulled. Claims get a
volume. What no node here does: enforce network policies, limit memory, restart containers."""
import base64
import http.client
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import time

FOLDER, PORT, SOURCE, PROGRAMS = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
NODE = "stand-in"
REPOSITORY = "ghcr.io/mcpmanager/mcp-manager"
# Mounts what is listed (KIND FROM TO), closes the root and becomes the command: root, user, group, lines, then the command.
ENTER = r"""
set -e
root=$1 user=$2 group=$3 mounts=$4
shift 4
mount -t tmpfs -o mode=755 pod "$root"
while read -r kind from to; do
    if [ -d "$from" ]; then mkdir -p "$root$to"; else mkdir -p "$(dirname "$root$to")"; : >"$root$to"; fi
    mount --bind "$from" "$root$to"
    [ "$kind" = rw ] || mount -o remount,bind,ro "$root$to"
done <"$mounts"
mkdir -p "$root/app"
ln -s usr/bin "$root/bin"
mount -o remount,ro "$root"
exec /usr/sbin/chroot --userspec="$user:$group" "$root" "$@"
"""


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


class Api:
    def __init__(self):
        self.context = ssl.create_default_context(cafile=f"{FOLDER}/ca.crt")
        self.context.load_cert_chain(f"{FOLDER}/admin.crt", f"{FOLDER}/admin.key")

    def ask(self, method, path, body=None, kind="application/json"):
        """The answer, or None where it is no success: everything here is looked at again in a moment."""
        connection = http.client.HTTPSConnection("127.0.0.1", PORT, context=self.context, timeout=10)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": kind})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status >= 300 and answer.status not in (404, 409):
                print(f"{method} {path}: {answer.status} {text[:300]!r}", flush=True)
            return json.loads(text) if answer.status < 300 else None
        except OSError as problem:
            print(f"{method} {path}: {problem}", flush=True)
            return None
        finally:
            connection.close()

    def items(self, path):
        return (self.ask("GET", path) or {}).get("items", [])

    def patch(self, path, body):
        return self.ask("PATCH", path, body, "application/merge-patch+json")


def image_variables():
    """ENV of the target `small` in the Dockerfile."""
    with open(f"{SOURCE}/packaging/image/Dockerfile", encoding="utf-8") as file:
        text = file.read().split(" AS small\n")[1].split("\nFROM ")[0].replace("\\\n", " ")
    found = {}
    for line in re.findall(r"^ENV (.*)$", text, re.M):
        found.update(pair.split("=", 1) for pair in line.split())
    return found


def can_be_pulled(image):
    if not image.startswith(REPOSITORY):
        return False
    if "@" not in image:
        return True
    try:
        with open(f"{FOLDER}/images", encoding="utf-8") as file:
            return image.split("@")[1] in file.read().split()
    except FileNotFoundError:
        return False


class Pod:
    """A pod that is bound to this node, and its one process."""

    def __init__(self, api, pod, address):
        self.api, self.address = api, address
        self.namespace, self.name, self.uid = (pod["metadata"][key] for key in ("namespace", "name", "uid"))
        self.path = f"/api/v1/namespaces/{self.namespace}/pods/{self.name}"
        self.folder = f"{FOLDER}/pods/{self.namespace}_{self.name}_{self.uid}"
        self.container = pod["spec"]["containers"][0]
        self.spec = pod["spec"]
        self.begun, self.process, self.said, self.ready, self.ending = now(), None, None, False, False
        os.makedirs(f"{self.folder}/root", exist_ok=True)

    # -- what it is made of

    def data_of(self, kind, name, optional=False):
        found = self.api.ask("GET", f"/api/v1/namespaces/{self.namespace}/{kind}/{name}")
        if found is None:
            return {} if optional else None
        return {key: base64.b64decode(value).decode() if kind == "secrets" else value for key, value in (found.get("data") or {}).items()}

    def source_of(self, volume):
        """The folder of this machine that holds a volume; None while it cannot be had."""
        place = f"{self.folder}/volumes/{volume['name']}"
        if "persistentVolumeClaim" in volume:
            claim = self.api.ask("GET", f"/api/v1/namespaces/{self.namespace}/persistentvolumeclaims/{volume['persistentVolumeClaim']['claimName']}")
            if not claim or claim["status"].get("phase") != "Bound":
                return None
            place = f"{FOLDER}/claims/{claim['metadata']['uid']}"
        os.makedirs(place, exist_ok=True)
        if "configMap" in volume:
            data = self.data_of("configmaps", volume["configMap"]["name"])
            if data is None:
                return None
            for name, text in data.items():
                with open(f"{place}/{name}", "w", encoding="utf-8") as file:
                    file.write(text)
        else:
            group = self.spec.get("securityContext", {}).get("fsGroup", 0)
            os.chown(place, 0, group)
            os.chmod(place, 0o2770)
        return place

    def mounts(self):
        lines = [("ro", "/usr/lib", "/usr/lib"), ("ro", "/lib", "/lib"), ("rw", "/dev", "/dev"), ("rw", "/proc", "/proc")]
        lines += [("ro", f"{PROGRAMS}/{name}", f"/usr/bin/{name}") for name in ("mcpm", "mcpmd")]
        lines += [("ro", "/bin/busybox", f"/usr/bin/{name}") for name in ("busybox", "sh", "env")]
        lines += [("ro", f"{self.folder}/{name}", f"/etc/{name}") for name in ("hosts", "passwd", "nsswitch.conf")]
        if os.path.isdir("/lib64"):
            lines.append(("ro", "/lib64", "/lib64"))
        volumes = {volume["name"]: volume for volume in self.spec.get("volumes", [])}
        for mount in self.container.get("volumeMounts", []):
            source = self.source_of(volumes[mount["name"]])
            if source is None:
                return None
            lines.append(("ro" if mount.get("readOnly") else "rw", source, mount["mountPath"]))
        return lines

    def variables(self):
        found = image_variables()
        found["MCPM_HTTP_LISTEN"] = found["MCPM_HTTP_LISTEN"].replace("0.0.0.0", self.address)
        for source in self.container.get("envFrom", []):
            reference = source.get("secretRef") or source.get("configMapRef")
            kind = "secrets" if "secretRef" in source else "configmaps"
            data = self.data_of(kind, reference["name"], reference.get("optional", False))
            if data is None:
                return None
            found.update(data)
        found.update({one["name"]: one.get("value", "") for one in self.container.get("env", [])})
        return found

    def etc(self):
        names = [f"127.0.0.1 localhost\n{self.address} {self.name}\n"]
        for slice_ in self.api.items(f"/apis/discovery.k8s.io/v1/namespaces/{self.namespace}/endpointslices"):
            service = slice_["metadata"]["labels"].get("kubernetes.io/service-name", "")
            for endpoint in slice_.get("endpoints") or []:
                if endpoint["conditions"].get("ready"):
                    names.append(f"{endpoint['addresses'][0]} {service} {service}.{self.namespace}.svc\n")
        for name, text in (("hosts", "".join(names)), ("passwd", "mcpm:x:1001:1001::/app/data:/bin/sh\n"), ("nsswitch.conf", "hosts: files\n")):
            with open(f"{self.folder}/{name}", "w", encoding="utf-8") as file:
                file.write(text)

    def begin(self):
        if not can_be_pulled(self.container["image"]):
            self.say("Pending", {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}})
            return
        self.etc()
        mounts, variables = self.mounts(), self.variables()
        if mounts is None or variables is None:
            self.say("Pending", {"waiting": {"reason": "ContainerCreating"}})
            return
        with open(f"{self.folder}/mounts", "w", encoding="utf-8") as file:
            file.writelines(" ".join(line) + "\n" for line in mounts)
        own, pods = self.container.get("securityContext", {}), self.spec.get("securityContext", {})
        user = own.get("runAsUser", pods.get("runAsUser", 0))
        group = own.get("runAsGroup", pods.get("runAsGroup", pods.get("fsGroup", user)))
        command = self.container.get("command") or ["/usr/bin/mcpmd"]
        words = command + (self.container.get("args") or ([] if self.container.get("command") else ["run"]))
        subprocess.run(["ip", "address", "add", f"{self.address}/32", "dev", "lo"], check=False, stderr=subprocess.DEVNULL)
        with open(f"{self.folder}/log", "wb") as log:
            self.process = subprocess.Popen(["unshare", "--mount", "--propagation", "private", "sh", "-c", ENTER, "enter", f"{self.folder}/root", str(user),
                                             str(group), f"{self.folder}/mounts", *words], env=variables, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        self.say("Running", {"running": {"startedAt": now()}})

    # -- what it is asked, and what is said of it

    def probe(self, probe):
        ask = probe["httpGet"]
        port = ask["port"]
        if isinstance(port, str):
            port = next(one["containerPort"] for one in self.container["ports"] if one["name"] == port)
        headers = {one["name"]: one["value"] for one in ask.get("httpHeaders", [])}
        connection = http.client.HTTPConnection(self.address, port, timeout=probe.get("timeoutSeconds", 1))
        try:
            connection.request("GET", ask.get("path", "/"), headers=headers)
            return 200 <= connection.getresponse().status < 400
        except OSError:
            return False
        finally:
            connection.close()

    def look(self):
        if self.process is None:
            self.begin()
            return
        code = self.process.poll()
        if code is not None:
            self.ready = False
            self.say("Succeeded" if code == 0 else "Failed", {"terminated": {"exitCode": code if code >= 0 else 128 - code, "reason": "Completed" if code == 0 else "Error", "finishedAt": now()}})
            return
        probes = [self.container[name] for name in ("startupProbe", "livenessProbe", "readinessProbe") if name in self.container]
        self.ready = all(self.probe(probe) for probe in probes)
        self.say("Running", {"running": {"startedAt": self.begun}})

    def say(self, phase, state):
        said = (phase, next(iter(state)), self.ready)
        if said == self.said:
            return
        ready = "True" if self.ready else "False"
        conditions = [{"type": kind, "status": value, "lastTransitionTime": now()}
                      for kind, value in (("Initialized", "True"), ("ContainersReady", ready), ("Ready", ready), ("PodScheduled", "True"))]
        status = {"phase": phase, "conditions": conditions, "startTime": self.begun, "hostIP": "10.244.0.1", "podIP": self.address, "podIPs": [{"ip": self.address}],
                  "containerStatuses": [{"name": self.container["name"], "image": self.container["image"], "imageID": self.container["image"], "ready": self.ready,
                                         "started": self.process is not None, "restartCount": 0, "state": state}]}
        if self.api.patch(f"{self.path}/status", {"status": status}) is not None:
            self.said = said

    def end(self, pod):
        """Asked to end, it has its time; then it is gone, and so is the object."""
        if self.process is not None and self.process.poll() is None:
            if not self.ending:
                self.ending, self.until = True, time.monotonic() + pod["metadata"].get("deletionGracePeriodSeconds", 30)
                self.process.terminate()
            if time.monotonic() < self.until:
                return False
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.forget()
        self.api.ask("DELETE", self.path, {"gracePeriodSeconds": 0, "preconditions": {"uid": self.uid}})
        return True

    def forget(self):
        subprocess.run(["ip", "address", "del", f"{self.address}/32", "dev", "lo"], check=False, stderr=subprocess.DEVNULL)


class Node:
    def __init__(self):
        self.api, self.pods, self.count, self.beat, self.ends = Api(), {}, 1, 0.0, False

    def heartbeat(self):
        if time.monotonic() < self.beat:
            return
        self.beat = time.monotonic() + 10
        status = {"conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady", "lastHeartbeatTime": now(), "lastTransitionTime": now()}],
                  "allocatable": {"pods": "110", "cpu": "2", "memory": "4Gi"}, "capacity": {"pods": "110", "cpu": "2", "memory": "4Gi"}}
        if self.api.patch(f"/api/v1/nodes/{NODE}/status", {"status": status}) is None:
            self.api.ask("POST", "/api/v1/nodes", {"kind": "Node", "apiVersion": "v1", "metadata": {"name": NODE, "labels": {"kubernetes.io/hostname": NODE}}, "status": status})

    def volumes(self):
        for claim in self.api.items("/api/v1/persistentvolumeclaims"):
            if claim["status"].get("phase") != "Pending" or claim["spec"].get("volumeName"):
                continue
            about = claim["metadata"]
            self.api.ask("POST", "/api/v1/persistentvolumes", {"kind": "PersistentVolume", "apiVersion": "v1", "metadata": {"name": f"pv-{about['uid']}"}, "spec": {
                "capacity": claim["spec"]["resources"]["requests"], "accessModes": claim["spec"]["accessModes"], "storageClassName": claim["spec"].get("storageClassName", ""),
                "hostPath": {"path": f"{FOLDER}/claims/{about['uid']}"}, "claimRef": {"kind": "PersistentVolumeClaim", "namespace": about["namespace"], "name": about["name"], "uid": about["uid"]}}})

    def look(self):
        self.heartbeat()
        self.volumes()
        listed = self.api.ask("GET", "/api/v1/pods")
        if listed is None:
            return
        for pod in listed["items"]:
            about, uid = pod["metadata"], pod["metadata"]["uid"]
            if not pod["spec"].get("nodeName"):
                self.api.ask("POST", f"/api/v1/namespaces/{about['namespace']}/pods/{about['name']}/binding",
                             {"kind": "Binding", "apiVersion": "v1", "metadata": {"name": about["name"]}, "target": {"kind": "Node", "apiVersion": "v1", "name": NODE}})
                continue
            if uid not in self.pods:
                self.count += 1
                self.pods[uid] = Pod(self.api, pod, f"10.244.{self.count // 250}.{self.count % 250 + 1}")
            if about.get("deletionTimestamp"):
                if self.pods[uid].end(pod):
                    del self.pods[uid]
            else:
                self.pods[uid].look()
        there = {pod["metadata"]["uid"] for pod in listed["items"]}
        for uid in [uid for uid in self.pods if uid not in there]:
            self.pods.pop(uid).forget()

    def run(self):
        while not self.ends:
            self.look()
            time.sleep(0.3)
        for pod in self.pods.values():
            if pod.process is not None and pod.process.poll() is None:
                pod.process.terminate()
        for pod in self.pods.values():
            if pod.process is not None:
                try:
                    pod.process.wait(10)
                except subprocess.TimeoutExpired:
                    os.killpg(pod.process.pid, signal.SIGKILL)
            pod.forget()


def main():
    node = Node()
    signal.signal(signal.SIGTERM, lambda *_: setattr(node, "ends", True))
    node.run()


if __name__ == "__main__":
    main()
