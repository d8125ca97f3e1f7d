#!/usr/bin/env bash
# The signing step of a release, with a throw-away key: the key comes as a file or as a variable, with a passphrase; what is signed
# can be verified by somebody who has only the public key, and a byte that differs is seen.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/packaging/words.sh
command -v gpg >/dev/null || { . tests/needs.sh; need_packages gnupg || skip "gnupg cannot be installed"; }
folder=$(mktemp -d)
clean() { GNUPGHOME=$folder/theirs gpgconf --kill all; GNUPGHOME=$folder/ours gpgconf --kill all; rm -rf "$folder"; }
mkdir -m 700 "$folder/ours" "$folder/theirs"
GNUPGHOME=$folder/ours gpg --batch --quiet --pinentry-mode loopback --passphrase 'throw away' --quick-generate-key "test <test@example.com>" ed25519 sign 1d 2>/dev/null
GNUPGHOME=$folder/ours gpg --batch --pinentry-mode loopback --passphrase 'throw away' --armor --export-secret-keys >"$folder/key.asc" 2>/dev/null
sums=$folder/SHA256SUMS
echo "a sum" >"$sums"
signed() { env -u SIGNING_KEY -u SIGNING_KEY_FILE "$@" bash packaging/sign.sh "$sums"; }
verified() { GNUPGHOME=$folder/theirs gpg --batch --verify "$sums.asc" "$sums"; }

expect "without a key nothing is signed" 0 signed
has "which is said" "is not signed" "$out"
same "and nothing is there" "" "$(ls "$folder" | grep asc | grep -v key.asc)"
expect "a key in a file" 0 signed SIGNING_KEY_FILE="$folder/key.asc" SIGNING_PASSPHRASE="throw away"
has "is named" "signed by" "$out"
expect "somebody else takes the public key" 0 env GNUPGHOME="$folder/theirs" gpg --batch --import "$folder/signing-key.asc"
same "which is no secret one" "" "$(GNUPGHOME=$folder/theirs gpg --batch --list-secret-keys 2>/dev/null)"
expect "and verifies" 0 verified
echo "another sum" >"$sums"
expect "a file that was changed is seen" 1 verified
expect "a key in a variable" 0 signed SIGNING_KEY="$(cat "$folder/key.asc")" SIGNING_PASSPHRASE="throw away"
expect "signs too" 0 verified
expect "a wrong passphrase fails" 2 signed SIGNING_KEY_FILE="$folder/key.asc" SIGNING_PASSPHRASE=wrong
expect "and leaves no signature" 1 test -e "$sums.asc"
expect "a key that is none fails" 1 signed SIGNING_KEY=nonsense
expect "a file that is not there fails" 2 bash packaging/sign.sh "$folder/none"
finish
