#!/usr/bin/env bash
# Moves one image, by its digest, to a stage:   packaging/promote.sh development|staging|production DIGEST [--namespace NS]
# and back:                                     packaging/promote.sh STAGE --back
# A stage takes only what the stage before it runs. `helm test` decides; when it fails, the release before is back.
# The cluster is kubectl's; or $MCPM_KUBECONFIG is the text of a kubeconfig (a secret of the workflow).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
usage() { sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
wrong() { echo "promote.sh: $1" >&2; usage >&2; exit 2; }
[ $# -ge 2 ] || wrong "a stage and a digest are needed"
stage=$1 digest=$2
shift 2
case $stage in
    development) before="" ;;
    staging) before=development ;;
    production) before=staging ;;
    *) wrong "no stage is called $stage" ;;
esac
namespace=mcp-$stage
while [ $# -gt 0 ]; do
    case $1 in --namespace) namespace=${2:?}; shift 2 ;; *) wrong "unknown option $1" ;; esac
done
running() { helm get values mcp-manager --namespace "$1" --output json 2>/dev/null | python3 -c 'import json,sys; print((json.load(sys.stdin) or {}).get("image", {}).get("digest", ""))' 2>/dev/null || true; }

if [ -n "${MCPM_KUBECONFIG:-}" ]; then
    KUBECONFIG=$(mktemp)
    trap 'rm -f "$KUBECONFIG"' EXIT
    printf '%s\n' "$MCPM_KUBECONFIG" >"$KUBECONFIG" # mode 0600, by mktemp
    export KUBECONFIG
fi
if [ "$digest" = --back ]; then
    helm rollback mcp-manager --namespace "$namespace" --wait
    exit
fi
[[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || wrong "\"$digest\" is no digest (sha256: and 64 hexadecimal digits)"
if [ -n "$before" ] && [ "$(running "mcp-$before")" != "$digest" ]; then
    echo "promote.sh: $before does not run $digest; promote it there first" >&2
    exit 6
fi
helm upgrade mcp-manager "$here/helm/mcp-manager" --install --atomic --timeout "${MCPM_PROMOTE_TIMEOUT:-5m}" --namespace "$namespace" --create-namespace \
    --values "$here/helm/mcp-manager/ci/$stage.yaml" --set "image.digest=$digest"
if ! helm test mcp-manager --namespace "$namespace"; then
    echo "promote.sh: the test failed; $stage goes back to the release before" >&2
    helm rollback mcp-manager --namespace "$namespace" --wait
    exit 1
fi
