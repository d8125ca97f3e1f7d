# Sourced by tests/packaging/*.sh: a few words to say what is expected, and bare Debians to try things in.
failures=0
skip() { echo "skipped: $*"; exit 77; }
ok() { printf 'ok %s\n' "$*"; }
bad() { failures=$((failures + 1)); printf 'FAILED %s\n' "$*"; }
expect() { # WHAT STATUS COMMAND…
    local what=$1 wanted=$2
    shift 2
    out=$("$@" 2>&1 </dev/null)
    local status=$?
    if [ "$status" -eq "$wanted" ]; then ok "$what"; else bad "$what: exit $status, wanted $wanted: $*"; printf '%s\n' "$out" | tail -n 20; fi
}
has() { case $3 in *"$2"*) ok "$1" ;; *) bad "$1: no \"$2\" in:"; printf '%s\n' "$3" | head -n 20 ;; esac; }
same() { if [ "$2" = "$3" ]; then ok "$1"; else bad "$1:"; diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") | head -n 20; fi; }
finish() { [ "$failures" -eq 0 ] || { echo "$failures failed"; exit 1; }; }
newest() { # PATTERN
    local found
    # shellcheck disable=SC2086
    found=$(ls -t $1 2>/dev/null | head -n 1)
    [ -n "$found" ] && printf '%s\n' "$found"
}
# Debian 12 has no package of Ubuntu's keys: Ubuntu's own, known by its hash.
ubuntu_keys() {
    local hash=36de43b15853ccae0028e9a767613770c704833f82586f28eb262f0311adb8a8 file=$PWD/build/ubuntu-keyring.deb
    [ -d build/ubuntu-keyring ] && return 0
    curl -fsS --max-time 60 -o "$file" "$mirror/pool/main/u/ubuntu-keyring/ubuntu-keyring_2023.11.28.1_all.deb" &&
        echo "$hash  $file" | sha256sum --check --quiet --strict >&2 && dpkg-deb -x "$file" build/ubuntu-keyring
}
# Where debootstrap finds a suite, and what signs it.
suite_source() { # SUITE: sets $mirror, $keyring and $script
    mirror=${MCPM_DEBIAN_MIRROR:-http://deb.debian.org/debian} keyring=() script=()
    case $1 in
        focal | jammy | noble)
            mirror=${MCPM_UBUNTU_MIRROR:-http://archive.ubuntu.com/ubuntu}
            ubuntu_keys || return 1
            script=(/usr/share/debootstrap/scripts/jammy) # Debian 12 does not know noble by name
            keyring=(--keyring="$PWD/build/ubuntu-keyring/usr/share/keyrings/ubuntu-archive-keyring.gpg")
            ;;
    esac
}
# Its /dev is its own: nothing that is done or taken away there is done to this machine's.
bare_mounts() { # ROOT
    local node
    mount -t proc proc "$1/proc" && mount -t tmpfs -o mode=0755,size=64m dev "$1/dev" && mkdir "$1/dev/pts" && mkdir -m 1777 "$1/dev/shm" || return 1
    for node in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
        # shellcheck disable=SC2046
        mknod -m 666 "$1/dev/${node%%:*}" c $(tr ':' ' ' <<<"${node#*:}") || return 1
    done
    mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$1/dev/pts" && ln -s pts/ptmx "$1/dev/ptmx" && ln -s /proc/self/fd "$1/dev/fd"
}
# A bare Debian or Ubuntu (minbase), made once by debootstrap and kept as an archive below build; prints the root of a fresh copy,
# which is known by its name until leave_debian: it is taken away at the end of the script, whatever ends that.
bare_debian() { # [SUITE [ARCHITECTURE]]: another architecture's runs in an emulator (need_emulator)
    local suite=${1:-bookworm} architecture=${2:-$(dpkg --print-architecture)} archive root mirror keyring script
    archive=$PWD/build/debian-$suite.tar
    [ "$architecture" = "$(dpkg --print-architecture)" ] || archive=$PWD/build/debian-$suite-$architecture.tar
    if [ ! -s "$archive" ]; then
        root=$(mktemp -d "$bare_roots.XXXXXX")
        suite_source "$suite" || return 1
        debootstrap --variant=minbase --arch "$architecture" "${keyring[@]}" "$suite" "$root" "$mirror" "${script[@]}" >"$archive.log" 2>&1 || { tail "$archive.log" >&2; return 1; }
        tar -C "$root" -cf "$archive.part" . && mv "$archive.part" "$archive"
        rm -rf "$root"
    fi
    root=$(mktemp -d "$bare_roots.XXXXXX")
    tar -C "$root" -xf "$archive"
    chmod 755 "$root" # others than root enter it
    cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null
    mkdir -p "$root/usr/local/share/ca-certificates" # a company's own come along
    cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/" 2>/dev/null
    [ ! -e /etc/apt/apt.conf.d ] || cp /etc/apt/apt.conf.d/*proxy* "$root/etc/apt/apt.conf.d/" 2>/dev/null
    bare_mounts "$root" || return 1
    printf '%s\n' "$root"
}
# What still runs with that root, a daemon too that left its session long ago. One that starts another meanwhile is found again.
end_inside() { # ROOT
    local process left=1 tries
    for tries in $(seq 100); do
        [ -n "$left" ] || return 0
        [ "$tries" -le 1 ] || sleep 0.1
        left=""
        for process in /proc/[0-9]*; do
            [ "$process/root" -ef "$1" ] || continue
            case $(sed 's/.*) //; s/ .*//' "$process/stat" 2>/dev/null) in Z | '') continue ;; esac
            left="$left ${process#/proc/}"
        done
        # shellcheck disable=SC2086
        [ -z "$left" ] || kill -KILL $left 2>/dev/null
    done
    echo "still running in $1:$left" >&2
    return 1
}
leave_debian() { # ROOT
    local mount
    [ -n "$1" ] && [ -d "$1" ] || return 0
    end_inside "$1"
    for mount in "$1/dev/pts" "$1/dev" "$1/proc"; do
        for _ in $(seq 50); do mountpoint -q "$mount" || break; umount "$mount" 2>/dev/null || sleep 0.1; done
        ! mountpoint -q "$mount" || { echo "$mount is still mounted" >&2; return 1; }
    done
    rm -rf --one-file-system "$1"
}
# The children of a process and theirs: what a script was waiting for when it was cut off.
end_children() { # PID
    local child
    for child in $(pgrep -P "$1"); do
        end_children "$child"
        kill -TERM "$child" 2>/dev/null
    done
}
# How every script of this folder ends, by itself or cut off: `clean` takes away what it made, where it has one; what it waited for ends,
# and no bare Debian is left. Bash runs this at once when it is told to end, and ends by that signal; a trap for TERM would wait.
at_end() {
    local one failed=""
    trap '' INT TERM HUP # once is enough
    ! declare -F clean >/dev/null || clean
    end_children $$
    for one in "$bare_roots".*; do leave_debian "$one" || failed=yes; done
    [ -z "$failed" ] || exit 1
}
bare_roots=${TMPDIR:-/tmp}/mcpm-bare-$$
trap at_end EXIT
# What packages leave: without apt's own lists, caches and logs, which every installation changes.
files_of() {
    (cd "$1" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./sys -o -path ./tmp -o -path ./var/cache -o -path ./var/log -o -path ./var/lib/apt \
        -o -path ./var/lib/dpkg -o -path './etc/*-' -o -path ./var/lib/systemd -o -path ./root -o -path ./var/mail \) -prune -o -print) | sort
}
