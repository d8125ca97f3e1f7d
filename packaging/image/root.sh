#!/usr/bin/env bash
# root.sh PACKAGE OUT   lays out below OUT what the small image holds: both programs with the libraries that mcpmd loads
# (libcurl too, which it opens at its first request), certificates, time zones' UTC, a busybox for whoever looks inside, and
# the user 1001. Everything else of Debian stays behind.
set -euo pipefail
package=$1 out=$2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# (systemd-standalone-sysusers stands for systemd, which has no use in an image)
apt-get install -y -qq --no-install-recommends ca-certificates busybox-static systemd-standalone-sysusers "$package" >/dev/null

mkdir -p "$out"/{usr/bin,etc/ssl/certs,tmp,app/data,app/config/mcpm,run/user/1001,usr/lib/mcpm}
ln -s usr/bin "$out/bin"
ln -s usr/lib "$out/lib"
[ ! -e /lib64 ] || { ln -s usr/lib64 "$out/lib64"; mkdir -p "$out/usr/lib64"; }
cp /usr/bin/mcpm /usr/bin/mcpmd "$out/usr/bin/"
cp "$(command -v busybox)" "$out/usr/bin/busybox"
for name in sh ls cat ps env; do ln -s busybox "$out/usr/bin/$name"; done

# What a program or library needs, and its loader, by the loader's own word.
libraries_of() { ldd "$1" 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// {print $3} $1 ~ /^\// {print $1}'; }
first_library() { ldconfig -p | awk -v name="$1" '$1 == name && !found++ {print $NF}'; } # reads to the end: ldconfig must not be cut off
curl=$(first_library libcurl.so.4)
{ libraries_of /usr/bin/mcpmd; echo "$curl"; libraries_of "$curl"; } | sort -u | while IFS= read -r library; do
    real=$(readlink -f "$library")
    place=$out/$(dirname "${library#/}")
    case $library in /lib/*) place=$out/usr/$(dirname "${library#/}") ;; /lib64/*) place=$out/usr/lib64 ;; esac
    mkdir -p "$place"
    cp "$real" "$place/$(basename "$library")"
done
# Names are looked up by files and DNS.
for library in libnss_files.so.2 libnss_dns.so.2; do
    found=$(first_library "$library")
    [ -z "$found" ] || cp "$(readlink -f "$found")" "$out/usr/lib/$(basename "$(dirname "$found")")/$library"
done
printf 'hosts: files dns\n' >"$out/etc/nsswitch.conf"
cp /etc/ssl/certs/ca-certificates.crt "$out/etc/ssl/certs/"
printf 'root:x:0:0:root:/:/bin/sh\nmcpm:x:1001:1001:MCP servers:/app/data:/bin/sh\n' >"$out/etc/passwd"
printf 'root:x:0:\nmcpm:x:1001:\n' >"$out/etc/group"
for doc in LICENSE copyright dashboard-licences.txt dashboard-licences.txt.gz; do
    [ ! -e "/usr/share/doc/mcpm/$doc" ] || { mkdir -p "$out/usr/share/doc/mcpm" && cp "/usr/share/doc/mcpm/$doc" "$out/usr/share/doc/mcpm/"; }
done
chown -R 1001:1001 "$out/app" "$out/run/user/1001"
chmod 700 "$out/app/data" "$out/app/config/mcpm" "$out/run/user/1001"
chmod 1777 "$out/tmp"
