#!/usr/bin/env bash
# A script of this folder that is cut off ends what it started: the command it waited for, a daemon in its bare Debian that has left
# every session, and the Debian with its mounts. In the place of a Debian is a busybox. Needs root.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/needs.sh
. tests/packaging/words.sh
[ "$(id -u)" -eq 0 ] || skip "chroot and mount need root"
need_packages busybox-static || exit 1
folder=$(mktemp -d)
clean() { rm -rf --one-file-system "$folder"; }
mkdir -p "$folder/root/bin" "$folder/root/proc" "$folder/root/dev" "$folder/root/etc" "$folder/build" "$folder/tmp"
cp "$(command -v busybox)" "$folder/root/bin/busybox"
for name in sh sleep setsid; do ln -s busybox "$folder/root/bin/$name"; done
tar -C "$folder/root" -cf "$folder/build/debian-bookworm.tar" .
cat >"$folder/story.sh" <<'END'
. "$1/tests/packaging/words.sh"
cd "$2" || exit 1
root=$(bare_debian bookworm) || exit 1
chroot "$root" /bin/setsid /bin/sh -c 'trap "" TERM HUP; /bin/sleep 1001 & wait' </dev/null >/dev/null 2>&1 &
echo "$root" >"$2/begun"
case $3 in
    end) exit 3 ;;
    chroot) expect "it goes on" 0 chroot "$root" /bin/sh -c '/bin/sleep 1002; /bin/sleep 1003' ;;
    pipe) sh -c 'sleep 1004; sleep 1005' | cat ;;
esac
END
running() { pgrep -f "^(/bin/)?sleep 100[1-5]$" | wc -l; }
cut_off() { # SIGNAL WAY: its status; $root is what it had
    rm -f "$folder/begun"
    # A group of its own, as a terminal's: an interrupt is for all of it.
    TMPDIR=$folder/tmp setsid env --default-signal=INT bash "$folder/story.sh" "$PWD" "$folder" "$2" >"$folder/said" 2>&1 </dev/null &
    local story=$! wanted_running=2
    [ "$2" != end ] || wanted_running=0
    for _ in $(seq 200); do [ -s "$folder/begun" ] && [ "$(running)" -ge "$wanted_running" ] && break; sleep 0.05; done
    root=$(cat "$folder/begun")
    case $1 in INT) kill -INT -- "-$story" ;; none) ;; *) kill "-$1" "$story" ;; esac
    wait "$story"
}
before=$(running)
same "nothing of that kind runs" 0 "$before"
while read -r signal way wanted; do
    cut_off "$signal" "$way"
    same "signal $signal, while it waits for $way: its status" "$wanted" "$?"
    same "what it started is gone" 0 "$(running)"
    same "with the Debian and its mounts" "" "$(ls "$folder/tmp"; grep -F "$folder" /proc/mounts)"
done <<END
none end 3
TERM chroot 143
TERM pipe 143
HUP chroot 129
INT chroot 130
INT pipe 130
END
finish
