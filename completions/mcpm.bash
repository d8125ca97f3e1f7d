# bash completion of mcpm; made by `mcpm completion bash` from its table of commands
_mcpm() {
    local IFS=$' \t\n' cur prev command options= kinds= at=2 choices=
    cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W 'add remove rm uninstall update set edit apply export list ls ps show inspect info status why logs log health stats runs history events start stop restart enable disable wait upgrade tools call connect trace inspector prompts resources profile token secret agent doctor completion version help --help --version' -- "$cur"))
        return
    fi
    command=${COMP_WORDS[1]}
    case $command in
        tools)
            if [ "$COMP_CWORD" -eq 2 ]; then
                COMPREPLY=($(compgen -W 'list inspect call verify approve enable disable rename' -- "$cur"))
                return
            fi
            command="$command ${COMP_WORDS[2]}" at=3 ;;
        prompts)
            if [ "$COMP_CWORD" -eq 2 ]; then
                COMPREPLY=($(compgen -W 'list get' -- "$cur"))
                return
            fi
            command="$command ${COMP_WORDS[2]}" at=3 ;;
        resources)
            if [ "$COMP_CWORD" -eq 2 ]; then
                COMPREPLY=($(compgen -W 'list read templates' -- "$cur"))
                return
            fi
            command="$command ${COMP_WORDS[2]}" at=3 ;;
        profile)
            if [ "$COMP_CWORD" -eq 2 ]; then
                COMPREPLY=($(compgen -W 'create list show edit remove' -- "$cur"))
                return
            fi
            command="$command ${COMP_WORDS[2]}" at=3 ;;
        token)
            if [ "$COMP_CWORD" -eq 2 ]; then
                COMPREPLY=($(compgen -W 'create list revoke' -- "$cur"))
                return
            fi
            command="$command ${COMP_WORDS[2]}" at=3 ;;
        secret)
            if [ "$COMP_CWORD" -eq 2 ]; then
                COMPREPLY=($(compgen -W 'set list remove' -- "$cur"))
                return
            fi
            command="$command ${COMP_WORDS[2]}" at=3 ;;
        agent)
            if [ "$COMP_CWORD" -eq 2 ]; then
                COMPREPLY=($(compgen -W 'run start stop restart upgrade status logs' -- "$cur"))
                return
            fi
            command="$command ${COMP_WORDS[2]}" at=3 ;;
    esac
    case "$command $prev" in
        'add --pull') choices='missing always never' ;;
        'add --api') choices='refuse allow' ;;
        'add --transport') choices='stdio http sse none' ;;
        'add --sharing') choices='auto shared per-client per-call' ;;
        'add -o'|'add --output'|'add --format') choices='table wide json yaml name' ;;
        'update --pull') choices='missing always never' ;;
        'update --api') choices='refuse allow' ;;
        'update --transport') choices='stdio http sse none' ;;
        'update --sharing') choices='auto shared per-client per-call' ;;
        'update -o'|'update --output'|'update --format') choices='table wide json yaml name' ;;
        'list -o'|'list --output'|'list --format') choices='table wide json yaml name' ;;
        'show -o'|'show --output'|'show --format') choices='table wide json yaml name' ;;
        'status -o'|'status --output'|'status --format') choices='table wide json yaml name' ;;
        'why -o'|'why --output'|'why --format') choices='table wide json yaml name' ;;
        'logs --stream') choices='stdout stderr' ;;
        'logs -o'|'logs --output'|'logs --format') choices='text full json jsonl csv' ;;
        'health -r'|'health --range') choices='1h 24h 7d 30d' ;;
        'health -o'|'health --output'|'health --format') choices='table wide json yaml name' ;;
        'stats -o'|'stats --output'|'stats --format') choices='table wide json yaml name' ;;
        'runs -o'|'runs --output'|'runs --format') choices='table wide json yaml name' ;;
        'events -o'|'events --output'|'events --format') choices='table wide json yaml name' ;;
        'wait --for') choices='running healthy stopped' ;;
        'upgrade -o'|'upgrade --output'|'upgrade --format') choices='table wide json yaml name' ;;
        'tools list -o'|'tools list --output'|'tools list --format') choices='table wide json yaml name' ;;
        'tools inspect -o'|'tools inspect --output'|'tools inspect --format') choices='table wide json yaml name' ;;
        'tools call -o'|'tools call --output'|'tools call --format') choices='table wide json yaml name' ;;
        'tools verify -o'|'tools verify --output'|'tools verify --format') choices='table wide json yaml name' ;;
        'call -o'|'call --output'|'call --format') choices='table wide json yaml name' ;;
        'trace -o'|'trace --output'|'trace --format') choices='table wide json yaml name' ;;
        'prompts list -o'|'prompts list --output'|'prompts list --format') choices='table wide json yaml name' ;;
        'prompts get -o'|'prompts get --output'|'prompts get --format') choices='table wide json yaml name' ;;
        'resources list -o'|'resources list --output'|'resources list --format') choices='table wide json yaml name' ;;
        'resources read -o'|'resources read --output'|'resources read --format') choices='table wide json yaml name' ;;
        'resources templates -o'|'resources templates --output'|'resources templates --format') choices='table wide json yaml name' ;;
        'profile list -o'|'profile list --output'|'profile list --format') choices='table wide json yaml name' ;;
        'profile show -o'|'profile show --output'|'profile show --format') choices='table wide json yaml name' ;;
        'token create --kind') choices='client api' ;;
        'token create -o'|'token create --output'|'token create --format') choices='table wide json yaml name' ;;
        'token list -o'|'token list --output'|'token list --format') choices='table wide json yaml name' ;;
        'secret list -o'|'secret list --output'|'secret list --format') choices='table wide json yaml name' ;;
        'agent status -o'|'agent status --output'|'agent status --format') choices='table wide json yaml name' ;;
        'doctor -o'|'doctor --output'|'doctor --format') choices='table wide json yaml name' ;;
        'version -o'|'version --output'|'version --format') choices='table wide json yaml name' ;;
    esac
    if [ -n "$choices" ]; then COMPREPLY=($(compgen -W "$choices" -- "$cur")); return; fi
    case $command in
        'add') options='--start --npm --pypi --program --allow-scripts --image --url --header -e --env --env-file --secret --secrets-as-env -v --volume -p --publish --network --user --read-only --cap-add --pull --platform --entrypoint --path --cwd --api --transport --sharing --rename-tool --health --health-match --health-interval --health-timeout --restart --memory --cpus --pids --open-files --lazy --idle-timeout -l --label --depends-on --stop-timeout --start-timeout -o --output --format --json --no-trunc --help' kinds='files' ;;
        'remove'|'rm'|'uninstall') options='-a --all -l --label -f --force -v --verbose --help' kinds='servers servers servers servers' ;;
        'update'|'set') options='--now --npm --pypi --program --allow-scripts --no-allow-scripts --image --url --header -e --env --env-file --unset-env --unset-secret --unset-label --unset-header --secret --secrets-as-env --no-secrets-as-env -v --volume -p --publish --network --user --read-only --no-read-only --cap-add --pull --platform --entrypoint --path --cwd --api --transport --sharing --rename-tool --health --health-match --health-interval --health-timeout --restart --memory --cpus --pids --open-files --lazy --no-lazy --idle-timeout -l --label --depends-on --stop-timeout --start-timeout -o --output --format --json --no-trunc --help' kinds='servers' ;;
        'edit') options='--help' kinds='servers' ;;
        'apply') options='-f --file --dry-run --prune -y --yes --help' kinds='' ;;
        'export') options='--help' kinds='servers servers servers servers' ;;
        'list'|'ls'|'ps') options='-q --quiet -f --filter -l --label -o --output --format --json --no-trunc --help' kinds='' ;;
        'show'|'inspect'|'info') options='-o --output --format --json --no-trunc --help' kinds='servers' ;;
        'status') options='-o --output --format --json --no-trunc --help' kinds='servers' ;;
        'why') options='-o --output --format --json --no-trunc --help' kinds='servers' ;;
        'logs'|'log') options='-f --follow -n --tail --all --since --until --grep --text -i --ignore-case --level --stream --run -t --timestamps --no-notes -o --output --format --export --help' kinds='servers' ;;
        'health') options='-r --range -o --output --format --json --no-trunc --help' kinds='servers' ;;
        'stats') options='-o --output --format --json --no-trunc --help' kinds='servers servers servers servers' ;;
        'runs'|'history') options='-n --limit -o --output --format --json --no-trunc --help' kinds='servers' ;;
        'events') options='-f --follow -n --limit --since --server --type -o --output --format --json --no-trunc --help' kinds='' ;;
        'start') options='-a --all -l --label -v --verbose --help' kinds='servers servers servers servers' ;;
        'stop') options='-a --all -l --label -v --verbose --help' kinds='servers servers servers servers' ;;
        'restart') options='-a --all -l --label -v --verbose --help' kinds='servers servers servers servers' ;;
        'enable') options='-a --all -l --label --now -v --verbose --help' kinds='servers servers servers servers' ;;
        'disable') options='-a --all -l --label -v --verbose --help' kinds='servers servers servers servers' ;;
        'wait') options='--for --timeout --help' kinds='servers' ;;
        'upgrade') options='--check --version -o --output --format --json --no-trunc --help' kinds='servers' ;;
        'tools list'|'tools ls') options='-q --quiet -o --output --format --json --no-trunc --help' kinds='servers' ;;
        'tools inspect'|'tools show') options='-o --output --format --json --no-trunc --help' kinds='servers tools' ;;
        'tools call') options='--args --timeout --output-file -o --output --format --json --no-trunc --help' kinds='servers tools' ;;
        'tools verify') options='-o --output --format --json --no-trunc --help' kinds='servers' ;;
        'tools approve') options='--hold --no-hold --help' kinds='servers tools' ;;
        'tools enable') options='--help' kinds='servers tools' ;;
        'tools disable') options='--help' kinds='servers tools' ;;
        'tools rename') options='--help' kinds='servers tools files' ;;
        'call') options='--args --timeout --output-file -o --output --format --json --no-trunc --help' kinds='servers tools' ;;
        'connect') options='--profile --help' kinds='servers' ;;
        'trace') options='--full --record --replay --timeout -o --output --format --json --no-trunc --help' kinds='servers' ;;
        'inspector') options='--cli --help' kinds='servers' ;;
        'prompts list'|'prompts ls') options='-q --quiet -o --output --format --json --no-trunc --help' kinds='servers' ;;
        'prompts get') options='-o --output --format --json --no-trunc --help' kinds='servers files files' ;;
        'resources list'|'resources ls') options='-q --quiet -o --output --format --json --no-trunc --help' kinds='servers' ;;
        'resources read'|'resources cat') options='-o --output --format --json --no-trunc --help' kinds='servers files' ;;
        'resources templates') options='-q --quiet -o --output --format --json --no-trunc --help' kinds='servers' ;;
        'profile create'|'profile add') options='-d --description -s --server -t --tool --deny --help' kinds='files' ;;
        'profile list'|'profile ls') options='-q --quiet -o --output --format --json --no-trunc --help' kinds='' ;;
        'profile show'|'profile inspect') options='-o --output --format --json --no-trunc --help' kinds='files' ;;
        'profile edit'|'profile update') options='-d --description -s --server -t --tool --deny --remove-server --help' kinds='files' ;;
        'profile remove'|'profile rm') options='--help' kinds='files' ;;
        'token create'|'token add') options='--kind --profile --expires -q --quiet -o --output --format --json --no-trunc --help' kinds='files' ;;
        'token list'|'token ls') options='-q --quiet -o --output --format --json --no-trunc --help' kinds='' ;;
        'token revoke'|'token rm'|'token remove') options='--help' kinds='files' ;;
        'secret set'|'secret add') options='--help' kinds='secrets' ;;
        'secret list'|'secret ls') options='-q --quiet -o --output --format --json --no-trunc --help' kinds='' ;;
        'secret remove'|'secret rm') options='-f --force --help' kinds='secrets secrets secrets secrets' ;;
        'agent run') options='--help' kinds='' ;;
        'agent start') options='--help' kinds='' ;;
        'agent stop') options='--leave-servers --help' kinds='' ;;
        'agent restart') options='--help' kinds='' ;;
        'agent upgrade') options='--program --help' kinds='' ;;
        'agent status') options='-o --output --format --json --no-trunc --help' kinds='' ;;
        'agent logs') options='-n --tail -f --follow --help' kinds='' ;;
        'doctor') options='--deep -o --output --format --json --no-trunc --help' kinds='' ;;
        'completion') options='--help' kinds='files' ;;
        'version') options='-o --output --format --json --no-trunc --help' kinds='' ;;
        'help') options='--help' kinds='files' ;;
    esac
    case $cur in -*) COMPREPLY=($(compgen -W "$options" -- "$cur")); return ;; esac
    set -- $kinds
    shift $((COMP_CWORD - at < $# ? COMP_CWORD - at : $#))
    case $1 in
        servers|secrets) set -- "$1" ;;
        tools) set -- tools "${COMP_WORDS[at]}" ;;
        *) return ;;
    esac
    local name
    while IFS= read -r name; do
        [[ $name == "$cur"* ]] && COMPREPLY+=("$(printf %q "$name")")
    done < <(mcpm __complete "$@" 2>/dev/null)
}
complete -o default -F _mcpm mcpm
