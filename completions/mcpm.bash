# bash completion of mcpm; made by `mcpm completion bash`. It asks `mcpm __complete` for everything.
_mcpm() {
    local word line at cut joined=0 lead= words=()
    COMPREPLY=()
    for ((at = 1; at <= COMP_CWORD; at++)); do
        word=${COMP_WORDS[at]}
        case $word in
            = | : | ==) [ ${#words[@]} -gt 0 ] && words[-1]+=$word && joined=1 && continue ;;
        esac
        if [ "$joined" = 1 ]; then words[-1]+=$word; joined=0; else words+=("$word"); fi
    done
    [ ${#words[@]} -gt 0 ] || words=("")
    case ${COMP_WORDS[COMP_CWORD]} in
        = | : | ==) lead=${words[-1]} ;;
        *) cut=${words[-1]%"${COMP_WORDS[COMP_CWORD]}"}; lead=$cut ;;
    esac
    for at in "${!words[@]}"; do
        word=${words[at]}
        case $word in \"* | \'*) word=${word:1} ;; esac
        case $word in *\" | *\') word=${word%?} ;; esac
        words[at]=${word//\\/}
    done
    lead=${lead//\\/}
    while IFS= read -r line; do
        case $line in
            :files) compopt -o default 2>/dev/null; return ;;
            :folders) compopt -o dirnames 2>/dev/null; return ;;
        esac
        word=${line%%$'\t'*}
        case $word in *= | */) compopt -o nospace 2>/dev/null ;; esac
        COMPREPLY+=("$(printf %q "${word#"$lead"}")")
    done < <(mcpm __complete "${words[@]}" 2>/dev/null)
}
complete -F _mcpm mcpm
