#!/usr/bin/env bash
# A small Debian of the test's own that systemd boots: for the units and what only a real service manager shows. Its root is
# made once by debootstrap, below build/booted (or $MCPM_TEST_BOOTED), and is the lower layer of each one that is booted, so
# nothing stays of what is done in it. It has no network but its loopback. Sourced, or run:
#   booted.sh up FOLDER             boots one; 77 and the reason when there can be none
#   booted.sh run FOLDER COMMAND…   runs as its root, there
#   booted.sh as FOLDER USER COMMAND…   as one of its users, with what a login of his has
#   booted.sh off FOLDER            powers it off; whatever it holds is ended with it, its disk is there for the next `up`
#   booted.sh down FOLDER           likewise, and its disk is gone
# A folder of ours is in it as /mcpm: $MCPM_BUILD_DIR's mcpm, mcpmd and fixtures, and packaging/systemd.
: "${MCPM_BUILD_DIR:?run by ctest, or set it to the build folder}" "${MCPM_SOURCE_DIR:?}"
booted_root=${MCPM_TEST_BOOTED:-$MCPM_SOURCE_DIR/build/booted}
booted_packages=systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,procps,python3-minimal

booted_cannot() { echo "no booted machine: $*" >&2; return 77; }

booted_make_root() {
    local mirror suite
    mkdir -p "$booted_root" || return
    (
        flock 9
        [ "$(cat "$booted_root/.made" 2>/dev/null)" = "$booted_packages" ] && exit 0
        # shellcheck source=/dev/null
        . "$MCPM_SOURCE_DIR/tests/needs.sh"
        need_packages debootstrap >&2 || exit 1
        # shellcheck source=/dev/null
        suite=$(. /etc/os-release && [ "${ID:-}" = debian ] && echo "${VERSION_CODENAME:-}")
        mirror=${MCPM_TEST_MIRROR:-http://deb.debian.org/debian}
        rm -rf --one-file-system "$booted_root/root"
        debootstrap --variant=minbase --include="$booted_packages" "${suite:-bookworm}" "$booted_root/root" "$mirror" \
            >"$booted_root/debootstrap.log" 2>&1 || { tail -n 2 "$booted_root/debootstrap.log" >&2; exit 1; }
        rm -rf "$booted_root/root/var/cache/apt" "$booted_root/root/var/lib/apt/lists"
        echo "$booted_packages" >"$booted_root/.made"
    ) 9>"$booted_root.lock"
}

# In a control group of its own, which is the root of what it sees of them.
booted_enter() { # FOLDER
    local mount group
    mount=$(findmnt -t cgroup2 -no TARGET | head -n 1)
    [ -n "$mount" ] || { echo "no cgroup2 is mounted"; return 1; }
    group=$mount$(sed -n 's/^0:://p' /proc/self/cgroup)/mcpm-booted-$$
    mkdir -p "$group" && echo "$group" >"$1/group" && echo $$ >"$group/cgroup.procs" || return
    exec unshare --mount --pid --uts --ipc --net --cgroup --fork --kill-child bash "${BASH_SOURCE[0]}" begin "$1"
}

# The first process of the new one: mounts what a machine has, and becomes systemd. In namespaces of its own.
booted_begin() { # FOLDER
    local folder=$1 root=$1/root
    mount --make-rprivate /
    mount -t overlay overlay -o "lowerdir=$booted_root/root,upperdir=$folder/layer/upper,workdir=$folder/layer/work" "$root" || return
    mkdir -p "$root/mcpm/fixtures" "$root/mcpm/systemd"
    mount --bind "$MCPM_BUILD_DIR/fixtures" "$root/mcpm/fixtures"
    mount --bind "$MCPM_SOURCE_DIR/packaging/systemd" "$root/mcpm/systemd"
    cp "${MCPM_BOOTED_PROGRAMS:-$MCPM_BUILD_DIR}/mcpm" "${MCPM_BOOTED_PROGRAMS:-$MCPM_BUILD_DIR}/mcpmd" "$root/mcpm/" || return
    mount -t proc proc "$root/proc" && mount -t sysfs -o ro sysfs "$root/sys" && mount -t tmpfs -o mode=0755 run "$root/run" || return
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup" || return
    mount -t tmpfs -o mode=0755 dev "$root/dev" && mkdir "$root/dev/pts" "$root/dev/shm" || return
    local one
    for one in null zero full random urandom tty; do : >"$root/dev/$one" && mount --bind "/dev/$one" "$root/dev/$one"; done
    mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts" && ln -s pts/ptmx "$root/dev/ptmx"
    mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
    ln -s /proc/self/fd "$root/dev/fd"
    ip link set lo up 2>/dev/null
    hostname booted
    echo booted >"$root/etc/hostname"
    : >"$root/etc/machine-id"
    # What needs hardware or other machines, and what a container has no need of.
    for one in systemd-udevd.service systemd-resolved.service systemd-timesyncd.service systemd-networkd.service getty.target \
        console-getty.service apt-daily.timer apt-daily-upgrade.timer systemd-oomd.service; do
        ln -sf /dev/null "$root/etc/systemd/system/$one"
    done
    cd "$root" && mkdir -p .before && pivot_root . .before && cd / || return
    umount -l /.before && rmdir /.before
    exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=multi-user.target </dev/null
}

booted_pid() { cat "$1/pid" 2>/dev/null; }

booted_run() { # FOLDER COMMAND…
    local pid
    pid=$(booted_pid "$1") || return
    shift
    nsenter --target "$pid" --all env -i PATH=/mcpm:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb "$@"
}

booted_as() { # FOLDER USER COMMAND…
    local folder=$1 user=$2 uid
    shift 2
    uid=$(booted_run "$folder" id -u "$user") || return
    booted_run "$folder" setpriv --reuid="$uid" --regid="$uid" --init-groups \
        env HOME="/home/$user" USER="$user" LOGNAME="$user" SHELL=/bin/bash XDG_RUNTIME_DIR="/run/user/$uid" \
        DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$uid/bus" "$@"
}

booted_up() { # FOLDER
    local folder=$1 tries=600 state
    [ "$(id -u)" -eq 0 ] || { booted_cannot "only root can boot one"; return; }
    booted_make_root || { booted_cannot "its root cannot be made (debootstrap)"; return; }
    mkdir -p "$folder/root" "$folder/layer"
    mountpoint -q "$folder/layer" || mount -t tmpfs -o size=1g,mode=0755 booted "$folder/layer" || { booted_cannot "no tmpfs can be mounted"; return; }
    mkdir -p "$folder/layer/upper" "$folder/layer/work"
    bash "$MCPM_SOURCE_DIR/tests/support/booted.sh" enter "$folder" >"$folder/log" 2>&1 </dev/null 9>&- &
    echo $! >"$folder/holder"
    while [ "$tries" -gt 0 ]; do
        kill -0 "$(cat "$folder/holder")" 2>/dev/null || break
        pgrep -P "$(cat "$folder/holder")" >"$folder/pid" 2>/dev/null
        state=$([ -s "$folder/pid" ] && booted_run "$folder" systemctl is-system-running 2>/dev/null)
        case $state in running | degraded) return 0 ;; esac
        sleep 0.1
        tries=$((tries - 1))
    done
    booted_cannot "systemd did not come up (${state:-no answer}): $(tail -n 3 "$folder/log")"
}

