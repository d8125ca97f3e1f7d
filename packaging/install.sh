#!/usr/bin/env bash
# From a clone on Debian 12 to a running MCP server: installs what is needed, builds, installs mcpm and mcpmd, starts the
# agent, adds a real server from npm, calls it, and shows what can be seen. Running it again does no harm.
#
# A Debian package of mcpm that lies beside this script is installed instead, and nothing is built.
#
#   packaging/install.sh [--prefix DIR] [--no-demo]
#   packaging/install.sh --uninstall [--prefix DIR]
#
# --prefix DIR   where to install (default /usr/local)
# --no-demo      stop after the installation; start nothing
# --uninstall    stop the agent and remove what was installed; your servers' definitions and logs stay
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
prefix=/usr/local
action=install
demo=yes

usage() { sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
fail() { echo "install.sh: $1" >&2; exit "${2:-1}"; }
say() { printf '\n\033[1m%s\033[0m\n' "$1" | if [ -t 1 ]; then cat; else sed 's/\x1b\[[0-9;]*m//g'; fi; }

while [ $# -gt 0 ]; do
    case $1 in
        --prefix) [ $# -ge 2 ] || fail "--prefix needs a folder" 2; prefix=$2; shift 2 ;;
        --prefix=*) prefix=${1#*=}; shift ;;
        --uninstall) action=uninstall; shift ;;
        --no-demo) demo=no; shift ;;
        -h | --help) usage; exit 0 ;;
        *) echo "install.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
    esac
done
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
prefix=$(realpath -m "$prefix")

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else fail "needs root or sudo for: $*"; fi; }
installer() { # writing below the prefix needs root only where we may not
    local probe=$prefix
    while [ ! -e "$probe" ]; do probe=$(dirname "$probe"); done
    if [ -w "$probe" ]; then "$@"; else as_root "$@"; fi
}
manifest=$prefix/share/mcpm/installed-files.txt
made=$prefix/share/mcpm/made-folders.txt

# The folders above FILE that are not there yet.
missing_folders() {
    local folder
    folder=$(dirname "$1")
    while [ ! -e "$folder" ]; do
        printf '%s\n' "$folder"
        folder=$(dirname "$folder")
    done
}

