#!/usr/bin/env bash
# A Kubernetes of the test's own: etcd, a real API server and its controllers. In the place of nodes, a network and DNS is
# node_stand_in.py, which runs the programs of $MCPM_BUILD_DIR as an image would. Sourced, or run:
#   cluster.sh build         the programs, by Go, once, below ~/.cache/mcpm-kube (or $MCPM_TEST_KUBE): a quarter of an hour
#   cluster.sh up FOLDER     all of them, on loopback; FOLDER/admin.conf is for kubectl and helm. 77 and the reason when it cannot
#   cluster.sh down FOLDER   ends what `up` started, by process id
kube_version=1.34.4
helm_version=3.19.5
kube_home=${MCPM_TEST_KUBE:-${XDG_CACHE_HOME:-$HOME/.cache}/mcpm-kube}
kube_bin=$kube_home/v$kube_version
kube_here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

kube_cannot() { echo "no cluster: $*" >&2; return 77; }
kube_programs() { echo kube-apiserver kube-controller-manager; command -v helm >/dev/null || echo helm; command -v kubectl >/dev/null || echo kubectl; }
kube_built() { local name; for name in $(kube_programs); do [ -x "$kube_bin/$name" ] || return 1; done; }

# k8s.io/kubernetes refuses `go install` for its replace lines; a module of our own repeats them with the versions they stand for.
kube_module() { # FOLDER
    local from
    cd "$1" || return
    go mod download "k8s.io/kubernetes@v$kube_version" || return
    from=$(go env GOMODCACHE)/k8s.io/kubernetes@v$kube_version/go.mod
    {
        printf 'module mcpm.test/kube\n\ngo 1.24.0\n\ngodebug default=go1.24\n\n'
        printf 'require (\n\tk8s.io/kubernetes v%s\n\thelm.sh/helm/v3 v%s\n)\n\nreplace (\n' "$kube_version" "$helm_version"
        grep -oE 'k8s.io/[a-z0-9-]+ => ./staging' "$from" | awk -v v="v0.${kube_version#1.}" '{print "\t" $1 " => " $1 " " v}'
        echo ')'
    } >go.mod
}

# The API server first: it alone is worth most. One package at a time, so that a second core is left to others.
kube_build() {
    kube_built && return 0
    # shellcheck source=/dev/null
    . "$kube_here/tests/needs.sh"
    need_go || { kube_cannot "there is no go to build it with (1.24 or newer)"; return; }
    mkdir -p "$kube_bin" "$kube_home/module" || return
    (
        flock 9
        kube_built && exit 0
        export GOFLAGS=-mod=mod CGO_ENABLED=0 GOTOOLCHAIN=local
        kube_module "$kube_home/module" || exit 1
        local name package flags
        flags="-s -w -X k8s.io/component-base/version.gitVersion=v$kube_version -X k8s.io/client-go/pkg/version.gitVersion=v$kube_version -X helm.sh/helm/v3/internal/version.version=v$helm_version"
        for name in $(kube_programs); do
            [ -x "$kube_bin/$name" ] && continue
            package=k8s.io/kubernetes/cmd/$name
            [ "$name" != helm ] || package=helm.sh/helm/v3/cmd/helm
            nice -n 10 go build -p "${MCPM_TEST_KUBE_JOBS:-1}" -trimpath -ldflags "$flags" -o "$kube_bin/$name.part" "$package" &&
                mv "$kube_bin/$name.part" "$kube_bin/$name" || exit 1
        done
    ) 9>"$kube_home/lock"
}

kube_free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

kube_certificate() { # NAME SUBJECT [SUBJECT-ALT-NAMES]
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -subj "$2" -out "$1.csr" &&
        openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out "$1.crt" \
            -extfile <(printf 'extendedKeyUsage=serverAuth,clientAuth\n%s' "${3:+subjectAltName=$3}")
}

kube_certificates() { # in the folder that is current
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -subj /CN=mcpm-test -days 2 -out ca.crt &&
        kube_certificate server /CN=kube-apiserver DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1 &&
        kube_certificate admin /O=system:masters/CN=admin &&
        kube_certificate manager /CN=system:kube-controller-manager &&
        openssl genrsa -out sa.key 2048 && openssl rsa -in sa.key -pubout -out sa.pub
}

