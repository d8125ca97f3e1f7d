#!/usr/bin/env bash
# The Helm chart: it is clean, its values are checked, it says what the files in packaging/kubernetes say, and for each stage
# what it is to say. Needs helm 3 (`go install helm.sh/helm/v3/cmd/helm@v3.19.5`).
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/packaging/words.sh
PATH=$PATH:${GOPATH:-$HOME/go}/bin
command -v helm >/dev/null || skip "helm is not here: go install helm.sh/helm/v3/cmd/helm@v3.19.5"
chart=packaging/helm/mcp-manager
expect "lint has nothing to say" 0 helm lint --strict "$chart"
for stage in development staging production; do
    expect "nor about the values of $stage" 0 helm lint --strict "$chart" --values "$chart/ci/$stage.yaml"
done
expect "two writers are refused" 1 helm template x "$chart" --set replicaCount=2
has "and why is said" "replicaCount" "$out"
expect "so is a value that nobody knows" 1 helm template x "$chart" --set nonsense=1
expect "and a digest that is none" 1 helm template x "$chart" --set image.digest=latest
same "packaging/kubernetes is what the chart gives" "$(cat packaging/kubernetes/mcp-manager.yaml)" "$(bash packaging/kubernetes/render.sh)"
digest=sha256:$(printf 'a%.0s' $(seq 64))
expect "an image can be named by its digest" 0 helm template x "$chart" --set "image.digest=$digest"
has "which wins over the tag" "mcp-manager@$digest" "$out"
expect "production has an ingress" 0 helm template x "$chart" --values "$chart/ci/production.yaml"
has "which streams" 'proxy-buffering: "off"' "$out"
has "and is known to the agent" "https://mcp-manager.example.com" "$out"
expect "development has no volume" 0 helm template x "$chart" --values "$chart/ci/development.yaml"
same "none at all" 0 "$(printf '%s' "$out" | grep -c PersistentVolumeClaim)"
finish
