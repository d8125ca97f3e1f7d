# fish completion of mcpm; made by `mcpm completion fish` from its table of commands
complete -c mcpm -f
complete -c mcpm -n __fish_use_subcommand -a add -d "define a server"
complete -c mcpm -n '__fish_seen_subcommand_from add' -l start
complete -c mcpm -n '__fish_seen_subcommand_from add' -l npm -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l pypi -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l program -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l allow-scripts
complete -c mcpm -n '__fish_seen_subcommand_from add' -l image -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l url -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l header -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -s e -l env -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l env-file -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l secret -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l secrets-as-env
complete -c mcpm -n '__fish_seen_subcommand_from add' -s v -l volume -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -s p -l publish -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l network -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l user -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l read-only
complete -c mcpm -n '__fish_seen_subcommand_from add' -l cap-add -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l pull -x -a 'missing always never'
complete -c mcpm -n '__fish_seen_subcommand_from add' -l platform -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l entrypoint -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l path -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l cwd -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l api -x -a 'refuse allow'
complete -c mcpm -n '__fish_seen_subcommand_from add' -l transport -x -a 'stdio http sse none'
complete -c mcpm -n '__fish_seen_subcommand_from add' -l sharing -x -a 'auto shared per-client per-call'
complete -c mcpm -n '__fish_seen_subcommand_from add' -l rename-tool -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l health -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l health-match -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l health-interval -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l health-timeout -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l restart -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l memory -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l cpus -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l pids -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l open-files -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l lazy
complete -c mcpm -n '__fish_seen_subcommand_from add' -l idle-timeout -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -s l -l label -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l depends-on -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l stop-timeout -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -l start-timeout -r -F
complete -c mcpm -n '__fish_seen_subcommand_from add' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from add' -l json
complete -c mcpm -n '__fish_seen_subcommand_from add' -l no-trunc
complete -c mcpm -n __fish_use_subcommand -a remove -d "remove servers"
complete -c mcpm -n '__fish_seen_subcommand_from remove' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from remove' -s a -l all
complete -c mcpm -n '__fish_seen_subcommand_from remove' -s l -l label -r -F
complete -c mcpm -n '__fish_seen_subcommand_from remove' -s f -l force
complete -c mcpm -n '__fish_seen_subcommand_from remove' -s v -l verbose
complete -c mcpm -n __fish_use_subcommand -a update -d "change a server's definition"
complete -c mcpm -n '__fish_seen_subcommand_from update' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from update' -l now
complete -c mcpm -n '__fish_seen_subcommand_from update' -l npm -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l pypi -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l program -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l allow-scripts
complete -c mcpm -n '__fish_seen_subcommand_from update' -l no-allow-scripts
complete -c mcpm -n '__fish_seen_subcommand_from update' -l image -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l url -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l header -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -s e -l env -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l env-file -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l unset-env -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l unset-secret -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l unset-label -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l unset-header -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l secret -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l secrets-as-env
complete -c mcpm -n '__fish_seen_subcommand_from update' -l no-secrets-as-env
complete -c mcpm -n '__fish_seen_subcommand_from update' -s v -l volume -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -s p -l publish -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l network -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l user -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l read-only
complete -c mcpm -n '__fish_seen_subcommand_from update' -l no-read-only
complete -c mcpm -n '__fish_seen_subcommand_from update' -l cap-add -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l pull -x -a 'missing always never'
complete -c mcpm -n '__fish_seen_subcommand_from update' -l platform -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l entrypoint -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l path -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l cwd -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l api -x -a 'refuse allow'
complete -c mcpm -n '__fish_seen_subcommand_from update' -l transport -x -a 'stdio http sse none'
complete -c mcpm -n '__fish_seen_subcommand_from update' -l sharing -x -a 'auto shared per-client per-call'
complete -c mcpm -n '__fish_seen_subcommand_from update' -l rename-tool -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l health -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l health-match -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l health-interval -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l health-timeout -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l restart -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l memory -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l cpus -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l pids -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l open-files -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l lazy
complete -c mcpm -n '__fish_seen_subcommand_from update' -l no-lazy
complete -c mcpm -n '__fish_seen_subcommand_from update' -l idle-timeout -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -s l -l label -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l depends-on -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l stop-timeout -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -l start-timeout -r -F
complete -c mcpm -n '__fish_seen_subcommand_from update' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from update' -l json
complete -c mcpm -n '__fish_seen_subcommand_from update' -l no-trunc
complete -c mcpm -n __fish_use_subcommand -a edit -d "change a server's definition in your editor"
complete -c mcpm -n '__fish_seen_subcommand_from edit' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n __fish_use_subcommand -a apply -d "make the servers what a file says"
complete -c mcpm -n '__fish_seen_subcommand_from apply' -s f -l file -r -F
complete -c mcpm -n '__fish_seen_subcommand_from apply' -l dry-run
complete -c mcpm -n '__fish_seen_subcommand_from apply' -l prune
complete -c mcpm -n '__fish_seen_subcommand_from apply' -s y -l yes
complete -c mcpm -n __fish_use_subcommand -a export -d "print servers as a file for `apply`"
complete -c mcpm -n '__fish_seen_subcommand_from export' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n __fish_use_subcommand -a list -d "list the servers"
complete -c mcpm -n '__fish_seen_subcommand_from list' -s q -l quiet
complete -c mcpm -n '__fish_seen_subcommand_from list' -s f -l filter -r -F
complete -c mcpm -n '__fish_seen_subcommand_from list' -s l -l label -r -F
complete -c mcpm -n '__fish_seen_subcommand_from list' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from list' -l json
complete -c mcpm -n '__fish_seen_subcommand_from list' -l no-trunc
complete -c mcpm -n __fish_use_subcommand -a show -d "show everything about a server"
complete -c mcpm -n '__fish_seen_subcommand_from show' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from show' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from show' -l json
complete -c mcpm -n '__fish_seen_subcommand_from show' -l no-trunc
complete -c mcpm -n __fish_use_subcommand -a status -d "is the agent, or a server, running"
complete -c mcpm -n '__fish_seen_subcommand_from status' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from status' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from status' -l json
complete -c mcpm -n '__fish_seen_subcommand_from status' -l no-trunc
complete -c mcpm -n __fish_use_subcommand -a why -d "why a server is as it is, and what to do"
complete -c mcpm -n '__fish_seen_subcommand_from why' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from why' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from why' -l json
complete -c mcpm -n '__fish_seen_subcommand_from why' -l no-trunc
complete -c mcpm -n __fish_use_subcommand -a logs -d "print a server's log"
complete -c mcpm -n '__fish_seen_subcommand_from logs' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from logs' -s f -l follow
complete -c mcpm -n '__fish_seen_subcommand_from logs' -s n -l tail -r -F
complete -c mcpm -n '__fish_seen_subcommand_from logs' -l all
complete -c mcpm -n '__fish_seen_subcommand_from logs' -l since -r -F
complete -c mcpm -n '__fish_seen_subcommand_from logs' -l until -r -F
complete -c mcpm -n '__fish_seen_subcommand_from logs' -l grep -r -F
complete -c mcpm -n '__fish_seen_subcommand_from logs' -l text -r -F
complete -c mcpm -n '__fish_seen_subcommand_from logs' -s i -l ignore-case
complete -c mcpm -n '__fish_seen_subcommand_from logs' -l level -r -F
complete -c mcpm -n '__fish_seen_subcommand_from logs' -l stream -x -a 'stdout stderr'
complete -c mcpm -n '__fish_seen_subcommand_from logs' -l run -r -F
complete -c mcpm -n '__fish_seen_subcommand_from logs' -s t -l timestamps
complete -c mcpm -n '__fish_seen_subcommand_from logs' -l no-notes
complete -c mcpm -n '__fish_seen_subcommand_from logs' -s o -l output -l format -x -a 'text full json jsonl csv'
complete -c mcpm -n '__fish_seen_subcommand_from logs' -l export -r -F
complete -c mcpm -n __fish_use_subcommand -a health -d "how well a server is, now and over time"
complete -c mcpm -n '__fish_seen_subcommand_from health' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from health' -s r -l range -x -a '1h 24h 7d 30d'
complete -c mcpm -n '__fish_seen_subcommand_from health' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from health' -l json
complete -c mcpm -n '__fish_seen_subcommand_from health' -l no-trunc
complete -c mcpm -n __fish_use_subcommand -a stats -d "memory, CPU, log and calls of servers"
complete -c mcpm -n '__fish_seen_subcommand_from stats' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from stats' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from stats' -l json
complete -c mcpm -n '__fish_seen_subcommand_from stats' -l no-trunc
complete -c mcpm -n __fish_use_subcommand -a runs -d "the runs of a server, newest first"
complete -c mcpm -n '__fish_seen_subcommand_from runs' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from runs' -s n -l limit -r -F
complete -c mcpm -n '__fish_seen_subcommand_from runs' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from runs' -l json
complete -c mcpm -n '__fish_seen_subcommand_from runs' -l no-trunc
complete -c mcpm -n __fish_use_subcommand -a events -d "what happened, and who asked for it"
complete -c mcpm -n '__fish_seen_subcommand_from events' -s f -l follow
complete -c mcpm -n '__fish_seen_subcommand_from events' -s n -l limit -r -F
complete -c mcpm -n '__fish_seen_subcommand_from events' -l since -r -F
complete -c mcpm -n '__fish_seen_subcommand_from events' -l server -r -F
complete -c mcpm -n '__fish_seen_subcommand_from events' -l type -r -F
complete -c mcpm -n '__fish_seen_subcommand_from events' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from events' -l json
complete -c mcpm -n '__fish_seen_subcommand_from events' -l no-trunc
complete -c mcpm -n __fish_use_subcommand -a start -d "start servers"
complete -c mcpm -n '__fish_seen_subcommand_from start' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from start' -s a -l all
complete -c mcpm -n '__fish_seen_subcommand_from start' -s l -l label -r -F
complete -c mcpm -n '__fish_seen_subcommand_from start' -s v -l verbose
complete -c mcpm -n __fish_use_subcommand -a stop -d "stop servers"
complete -c mcpm -n '__fish_seen_subcommand_from stop' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from stop' -s a -l all
complete -c mcpm -n '__fish_seen_subcommand_from stop' -s l -l label -r -F
complete -c mcpm -n '__fish_seen_subcommand_from stop' -s v -l verbose
complete -c mcpm -n __fish_use_subcommand -a restart -d "stop and start servers"
complete -c mcpm -n '__fish_seen_subcommand_from restart' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from restart' -s a -l all
complete -c mcpm -n '__fish_seen_subcommand_from restart' -s l -l label -r -F
complete -c mcpm -n '__fish_seen_subcommand_from restart' -s v -l verbose
complete -c mcpm -n __fish_use_subcommand -a enable -d "let servers be started and offered"
complete -c mcpm -n '__fish_seen_subcommand_from enable' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from enable' -s a -l all
complete -c mcpm -n '__fish_seen_subcommand_from enable' -s l -l label -r -F
complete -c mcpm -n '__fish_seen_subcommand_from enable' -l now
complete -c mcpm -n '__fish_seen_subcommand_from enable' -s v -l verbose
complete -c mcpm -n __fish_use_subcommand -a disable -d "stop servers and keep them from being started or offered"
complete -c mcpm -n '__fish_seen_subcommand_from disable' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from disable' -s a -l all
complete -c mcpm -n '__fish_seen_subcommand_from disable' -s l -l label -r -F
complete -c mcpm -n '__fish_seen_subcommand_from disable' -s v -l verbose
complete -c mcpm -n __fish_use_subcommand -a wait -d "wait until a server is running, healthy or stopped"
complete -c mcpm -n '__fish_seen_subcommand_from wait' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from wait' -l for -x -a 'running healthy stopped'
complete -c mcpm -n '__fish_seen_subcommand_from wait' -l timeout -r -F
complete -c mcpm -n __fish_use_subcommand -a upgrade -d "move a package server to a newer version"
complete -c mcpm -n '__fish_seen_subcommand_from upgrade' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from upgrade' -l check
complete -c mcpm -n '__fish_seen_subcommand_from upgrade' -l version -r -F
complete -c mcpm -n '__fish_seen_subcommand_from upgrade' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from upgrade' -l json
complete -c mcpm -n '__fish_seen_subcommand_from upgrade' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from tools; and not __fish_seen_subcommand_from list inspect call verify approve enable disable rename' -a list -d "list a server's tools"
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from list' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from list' -s q -l quiet
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from list' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from list' -l json
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from list' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from tools; and not __fish_seen_subcommand_from list inspect call verify approve enable disable rename' -a inspect -d "show a tool and its arguments"
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from inspect' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from inspect' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from inspect' -l json
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from inspect' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from tools; and not __fish_seen_subcommand_from list inspect call verify approve enable disable rename' -a call -d "call a tool (the same as `call`)"
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from call' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from call' -l args -r -F
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from call' -l timeout -r -F
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from call' -l output-file -r -F
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from call' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from call' -l json
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from call' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from tools; and not __fish_seen_subcommand_from list inspect call verify approve enable disable rename' -a verify -d "compare a server's tools with those that were approved"
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from verify' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from verify' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from verify' -l json
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from verify' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from tools; and not __fish_seen_subcommand_from list inspect call verify approve enable disable rename' -a approve -d "approve a server's tools as they are"
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from approve' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from approve' -l hold
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from approve' -l no-hold
complete -c mcpm -n '__fish_seen_subcommand_from tools; and not __fish_seen_subcommand_from list inspect call verify approve enable disable rename' -a enable -d "offer tools to clients again"
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from enable' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from tools; and not __fish_seen_subcommand_from list inspect call verify approve enable disable rename' -a disable -d "hide tools from clients and refuse their calls"
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from disable' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from tools; and not __fish_seen_subcommand_from list inspect call verify approve enable disable rename' -a rename -d "give a tool another name for clients"
complete -c mcpm -n '__fish_seen_subcommand_from tools; and __fish_seen_subcommand_from rename' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n __fish_use_subcommand -a call -d "call a tool"
complete -c mcpm -n '__fish_seen_subcommand_from call' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from call' -l args -r -F
complete -c mcpm -n '__fish_seen_subcommand_from call' -l timeout -r -F
complete -c mcpm -n '__fish_seen_subcommand_from call' -l output-file -r -F
complete -c mcpm -n '__fish_seen_subcommand_from call' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from call' -l json
complete -c mcpm -n '__fish_seen_subcommand_from call' -l no-trunc
complete -c mcpm -n __fish_use_subcommand -a connect -d "speak MCP with a server, or all of them, on standard input and output"
complete -c mcpm -n '__fish_seen_subcommand_from connect' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from connect' -l profile -r -F
complete -c mcpm -n __fish_use_subcommand -a trace -d "show a server's MCP traffic as it passes"
complete -c mcpm -n '__fish_seen_subcommand_from trace' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from trace' -l full
complete -c mcpm -n '__fish_seen_subcommand_from trace' -l record -r -F
complete -c mcpm -n '__fish_seen_subcommand_from trace' -l replay -r -F
complete -c mcpm -n '__fish_seen_subcommand_from trace' -l timeout -r -F
complete -c mcpm -n '__fish_seen_subcommand_from trace' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from trace' -l json
complete -c mcpm -n '__fish_seen_subcommand_from trace' -l no-trunc
complete -c mcpm -n __fish_use_subcommand -a inspector -d "open the MCP Inspector on a server"
complete -c mcpm -n '__fish_seen_subcommand_from inspector' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from inspector' -l cli
complete -c mcpm -n '__fish_seen_subcommand_from prompts; and not __fish_seen_subcommand_from list get' -a list -d "list a server's prompts"
complete -c mcpm -n '__fish_seen_subcommand_from prompts; and __fish_seen_subcommand_from list' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from prompts; and __fish_seen_subcommand_from list' -s q -l quiet
complete -c mcpm -n '__fish_seen_subcommand_from prompts; and __fish_seen_subcommand_from list' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from prompts; and __fish_seen_subcommand_from list' -l json
complete -c mcpm -n '__fish_seen_subcommand_from prompts; and __fish_seen_subcommand_from list' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from prompts; and not __fish_seen_subcommand_from list get' -a get -d "print a prompt, filled in"
complete -c mcpm -n '__fish_seen_subcommand_from prompts; and __fish_seen_subcommand_from get' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from prompts; and __fish_seen_subcommand_from get' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from prompts; and __fish_seen_subcommand_from get' -l json
complete -c mcpm -n '__fish_seen_subcommand_from prompts; and __fish_seen_subcommand_from get' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from resources; and not __fish_seen_subcommand_from list read templates' -a list -d "list a server's resources"
complete -c mcpm -n '__fish_seen_subcommand_from resources; and __fish_seen_subcommand_from list' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from resources; and __fish_seen_subcommand_from list' -s q -l quiet
complete -c mcpm -n '__fish_seen_subcommand_from resources; and __fish_seen_subcommand_from list' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from resources; and __fish_seen_subcommand_from list' -l json
complete -c mcpm -n '__fish_seen_subcommand_from resources; and __fish_seen_subcommand_from list' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from resources; and not __fish_seen_subcommand_from list read templates' -a read -d "print a resource"
complete -c mcpm -n '__fish_seen_subcommand_from resources; and __fish_seen_subcommand_from read' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from resources; and __fish_seen_subcommand_from read' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from resources; and __fish_seen_subcommand_from read' -l json
complete -c mcpm -n '__fish_seen_subcommand_from resources; and __fish_seen_subcommand_from read' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from resources; and not __fish_seen_subcommand_from list read templates' -a templates -d "list a server's resource templates"
complete -c mcpm -n '__fish_seen_subcommand_from resources; and __fish_seen_subcommand_from templates' -a '(mcpm __complete servers 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from resources; and __fish_seen_subcommand_from templates' -s q -l quiet
complete -c mcpm -n '__fish_seen_subcommand_from resources; and __fish_seen_subcommand_from templates' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from resources; and __fish_seen_subcommand_from templates' -l json
complete -c mcpm -n '__fish_seen_subcommand_from resources; and __fish_seen_subcommand_from templates' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from profile; and not __fish_seen_subcommand_from create list show edit remove' -a create -d "name a choice of servers and tools"
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from create' -s d -l description -r -F
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from create' -s s -l server -r -F
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from create' -s t -l tool -r -F
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from create' -l deny -r -F
complete -c mcpm -n '__fish_seen_subcommand_from profile; and not __fish_seen_subcommand_from create list show edit remove' -a list -d "list the profiles"
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from list' -s q -l quiet
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from list' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from list' -l json
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from list' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from profile; and not __fish_seen_subcommand_from create list show edit remove' -a show -d "show a profile"
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from show' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from show' -l json
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from show' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from profile; and not __fish_seen_subcommand_from create list show edit remove' -a edit -d "change a profile"
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from edit' -s d -l description -r -F
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from edit' -s s -l server -r -F
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from edit' -s t -l tool -r -F
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from edit' -l deny -r -F
complete -c mcpm -n '__fish_seen_subcommand_from profile; and __fish_seen_subcommand_from edit' -l remove-server -r -F
complete -c mcpm -n '__fish_seen_subcommand_from profile; and not __fish_seen_subcommand_from create list show edit remove' -a remove -d "remove profiles"
complete -c mcpm -n '__fish_seen_subcommand_from token; and not __fish_seen_subcommand_from create list revoke' -a create -d "make a token for a client, or for the API"
complete -c mcpm -n '__fish_seen_subcommand_from token; and __fish_seen_subcommand_from create' -l kind -x -a 'client api'
complete -c mcpm -n '__fish_seen_subcommand_from token; and __fish_seen_subcommand_from create' -l profile -r -F
complete -c mcpm -n '__fish_seen_subcommand_from token; and __fish_seen_subcommand_from create' -l expires -r -F
complete -c mcpm -n '__fish_seen_subcommand_from token; and __fish_seen_subcommand_from create' -s q -l quiet
complete -c mcpm -n '__fish_seen_subcommand_from token; and __fish_seen_subcommand_from create' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from token; and __fish_seen_subcommand_from create' -l json
complete -c mcpm -n '__fish_seen_subcommand_from token; and __fish_seen_subcommand_from create' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from token; and not __fish_seen_subcommand_from create list revoke' -a list -d "list the tokens"
complete -c mcpm -n '__fish_seen_subcommand_from token; and __fish_seen_subcommand_from list' -s q -l quiet
complete -c mcpm -n '__fish_seen_subcommand_from token; and __fish_seen_subcommand_from list' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from token; and __fish_seen_subcommand_from list' -l json
complete -c mcpm -n '__fish_seen_subcommand_from token; and __fish_seen_subcommand_from list' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from token; and not __fish_seen_subcommand_from create list revoke' -a revoke -d "end tokens"
complete -c mcpm -n '__fish_seen_subcommand_from secret; and not __fish_seen_subcommand_from set list remove' -a set -d "store a value that is shown to nobody, from a prompt or standard input"
complete -c mcpm -n '__fish_seen_subcommand_from secret; and __fish_seen_subcommand_from set' -a '(mcpm __complete secrets 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from secret; and not __fish_seen_subcommand_from set list remove' -a list -d "list the secrets, without their values"
complete -c mcpm -n '__fish_seen_subcommand_from secret; and __fish_seen_subcommand_from list' -s q -l quiet
complete -c mcpm -n '__fish_seen_subcommand_from secret; and __fish_seen_subcommand_from list' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from secret; and __fish_seen_subcommand_from list' -l json
complete -c mcpm -n '__fish_seen_subcommand_from secret; and __fish_seen_subcommand_from list' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from secret; and not __fish_seen_subcommand_from set list remove' -a remove -d "remove secrets"
complete -c mcpm -n '__fish_seen_subcommand_from secret; and __fish_seen_subcommand_from remove' -a '(mcpm __complete secrets 2>/dev/null)'
complete -c mcpm -n '__fish_seen_subcommand_from secret; and __fish_seen_subcommand_from remove' -s f -l force
complete -c mcpm -n '__fish_seen_subcommand_from agent; and not __fish_seen_subcommand_from run start stop restart upgrade status logs' -a run -d "run the agent in the foreground"
complete -c mcpm -n '__fish_seen_subcommand_from agent; and not __fish_seen_subcommand_from run start stop restart upgrade status logs' -a start -d "start the agent in the background"
complete -c mcpm -n '__fish_seen_subcommand_from agent; and not __fish_seen_subcommand_from run start stop restart upgrade status logs' -a stop -d "stop the agent and its servers"
complete -c mcpm -n '__fish_seen_subcommand_from agent; and __fish_seen_subcommand_from stop' -l leave-servers
complete -c mcpm -n '__fish_seen_subcommand_from agent; and not __fish_seen_subcommand_from run start stop restart upgrade status logs' -a restart -d "replace the agent; servers run on"
complete -c mcpm -n '__fish_seen_subcommand_from agent; and not __fish_seen_subcommand_from run start stop restart upgrade status logs' -a upgrade -d "replace agent and keeper by the installed version; servers run on"
complete -c mcpm -n '__fish_seen_subcommand_from agent; and __fish_seen_subcommand_from upgrade' -l program -r -F
complete -c mcpm -n '__fish_seen_subcommand_from agent; and not __fish_seen_subcommand_from run start stop restart upgrade status logs' -a status -d "show the agent"
complete -c mcpm -n '__fish_seen_subcommand_from agent; and __fish_seen_subcommand_from status' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from agent; and __fish_seen_subcommand_from status' -l json
complete -c mcpm -n '__fish_seen_subcommand_from agent; and __fish_seen_subcommand_from status' -l no-trunc
complete -c mcpm -n '__fish_seen_subcommand_from agent; and not __fish_seen_subcommand_from run start stop restart upgrade status logs' -a logs -d "print the agent's own log"
complete -c mcpm -n '__fish_seen_subcommand_from agent; and __fish_seen_subcommand_from logs' -s n -l tail -r -F
complete -c mcpm -n '__fish_seen_subcommand_from agent; and __fish_seen_subcommand_from logs' -s f -l follow
complete -c mcpm -n __fish_use_subcommand -a doctor -d "look for what is wrong on this machine"
complete -c mcpm -n '__fish_seen_subcommand_from doctor' -l deep
complete -c mcpm -n '__fish_seen_subcommand_from doctor' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from doctor' -l json
complete -c mcpm -n '__fish_seen_subcommand_from doctor' -l no-trunc
complete -c mcpm -n __fish_use_subcommand -a completion -d "print the completion script of a shell"
complete -c mcpm -n __fish_use_subcommand -a version -d "print the version"
complete -c mcpm -n '__fish_seen_subcommand_from version' -s o -l output -l format -x -a 'table wide json yaml name'
complete -c mcpm -n '__fish_seen_subcommand_from version' -l json
complete -c mcpm -n '__fish_seen_subcommand_from version' -l no-trunc
complete -c mcpm -n __fish_use_subcommand -a help -d "show this page, or a command's"
complete -c mcpm -n __fish_use_subcommand -a tools
complete -c mcpm -n __fish_use_subcommand -a prompts
complete -c mcpm -n __fish_use_subcommand -a resources
complete -c mcpm -n __fish_use_subcommand -a profile
complete -c mcpm -n __fish_use_subcommand -a token
complete -c mcpm -n __fish_use_subcommand -a secret
complete -c mcpm -n __fish_use_subcommand -a agent
