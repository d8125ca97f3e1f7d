# fish completion of mcpm; made by `mcpm completion fish`. It asks `mcpm __complete` for everything.
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
