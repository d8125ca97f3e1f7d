#!/usr/bin/env bash
# Prints the chart with its default values as plain manifests, for `kubectl apply -k packaging/kubernetes`.
#   packaging/kubernetes/render.sh > packaging/kubernetes/mcp-manager.yaml
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
echo "# Made by packaging/kubernetes/render.sh from the chart; tests/packaging/chart.sh compares."
helm template mcp-manager "$here/../helm/mcp-manager" --namespace mcp --kube-version 1.30.0 --skip-tests | sed -e '/helm.sh\/chart:/d' -e 's/managed-by: Helm/managed-by: kubectl/'