booted_off() { # FOLDER
    local holder
    holder=$(cat "$1/holder" 2>/dev/null) || return 0
    booted_run "$1" systemctl poweroff >/dev/null 2>&1
    for _ in $(seq 150); do kill -0 "$holder" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$(booted_pid "$1")" "$holder" 2>/dev/null
    if [ -s "$1/group" ]; then # its processes are gone a moment after they were killed
        for _ in $(seq 50); do find "$(cat "$1/group")" -depth -type d -exec rmdir {} \; 2>/dev/null; [ -d "$(cat "$1/group")" ] || break; sleep 0.1; done
    fi
    rm -f "$1/holder" "$1/pid" "$1/group"
}

booted_down() { # FOLDER
    booted_off "$1"
    ! mountpoint -q "$1/layer" || umount -l "$1/layer"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    set -uo pipefail
    word=${1:-}
    folder=${2:-}
    [ -n "$folder" ] || { echo "usage: booted.sh up | run | as | off | down FOLDER …" >&2; exit 2; }
    shift 2
    case $word in
    up | off | down | enter | begin) "booted_$word" "$folder" ;;
    run | as) "booted_$word" "$folder" "$@" ;;
    *) echo "usage: booted.sh up | run | as | off | down FOLDER …" >&2; exit 2 ;;
    esac
fi
