#!/usr/bin/env bash
# The chart against a real API server and its controllers: each stage's manifests pass a server-side dry run and Pod Security
# `restricted`; each stage is installed, upgraded and rolled back by helm, and tested by `helm test`; a digest is promoted through
# the stages and back; the service account may do nothing; a pod in the way of the disruption budget stays. Needs root, and go
# (1.24 or newer) where the API server was not built yet: a quarter of an hour, then two minutes.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/packaging/words.sh
[ -n "${MCPM_TEST_ALL:-}" ] || skip "the API server is compiled at the first time, a quarter of an hour: MCPM_TEST_ALL=1"
for preset in release dev; do [ -x "build/$preset/mcpmd" ] && : "${MCPM_BUILD_DIR:=$PWD/build/$preset}"; done
[ -n "${MCPM_BUILD_DIR:-}" ] && [ -x "$MCPM_BUILD_DIR/mcpmd" ] || skip "the programs are not built"
export MCPM_BUILD_DIR
. tests/support/cluster.sh
folder=$(mktemp -d)
clean() { kube_down "$folder"; rm -rf "$folder"; }
begun=$(date +%s)
(kube_up "$folder") || { code=$?; [ "$code" -eq 77 ] && exit 77; exit 1; }
printf '   up after %s s\n' $(($(date +%s) - begun))
export KUBECONFIG=$folder/admin.conf PATH=$PATH:$kube_bin MCPM_PROMOTE_TIMEOUT=2m
chart=packaging/helm/mcp-manager
until_true() { # SECONDS COMMAND…
    local tries=$(($1 * 5))
    shift
    while [ "$tries" -gt 0 ]; do "$@" >/dev/null 2>&1 && return 0; sleep 0.2; tries=$((tries - 1)); done
    return 1
}
one=sha256:$(printf '1%.0s' $(seq 64)) two=sha256:$(printf '2%.0s' $(seq 64)) none=sha256:$(printf '3%.0s' $(seq 64))
printf '%s\n' "$one" "$two" >"$folder/images"
# What the Prometheus Operator brings, as far as the chart needs it.
kubectl apply -f - >/dev/null <<'END'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: servicemonitors.monitoring.coreos.com}
spec:
  group: monitoring.coreos.com
  scope: Namespaced
  names: {kind: ServiceMonitor, plural: servicemonitors, singular: servicemonitor}
  versions:
    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
END
until_true 20 kubectl get servicemonitors -A
# The controllers bring the service account `default` a moment later; without one no pod is taken.
restricted() {
    kubectl create namespace "$1" && kubectl label namespace "$1" pod-security.kubernetes.io/enforce=restricted && until_true 20 kubectl -n "$1" get serviceaccount default
}
ready() { kubectl -n "$1" get statefulset mcp-manager -o 'jsonpath={.status.readyReplicas}'; }
setting() { kubectl -n "$1" get configmap mcp-manager -o 'jsonpath={.data.config\.yaml}'; }
image() { kubectl -n "$1" get pod mcp-manager-0 -o 'jsonpath={.spec.containers[0].image}'; }

expect "a namespace of its own" 0 restricted dry
expect "refuses a pod that is not restricted" 1 kubectl -n dry run loose --image=x --dry-run=server
has "and says why" 'violates PodSecurity "restricted' "$out"
for stage in default development staging production httpservers; do
    expect "the server takes the manifests of $stage" 0 kubectl -n dry apply --server-side --dry-run=server -f "tests/packaging/golden/$stage.yaml"
    same "without a warning" "" "$(printf '%s\n' "$out" | grep -i warning)"
done
expect "and those without Helm" 0 kubectl apply --server-side -f packaging/kubernetes/namespace.yaml
expect "with what is in the namespace" 0 kubectl -n mcp apply --server-side --dry-run=server -f packaging/kubernetes/mcp-manager.yaml
expect "and Prometheus and Grafana" 0 kubectl apply --server-side --dry-run=server -f packaging/kubernetes/monitoring.yaml
same "without a warning" "" "$(printf '%s\n' "$out" | grep -i warning)"

