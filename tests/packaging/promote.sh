#!/usr/bin/env bash
# One digest through the stages: a stage takes only what the one before runs, a failed test brings the release before back, and
# `--back` does so when asked. helm is a stand-in that remembers what each namespace runs; what it is told is what counts.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/packaging/words.sh
folder=$(mktemp -d)
clean() { rm -rf "$folder"; }
mkdir "$folder/bin" "$folder/runs"
cat >"$folder/bin/helm" <<'END'
#!/usr/bin/env bash
# helm get values|upgrade|test|rollback: keeps the digest of each namespace in a file, and the one before beside it.
folder=$(cd "$(dirname "$0")/.." && pwd)
echo "$*" >>"$folder/said"
if [ -n "${KUBECONFIG:-}" ]; then cp "$KUBECONFIG" "$folder/kubeconfig"; echo "$KUBECONFIG" >"$folder/kubeconfig.place"; fi
namespace="" digest=""
for ((at = 1; at <= $#; at++)); do
    next=$((at + 1))
    case ${!at} in
        --namespace) namespace=${!next} ;;
        --set) digest=${!next#image.digest=} ;;
    esac
done
state=$folder/runs/$namespace
case $1 in
    get) [ -s "$state" ] || exit 1; printf '{"image":{"digest":"%s"}}\n' "$(cat "$state")" ;;
    upgrade) [ ! -e "$state" ] || cp "$state" "$state.before"; echo "$digest" >"$state" ;;
    test) [ ! -e "$folder/broken" ] ;;
    rollback) [ -e "$state.before" ] && mv "$state.before" "$state" ;;
esac
END
chmod +x "$folder/bin/helm"
PATH=$folder/bin:$PATH
promote() { bash packaging/promote.sh "$@"; }
runs() { cat "$folder/runs/mcp-$1" 2>/dev/null; }
one=sha256:$(printf '1%.0s' $(seq 64))
two=sha256:$(printf '2%.0s' $(seq 64))

expect "a stage that is none" 2 promote moon "$one"
expect "a tag instead of a digest" 2 promote development latest
has "is named" latest "$out"
expect "nothing to promote" 2 promote development
expect "staging before development" 6 promote staging "$one"
has "what to do is said" "promote it there first" "$out"
expect "development takes it" 0 promote development "$one"
same "and runs it" "$one" "$(runs development)"
has "by its values" "ci/development.yaml" "$(grep '^upgrade' "$folder/said" | tail -n 1)"
has "all or nothing" "--atomic" "$(grep '^upgrade' "$folder/said" | tail -n 1)"
expect "production before staging" 6 promote production "$one"
same "runs nothing" "" "$(runs production)"
expect "staging takes it" 0 promote staging "$one"
expect "then production" 0 promote production "$one"
same "the same digest" "$one" "$(runs production)"
expect "another digest is not known to staging" 6 promote production "$two"
promote development "$two" >/dev/null && promote staging "$two" >/dev/null
touch "$folder/broken"
expect "a release whose test fails" 1 promote production "$two"
has "is said to go back" "goes back" "$out"
same "and is back" "$one" "$(runs production)"
rm "$folder/broken"
expect "another try" 0 promote production "$two"
expect "is taken back when somebody asks" 0 promote production --back
same "to the release before" "$one" "$(runs production)"
expect "a namespace of one's own" 0 promote development "$one" --namespace mine
same "is used" "$one" "$(cat "$folder/runs/mine")"
expect "a workflow's way into a cluster" 0 env MCPM_KUBECONFIG="clusters: []" bash packaging/promote.sh development "$one"
same "is what helm takes" "clusters: []" "$(cat "$folder/kubeconfig")"
expect "and is gone afterwards" 1 test -e "$(cat "$folder/kubeconfig.place")"
finish
