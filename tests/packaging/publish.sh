#!/usr/bin/env bash
# What the release workflow publishes: packages with notes at the tag's commit alone, and two images for two machines of those packages.
# gh and docker are stand-ins that remember what they are told; that, and what they get on standard input, is what counts.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/packaging/words.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/bin"
for program in gh docker sudo; do
    cat >"$folder/bin/$program" <<'END'
#!/usr/bin/env bash
# Keeps its arguments, a call a line, and what docker login is given.
here=$(cd "$(dirname "$0")/.." && pwd)
printf '%s %s\n' "$(basename "$0")" "$*" >>"$here/said"
case $* in login*) cat >"$here/password" ;; esac
END
    chmod +x "$folder/bin/$program"
done
git -c safe.directory='*' clone --quiet --shared . "$folder/tree" 2>/dev/null || skip "there is no repository here to clone"
cp packaging/publish.sh packaging/version.sh "$folder/tree/packaging/"
version=$(sed -n 's/^project(mcpm VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
mkdir -p "$folder/tree/build/packages"
touch "$folder/tree/build/packages/"{NOTES.md,SHA256SUMS,SHA256SUMS.asc,mcpm_"${version}"_amd64.deb,mcpm_"${version}"_arm64.deb}
publish() { (cd "$folder/tree" && env PATH="$folder/bin:$PATH" GH_TOKEN=a-token-of-the-forge GH_ACTOR=robot bash packaging/publish.sh "$@"); }
said() { cat "$folder/said" 2>/dev/null; }

git -C "$folder/tree" tag -d "v$version" >/dev/null 2>&1
expect "a commit that is no release" 1 publish release
has "is said to be none" "no tag of its version" "$out"
expect "and gives no image either" 1 publish image
same "nothing was published" "" "$(said)"
git -C "$folder/tree" tag "v$version"
expect "what it publishes is named" 2 publish
expect "the release" 0 publish release
has "is that of the tag" "gh release create v$version " "$(said)"
has "has its notes" "--notes-file build/packages/NOTES.md" "$(said)"
for file in "mcpm_${version}_amd64.deb" "mcpm_${version}_arm64.deb" SHA256SUMS SHA256SUMS.asc; do
    has "and $file" " build/packages/$file" "$(said)"
done
rm "$folder/said"
expect "the images" 0 publish image
has "are of the packages of that release" "gh release download v$version " "$(said)"
same "the token comes by standard input" a-token-of-the-forge "$(cat "$folder/password")"
same "and is in no argument" "" "$(said | grep -F a-token-of-the-forge)"
same "two are built" 2 "$(said | grep -c '^docker buildx build --push ')"
same "each for both machines, with provenance and what is in it" 2 "$(said | grep -c -- '--platform linux/amd64,linux/arm64 .*--provenance=true --sbom=true')"
image=ghcr.io/mcpmanager/mcp-manager
for tag in "$version" "${version%.*}" latest; do
    has "the small one is $tag" " --target small -f packaging/image/Dockerfile" "$(said | grep -e "-t $image:$tag ")"
    has "the full one $tag-full" " --target full -f packaging/image/Dockerfile" "$(said | grep -e "-t $image:$tag-full ")"
done
finish
