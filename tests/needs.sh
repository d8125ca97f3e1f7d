# Sourced: installs the Debian packages named as arguments when they are missing. Needs root or sudo for that.
need_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
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
note_old_node() {
    local version
    version=$(node --version)
    version=${version#v}
    [ "${version%%.*}" -ge 20 ] || echo "note: node $version is old; some servers ask for 20 or newer (https://nodejs.org). The agent uses the node on your PATH." >&2
}

BUILD_PACKAGES=(g++ cmake ninja-build ca-certificates libboost1.81-dev libcli11-dev libfmt-dev libyaml-cpp-dev
    nlohmann-json3-dev libsqlite3-dev libcurl4-openssl-dev)
# What the tests and the stories call beside the build: python3 reads JSON and SQLite, procps has pgrep, bsdutils has script.
TEST_PACKAGES=(doctest-dev mold ccache git procps bsdutils util-linux mount tmux python3 curl)
# For what --quick leaves out. libclang-rt has the fuzzers' and sanitizers' runtime.
CHECK_PACKAGES=(clang clang-format clang-tidy libclang-rt-14-dev)
