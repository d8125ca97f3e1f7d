# Sourced, at the top of the tree. changed_files PATTERN…   what differs from the merge base with the main branch, and what
# is not committed yet; on the main branch itself, what its last commit changed. Files that exist, one a line.
changed_files() {
    local main base=
    for main in origin/main main; do
        base=$(git merge-base "$main" HEAD 2>/dev/null) && [ "$base" != "$(git rev-parse HEAD)" ] && break
        base=
    done
    [ -n "$base" ] || base=$(git rev-parse -q --verify HEAD^ || git hash-object -t tree /dev/null)
    { git diff --name-only --diff-filter=d "$base" -- "$@"; git ls-files --others --exclude-standard -- "$@"; } | sort -u
}