for stage in development staging production; do
    space=try-$stage
    expect "$stage: a namespace" 0 restricted "$space"
    install() { helm "$1" mcp-manager "$chart" --namespace "$space" --values "$chart/ci/$stage.yaml" --set "image.digest=$one" --wait --timeout 2m "${@:2}"; }
    expect "it is installed" 0 install install
    same "and ready" 1 "$(ready "$space")"
    expect "helm test passes" 0 helm test mcp-manager --namespace "$space" --timeout 1m
    expect "it is upgraded" 0 install upgrade --set config.log_level=warning
    has "with another setting" warning "$(setting "$space")"
    same "and ready" 1 "$(ready "$space")"
    expect "it is rolled back" 0 helm rollback mcp-manager --namespace "$space" --wait --timeout 2m
    same "to what it was" 1 "$(setting "$space" | grep -cv warning)"
    expect "helm test passes again" 0 helm test mcp-manager --namespace "$space" --timeout 1m
    for verb in "get pods" "list secrets" "create pods" "get configmaps"; do
        # shellcheck disable=SC2086
        same "its service account may not $verb" no "$(kubectl -n "$space" auth can-i $verb --as "system:serviceaccount:$space:mcp-manager" 2>/dev/null)"
    done
    same "and no token is in the pod" false "$(kubectl -n "$space" get pod mcp-manager-0 -o 'jsonpath={.spec.automountServiceAccountToken}')"
    if [ "$stage" != development ]; then
        evicted() { printf '{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"mcp-manager-0","namespace":"%s"}}' "$space" | kubectl create --raw "/api/v1/namespaces/$space/pods/mcp-manager-0/eviction" -f -; }
        expect "an eviction is refused by the disruption budget" 1 evicted
        has "which says so" "disruption budget" "$out"
        expect "a policy stands before the pod" 0 kubectl -n "$space" get networkpolicy mcp-manager
    fi
    expect "it is removed" 0 helm uninstall mcp-manager --namespace "$space" --wait --timeout 2m
    same "and its claim stays, if it had one" "$([ "$stage" = development ] || echo mcp-manager)" "$(kubectl -n "$space" get pvc -o 'jsonpath={.items[*].metadata.name}')"
done

expect "a namespace for a server that scales" 0 restricted scaled
scale() { helm install mcp-manager "$chart" --namespace scaled --values "$chart/ci/httpservers.yaml" --set "image.digest=$one" --set persistence.enabled=false; }
expect "it is installed" 0 scale
has "the notes say how the agent reaches it" "mcpm add fetch --url http://mcp-manager-fetch:8080/mcp" "$out"
wanted() { [ "$(kubectl -n scaled get deployment mcp-manager-fetch -o 'jsonpath={.spec.replicas}')" = "$1" ]; }
until_true 90 wanted 2
same "the autoscaler sees to the least" 2 "$(kubectl -n scaled get deployment mcp-manager-fetch -o 'jsonpath={.spec.replicas}')"
pods() { kubectl -n scaled get pods -l app.kubernetes.io/component=mcp-server -o name; }
until_true 30 eval '[ "$(pods | wc -l)" = 2 ]'
same "its pods pass the namespace's policy" 2 "$(pods | wc -l)"
expect "with more as the least" 0 kubectl -n scaled patch hpa mcp-manager-fetch --type merge -p '{"spec":{"minReplicas":4}}'
until_true 90 wanted 4
same "that many" 4 "$(kubectl -n scaled get deployment mcp-manager-fetch -o 'jsonpath={.spec.replicas}')"
same "the agent is one" 1 "$(kubectl -n scaled get statefulset mcp-manager -o 'jsonpath={.spec.replicas}')"
expect "it is removed" 0 helm uninstall mcp-manager --namespace scaled --wait --timeout 2m

promote() { bash packaging/promote.sh "$@"; }
expect "a digest is promoted to development" 0 promote development "$one"
expect "to staging" 0 promote staging "$one"
expect "to production" 0 promote production "$one"
has "where it runs" "$one" "$(image mcp-production)"
expect "the next one" 0 promote development "$two"
expect "to staging" 0 promote staging "$two"
expect "to production" 0 promote production "$two"
has "runs" "$two" "$(image mcp-production)"
expect "and goes back when asked" 0 promote production --back
has "to the one before" "$one" "$(image mcp-production)"
expect "an image that cannot be pulled" 1 env MCPM_PROMOTE_TIMEOUT=15s bash packaging/promote.sh development "$none"
same "is taken back by helm" "$two" "$(image mcp-development | sed 's/.*@//')"
same "and the release before is ready" 1 "$(ready mcp-development)"
printf '   %s s in all\n' $(($(date +%s) - begun))
finish
