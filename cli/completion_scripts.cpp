#include "cli/completion_scripts.hpp"

namespace mcpm::cli {

// bash divides words at = and : too; here they are put together again, and what stood before is taken off the
// offers, which bash puts behind it.
std::string bash_completion() {
    return R"sh(# bash completion of mcpm; made by `mcpm completion bash`. It asks `mcpm __complete` for everything.
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
)sh";
}

std::string zsh_completion() {
    return R"sh(#compdef mcpm
# zsh completion of mcpm; made by `mcpm completion zsh`. It asks `mcpm __complete` for everything.
_mcpm() {
    local line
    local -a lines values shown open
    lines=("${(@f)$(mcpm __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    for line in "${lines[@]}"; do
        case $line in
            '') ;;
            :files) _files; return ;;
            :folders) _files -/; return ;;
            *=$'\t'*|*=) open+=("${line%%$'\t'*}") ;;
            *)
                values+=("${line%%$'\t'*}")
                if [[ $line == *$'\t'* ]]; then shown+=("${line%%$'\t'*}  -- ${line#*$'\t'}"); else shown+=("$line"); fi
                ;;
        esac
    done
    (( $#open )) && compadd -S '' -a open
    (( $#values )) && compadd -l -d shown -a values
}
compdef _mcpm mcpm 2>/dev/null
[ "$funcstack[1]" = "_mcpm" ] && _mcpm
)sh";
}

std::string fish_completion() {
    return R"sh(# fish completion of mcpm; made by `mcpm completion fish`. It asks `mcpm __complete` for everything.
function __mcpm_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l offers (mcpm __complete $words[2..-1] "$current" 2>/dev/null)
    switch "$offers[1]"
        case :files
            __fish_complete_path "$current"
        case :folders
            __fish_complete_directories "$current"
        case '*'
            test (count $offers) -gt 0; and printf '%s\n' $offers
    end
end
complete -c mcpm -f
complete -c mcpm -f -a '(__mcpm_complete)'
)sh";
}

}  // namespace mcpm::cli
