#!/usr/bin/env bash
# What packaging/release.sh makes: package, tarball, chart, SBOM, notes, sums; twice, with the same bytes. With $MCPM_PROGRAMS (a
# build folder of the preset release) the packing is tried and nothing is compiled.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/packaging/words.sh
[ -n "${MCPM_TEST_ALL:-}" ] || skip "it packs everything twice, some minutes: MCPM_TEST_ALL=1 (and MCPM_PROGRAMS=DIR, or it compiles twice)"
# In a clone of its own: a commit that is made meanwhile would be another release.
clone=$(mktemp -d)
clean() { rm -rf "$clone"; }
git -c safe.directory='*' clone -q "$PWD" "$clone/mcpm" || exit 1
[ ! -d build/npm ] || { mkdir -p "$clone/mcpm/build" && ln -s "$(readlink -f build/npm)" "$clone/mcpm/build/npm"; }
expect "it is made, and twice the same" 0 bash "$clone/mcpm/packaging/release.sh" --check ${MCPM_PROGRAMS:+--programs "$MCPM_PROGRAMS"}
printf '%s\n' "$out" | sed 's/^/   /' | tail -n 14
has "which is said" "twice, the same bytes" "$out"
made=$clone/mcpm/build/packages
version=$(bash "$clone/mcpm/packaging/version.sh")
architecture=$(dpkg --print-architecture)
for file in "mcpm_${version}_$architecture.deb" "mcpm-$version-linux-$architecture.tar.gz" "mcp-manager-${version%%~*}.tgz" "mcpm-$version.spdx.json" NOTES.md SHA256SUMS; do
    expect "$file is there" 0 test -s "$made/$file"
done
expect "the sums are right" 0 sh -c "cd '$made' && sha256sum --check --quiet --strict SHA256SUMS"
is_spdx() { # FILE
    python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
assert d["spdxVersion"] == "SPDX-2.3" and d["dataLicense"] == "CC0-1.0"
ids = [p["SPDXID"] for p in d["packages"]]
assert len(ids) == len(set(ids)) and all(p["versionInfo"] for p in d["packages"])
assert set(ids) <= {r["relatedSpdxElement"] for r in d["relationships"]}
for wanted in ("libsqlite3-0", "libsodium23", "preact"):
    assert any(p["name"] == wanted for p in d["packages"]), wanted' "$1"
}
expect "the SBOM is an SPDX document, whole" 0 is_spdx "$made/mcpm-$version.spdx.json"
. tests/needs.sh
if need_python spdx; then
    expect "and valid to the tools of SPDX" 0 "${python%/*}/pyspdxtools" -i "$made/mcpm-$version.spdx.json"
else
    bad "spdx-tools cannot be had from PyPI"
fi
expect "the tarball has both programs" 0 sh -c "tar -tzf '$made'/*.tar.gz | grep -q '/bin/mcpm\$' && tar -tzf '$made'/*.tar.gz | grep -q '/bin/mcpmd\$'"
expect "the chart has its values and their schema" 0 sh -c "tar -tzf '$made'/mcp-manager-*.tgz | sort | grep -c -e '^mcp-manager/Chart.yaml' -e '^mcp-manager/values.yaml' -e '^mcp-manager/values.schema.json' -e '^mcp-manager/templates/statefulset.yaml'"
same "each once" 4 "$out"
if command -v helm >/dev/null || [ -d build/go ]; then
    need_go_program helm helm.sh/helm/v3/cmd/helm@v3.19.5
    expect "helm reads it" 0 helm lint --strict --kube-version 1.30.0 "$made"/mcp-manager-*.tgz
else
    echo "note: helm is not here and did not read the chart (tests/packaging/chart.sh fetches it)"
fi
has "the notes are of the commits" "## New" "$(cat "$made/NOTES.md")"
mkdir -p build/packages && cp -p "$made"/* build/packages/
finish