uninstall() {
    if [ ! -f "$manifest" ] && dpkg-query -W mcpm >/dev/null 2>&1; then
        /usr/bin/mcpm agent stop >/dev/null 2>&1 || true
        as_root env DEBIAN_FRONTEND=noninteractive apt-get remove -y -qq mcpm >/dev/null
        echo "The package mcpm was removed; \`apt purge mcpm\` also removes what the agent of the machine kept."
        return
    fi
    [ -f "$manifest" ] || fail "nothing installed by this script below $prefix"
    if [ -x "$prefix/bin/mcpm" ]; then "$prefix/bin/mcpm" agent stop >/dev/null 2>&1 || true; fi
    local files=() folders=() name
    while IFS= read -r name || [ -n "$name" ]; do
        case $name in "$prefix"/*) files+=("$name") ;; esac
    done <"$manifest"
    # A folder that was there before us stays, and so does one in which somebody else has put something.
    if [ -f "$made" ]; then mapfile -t folders < <(sort -ru "$made"); fi
    installer rm -f -- "${files[@]}" "$manifest" "$made"
    if [ ${#folders[@]} -gt 0 ]; then installer rmdir --ignore-fail-on-non-empty -- "${folders[@]}" 2>/dev/null || true; fi
    echo "mcpm was removed from $prefix. Definitions and logs stay in ${XDG_DATA_HOME:-$HOME/.local/share}/mcpm and ${XDG_STATE_HOME:-$HOME/.local/state}/mcpm."
}

# The newest package for this machine beside this script; nothing where another prefix is asked for.
package_beside() {
    [ "$prefix" = /usr/local ] && command -v dpkg apt-get >/dev/null || return 0
    find "$here/packaging" -maxdepth 1 -name "mcpm_*_$(dpkg --print-architecture).deb" 2>/dev/null | sort -V | tail -n 1
}

install_package() { # FILE
    say "Installing $(basename "$1")"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null
    prefix=/usr
    "$prefix/bin/mcpm" version
    warn_of_another
}

warn_of_another() {
    local found
    while IFS= read -r found; do
        [ "$found" -ef "$prefix/bin/mcpm" ] && continue # /bin is /usr/bin
        echo "note: another mcpm is on the PATH: $found. \`mcpmd ctl …\` is always this one; \`mcpm doctor\` says more." >&2
    done < <(type -aP mcpm 2>/dev/null | sort -u)
}

# Of what ninja says: how far it is, in place on a terminal and else at each tenth; and what is no progress, as it is.
count_steps() {
    local line done all tenth last=-1 place='\n'
    [ -t 1 ] && place='\r'
    while IFS= read -r line; do
        if [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then
            done=${BASH_REMATCH[1]} all=${BASH_REMATCH[2]}
            tenth=$((done * 10 / all))
            if [ -t 1 ] || [ "$tenth" != "$last" ]; then printf "  %d of %d$place" "$done" "$all"; fi
            last=$tenth
        else
            printf '%s\n' "$line"
        fi
    done
    if [ -t 1 ]; then echo; fi
}

build_and_install() {
    say "Installing what the build needs"
    # shellcheck source=tests/needs.sh
    . "$here/tests/needs.sh"
    need_packages "${BUILD_PACKAGES[@]}"
    need_node # builds the dashboard
    say "Building (a few minutes the first time)"
    # The fewer units, the less work and the more memory: five of up to 160 files take 12 GB at once.
    local units=160 memory
    memory=$(awk '/^MemAvailable/ { print int($2 / 1024 / 1024) }' /proc/meminfo)
    [ "$memory" -ge 12 ] || units=100
    [ "$memory" -ge 5 ] || units=30
    cmake -S "$here" --preset release -DMCPM_UNITY_FILES=$units >/dev/null
    cmake --build "$here/build/release" --target mcpm mcpmd 2>&1 | count_steps
    say "Installing into $prefix"
    local staging made_now
    staging=$(mktemp -d)
    # What it will bring, without touching the prefix: from that follows which folders are not there yet.
    DESTDIR=$staging cmake --install "$here/build/release" --prefix "$prefix" >/dev/null
    made_now=$(
        { [ ! -f "$made" ] || cat "$made"
          (cd "$staging" && find . -type f) | sed 's/^\.//' | while IFS= read -r file; do missing_folders "$file"; done
          missing_folders "$manifest"; } | sort -u
    )
    rm -rf "$staging"
    installer cmake --install "$here/build/release" --prefix "$prefix" >/dev/null
    installer mkdir -p "$prefix/share/mcpm"
    installer cp "$here/build/release/install_manifest.txt" "$manifest"
    printf '%s\n' "$made_now" | installer tee "$made" >/dev/null
    "$prefix/bin/mcpm" version
    warn_of_another
}

show_it_working() {
    local mcpm=$prefix/bin/mcpm
    say "Node.js, for servers from npm"
    # shellcheck source=tests/needs.sh
    . "$here/tests/needs.sh"
    need_node
    node --version
    note_old_node
    say "Starting the agent"
    # An agent of an older build is replaced; its servers live on.
    if "$mcpm" agent status >/dev/null 2>&1; then "$mcpm" agent upgrade; else "$mcpm" agent start; fi
    say "A real MCP server: @modelcontextprotocol/server-everything"
    local known=0
    "$mcpm" show everything >/dev/null 2>&1 || known=$?
    case $known in
        0) ;;
        4) "$mcpm" add everything --npm @modelcontextprotocol/server-everything ;;
        *) fail "cannot ask the agent what it knows" ;;
    esac
    "$mcpm" start everything
    echo "\$ mcpm call everything echo message='Hello from mcpm'"
    "$mcpm" call everything echo message='Hello from mcpm'
    echo
    echo "\$ mcpm list"
    "$mcpm" list
    echo
    echo "\$ mcpm logs everything --tail 5"
    "$mcpm" logs everything --tail 5
    say "Done. How to go on"
    cat <<END
  mcpm tools list everything       what it offers
  mcpm why everything              why it is as it is
  mcpm add files --npm @modelcontextprotocol/server-filesystem --start -- "\$HOME"
  mcpm help                        all commands; man mcpm
  mcpm agent stop                  stop the agent and every server
END
}

if [ "$action" = uninstall ]; then
    uninstall
    exit 0
fi
package=$(package_beside)
if [ -n "$package" ]; then install_package "$package"; else build_and_install; fi
[ "$demo" = yes ] && show_it_working
exit 0