kube_config() { # NAME PORT: how that user finds the API server
    local encoded=()
    mapfile -t encoded < <(base64 -w0 ca.crt; echo; base64 -w0 "$1.crt"; echo; base64 -w0 "$1.key"; echo)
    printf 'apiVersion: v1\nkind: Config\ncurrent-context: test\nclusters:\n- {name: test, cluster: {server: "https://127.0.0.1:%s", certificate-authority-data: %s}}\n' "$2" "${encoded[0]}"
    printf 'users:\n- {name: %s, user: {client-certificate-data: %s, client-key-data: %s}}\ncontexts:\n- {name: test, context: {cluster: test, user: %s}}\n' "$1" "${encoded[1]}" "${encoded[2]}" "$1"
}

kube_begin() { # FOLDER NAME COMMAND…: its id is in FOLDER/NAME.pid, what it says in FOLDER/NAME.log
    local folder=$1 name=$2
    shift 2
    setsid "$@" >"$folder/$name.log" 2>&1 </dev/null 9>&- &
    echo $! >"$folder/$name.pid"
}

kube_up() { # FOLDER
    local folder=$1 store peer port tries=600
    [ "$(id -u)" -eq 0 ] || { kube_cannot "only root can lay out what stands for a node"; return; }
    kube_build || return
    # shellcheck source=/dev/null
    . "$kube_here/tests/needs.sh"
    need_packages openssl iproute2 util-linux busybox-static >&2 && need_unpacked etcd-server || { kube_cannot "Debian's etcd-server cannot be fetched"; return; }
    mkdir -p "$folder" && cd "$folder" || return
    kube_certificates >certificates.log 2>&1 || { tail certificates.log >&2; return 1; }
    store=$(kube_free_port) peer=$(kube_free_port) port=$(kube_free_port)
    kube_config admin "$port" >admin.conf && kube_config manager "$port" >manager.conf && chmod 600 ./*.conf
    kube_begin . etcd "$deb_folder/usr/bin/etcd" --data-dir store --unsafe-no-fsync --listen-client-urls "http://127.0.0.1:$store" --advertise-client-urls "http://127.0.0.1:$store" \
        --listen-peer-urls "http://127.0.0.1:$peer" --initial-advertise-peer-urls "http://127.0.0.1:$peer" --initial-cluster "default=http://127.0.0.1:$peer"
    kube_begin . apiserver "$kube_bin/kube-apiserver" --etcd-servers="http://127.0.0.1:$store" --secure-port="$port" --bind-address=127.0.0.1 --advertise-address=127.0.0.1 \
        --endpoint-reconciler-type=none --tls-cert-file=server.crt --tls-private-key-file=server.key --client-ca-file=ca.crt --authorization-mode=Node,RBAC \
        --service-cluster-ip-range=10.96.0.0/16 --service-account-issuer=https://kubernetes.default.svc --service-account-key-file=sa.pub --service-account-signing-key-file=sa.key \
        --feature-gates=WatchList=false
    while [ "$tries" -gt 0 ] && kill -0 "$(cat apiserver.pid)" 2>/dev/null; do
        KUBECONFIG=admin.conf kubectl get --raw /readyz >/dev/null 2>&1 && break
        sleep 0.2
        tries=$((tries - 1))
    done
    KUBECONFIG=admin.conf kubectl get --raw /readyz >/dev/null 2>&1 || { tail -n 5 apiserver.log >&2; return 1; }
    kube_begin . manager "$kube_bin/kube-controller-manager" --kubeconfig=manager.conf --service-account-private-key-file=sa.key --root-ca-file=ca.crt \
        --use-service-account-credentials --leader-elect=false --secure-port=0
    kube_begin . node python3 "$kube_here/tests/support/node_stand_in.py" "$PWD" "$port" "$kube_here" "$MCPM_BUILD_DIR"
}

kube_down() { # FOLDER
    local name pid
    for name in node manager apiserver etcd; do
        pid=$(cat "$1/$name.pid" 2>/dev/null) || continue
        kill "$pid" 2>/dev/null
        for _ in $(seq 150); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -KILL "$pid" 2>/dev/null
        rm -f "$1/$name.pid"
    done
    return 0
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    set -uo pipefail
    case ${1:-} in
        build) kube_build ;;
        up | down) "kube_$1" "${2:?which folder}" ;;
        *) echo "usage: cluster.sh build | up FOLDER | down FOLDER" >&2; exit 2 ;;
    esac
fi
