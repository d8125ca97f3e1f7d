#!/usr/bin/env python3
"""sbom.py SOURCE VERSION   prints an SPDX 2.3 document: mcpm, the Debian libraries that are linked or read into its two
programs, with their versions on this machine, and the npm packages that the dashboard's lock file names."""
import datetime
import json
import os
import re
import subprocess
import sys

LINKED = ["libboost1.81-dev", "libcli11-dev", "libfmt-dev", "libyaml-cpp-dev", "nlohmann-json3-dev", "libre2-dev", "libstdc++-12-dev",
          "libsqlite3-0", "libsodium23", "libcurl4", "libc6"]


def debian_version(package):
    said = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    return said.stdout.strip() or None


def spdx_id(kind, name):
    return f"SPDXRef-{kind}-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def package(kind, name, version, purl, licence="NOASSERTION", checksum=None):
    entry = {"SPDXID": spdx_id(kind, name), "name": name, "versionInfo": version, "downloadLocation": "NOASSERTION",
             "filesAnalyzed": False, "licenseConcluded": "NOASSERTION", "licenseDeclared": licence, "copyrightText": "NOASSERTION",
             "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}]}
    if checksum:
        entry["checksums"] = [checksum]
    return entry


def npm_packages(source):
    with open(os.path.join(source, "agent/dashboard/package-lock.json"), encoding="utf-8") as file:
        lock = json.load(file)["packages"]
    for path, entry in sorted(lock.items()):
        if not path or entry.get("dev") or entry.get("optional"):
            continue
        name = path.rpartition("node_modules/")[2]
        yield package("npm", name, entry["version"], f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}", entry.get("license", "NOASSERTION"))


def main():
    source, version = sys.argv[1:3]
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    made = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    packages = [package("mcpm", "mcpm", version, f"pkg:deb/mcpm@{version}", "MIT")]
    for name in LINKED:
        found = debian_version(name)
        if found is None:
            print(f"sbom.py: {name} is not installed, its version is not known", file=sys.stderr)
            return 1
        packages.append(package("deb", name, found, f"pkg:deb/debian/{name}@{found}"))
    packages += npm_packages(source)
    document = {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"mcpm-{version}",
                "documentNamespace": f"https://mcpmanager.io/spdx/mcpm-{version}-{epoch}",
                "creationInfo": {"created": made, "creators": ["Organization: MCP Manager Team", "Tool: packaging/sbom.py"]},
                "packages": packages,
                "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": packages[0]["SPDXID"]}]
                + [{"spdxElementId": packages[0]["SPDXID"], "relationshipType": "CONTAINS" if p["SPDXID"].startswith("SPDXRef-npm") else "DEPENDS_ON",
                    "relatedSpdxElement": p["SPDXID"]} for p in packages[1:]]}
    json.dump(document, sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
