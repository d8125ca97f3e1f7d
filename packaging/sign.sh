#!/usr/bin/env bash
# Signs FILE by GnuPG into FILE.asc, and checks it:   packaging/sign.sh FILE
# The key is an armoured secret key: the file $SIGNING_KEY_FILE, or the text in $SIGNING_KEY (a secret of the workflow), with
# $SIGNING_PASSPHRASE when it has one. It is read into a folder of its own, which is gone afterwards. Without a key nothing is
# signed, and that is said. The public key is put beside the file as signing-key.asc.
set -euo pipefail
[ $# -eq 1 ] && [ -f "$1" ] || { sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
file=$1
if [ -z "${SIGNING_KEY_FILE:-}" ] && [ -z "${SIGNING_KEY:-}" ]; then
    echo "sign.sh: note: neither SIGNING_KEY_FILE nor SIGNING_KEY is set; $(basename "$file") is not signed"
    exit 0
fi
command -v gpg >/dev/null || { echo "sign.sh: gpg is not here: apt install gnupg" >&2; exit 1; }
GNUPGHOME=$(mktemp -d)
export GNUPGHOME
trap 'gpgconf --kill gpg-agent 2>/dev/null || true; rm -rf "$GNUPGHOME"' EXIT
chmod 700 "$GNUPGHOME"
passphrase() { printf '%s' "${SIGNING_PASSPHRASE:-}"; }
with_key() { gpg --batch --quiet --yes --pinentry-mode loopback --passphrase-file <(passphrase) "$@"; }
{ if [ -n "${SIGNING_KEY_FILE:-}" ]; then cat "$SIGNING_KEY_FILE"; else printf '%s\n' "$SIGNING_KEY"; fi; } | with_key --import ||
    { echo "sign.sh: the key cannot be read" >&2; exit 1; }
id=$(gpg --batch --list-secret-keys --with-colons | awk -F: '$1 == "fpr" && !found++ {print $10}')
[ -n "$id" ] || { echo "sign.sh: what was given holds no secret key" >&2; exit 1; }
with_key --local-user "$id" --armor --output "$file.asc" --detach-sign "$file"
gpg --batch --quiet --yes --armor --output "$(dirname "$file")/signing-key.asc" --export "$id"
gpg --batch --quiet --verify "$file.asc" "$file" 2>/dev/null || { echo "sign.sh: the signature does not hold" >&2; exit 1; }
echo "signed by $id"
