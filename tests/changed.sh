# Sourced, at the top of the tree. changed_files PATTERN…   what differs from the merge base with the main branch, and what
# is not committed yet; on the main branch itself, what its last commit that is no merge changed. Files that exist, one a line.
changed_files() {
    local main base=
    for main in origin/main main; do
        base=$(git merge-base "$main" HEAD 2>/dev/null) && [ "$base" != "$(git rev-parse HEAD)" ] && break
        base=
    done
    {
        if [ -n "$base" ]; then
            git diff --name-only --diff-filter=d "$base" -- "$@"
        else
            git diff --name-only --diff-filter=d HEAD -- "$@"
            # Of a clone without history, nothing.
            git diff-tree --no-commit-id --name-only -r --diff-filter=d "$(git log -1 --no-merges --format=%H)" -- "$@"
        fi
        git ls-files --others --exclude-standard -- "$@"
    } | sort -u | while IFS= read -r file; do [ -f "$file" ] && printf '%s\n' "$file"; done
}
