#!/usr/bin/env bash
# The Helm chart: it is clean, its values are checked, it says what the files in packaging/kubernetes say, and for each stage
# what tests/packaging/golden keeps. After a change of the chart:   MCPM_WRITE_GOLDEN=1 tests/packaging/chart.sh
# A real API server: tests/packaging/cluster.sh.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/packaging/words.sh
. tests/needs.sh
if ! command -v helm >/dev/null && [ -z "${MCPM_TEST_ALL:-}" ]; then skip "helm is not here, and is compiled for a minute: MCPM_TEST_ALL=1"; fi
need_go_program helm helm.sh/helm/v3/cmd/helm@v3.19.5 || exit 1
chart=packaging/helm/mcp-manager
stages="default development staging production httpservers"
values_of() { [ "$1" = default ] || printf -- '--values\n%s\n' "$chart/ci/$1.yaml"; }
# A helm from `go install` takes itself for one of Kubernetes 1.20.
rendered() { helm template mcp-manager "$chart" --namespace mcp --kube-version 1.30.0 "$@"; } # HELM OPTIONS…

if [ -n "${MCPM_WRITE_GOLDEN:-}" ]; then
    for stage in $stages; do
        mapfile -t values < <(values_of "$stage")
        rendered "${values[@]}" >"tests/packaging/golden/$stage.yaml" || exit 1
    done
    bash packaging/kubernetes/render.sh >packaging/kubernetes/mcp-manager.yaml.new && mv packaging/kubernetes/mcp-manager.yaml.new packaging/kubernetes/mcp-manager.yaml
fi
for stage in $stages; do
    mapfile -t values < <(values_of "$stage")
    expect "lint has nothing to say of $stage" 0 helm lint --strict --kube-version 1.30.0 "$chart" "${values[@]}"
    expect "it is rendered" 0 rendered "${values[@]}"
    same "as it was" "$(cat "tests/packaging/golden/$stage.yaml")" "$out"
done
expect "the manifests without Helm are rendered" 0 bash packaging/kubernetes/render.sh
same "and are those in packaging/kubernetes" "$(cat packaging/kubernetes/mcp-manager.yaml)" "$out"
expect "so are Prometheus and Grafana" 0 bash packaging/kubernetes/monitoring.sh
same "as they are there" "$(cat packaging/kubernetes/monitoring.yaml)" "$out"
if command -v kubectl >/dev/null; then
    expect "kustomize reads them" 0 kubectl kustomize packaging/kubernetes
    has "with the stateful set" "kind: StatefulSet" "$out"
    has "in their namespace" "namespace: mcp" "$out"
else
    echo "note: kubectl is not here; kustomize did not read packaging/kubernetes"
fi

if [ -n "${MCPM_TEST_ALL:-}" ]; then
    need_python kubernetes || exit 1
    for file in packaging/kubernetes/{namespace,mcp-manager,monitoring}.yaml tests/packaging/golden/*.yaml; do
        expect "$(basename "$file") is by Kubernetes' own schemas, with no field that it does not know" 0 "${python%/*}/kubernetes-validate" --strict "$file"
    done
else
    echo "note: Kubernetes' schemas were not asked, they are fetched from PyPI: MCPM_TEST_ALL=1"
fi

refused() { # WHAT NAMED HELM-OPTIONS…
    local what=$1 named=$2
    shift 2
    expect "$what" 1 rendered "$@"
    has "and it is named" "$named" "$out"
}
refused "two writers are refused" "replicaCount" --set replicaCount=2
refused "so is a value that nobody knows" "nonsense" --set nonsense=1
refused "one of a group too" "sise" --set persistence.sise=1Gi
refused "and a digest that is none" "/image/digest" --set image.digest=latest
digest=sha256:$(printf 'a%.0s' $(seq 64))
expect "an image can be named by its digest" 0 rendered --set "image.digest=$digest"
has "which wins over the tag" "mcp-manager@$digest" "$out"
refused "a server without an image too" "image" --set httpServers.fetch.port=8080
refused "and a name that no service can have" "Fetch_It" --set httpServers.Fetch_It.image=x
expect "a server that scales" 0 rendered --values "$chart/ci/httpservers.yaml"
has "has an autoscaler" "kind: HorizontalPodAutoscaler" "$out"
same "which alone says how many there are" 1 "$(printf '%s\n' "$out" | grep -c '^  replicas:')"
expect "production has an ingress" 0 rendered --values "$chart/ci/production.yaml"
has "which streams" 'proxy-buffering: "off"' "$out"
has "and is known to the agent" "https://mcp-manager.example.com" "$out"
has "Prometheus is let in from its namespace" "kubernetes.io/metadata.name: monitoring" "$out"
expect "development has no volume" 0 rendered --values "$chart/ci/development.yaml"
same "none at all" 0 "$(printf '%s' "$out" | grep -c PersistentVolumeClaim)"
finish
