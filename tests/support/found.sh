# Sourced. `… | found PATTERN` is `… | grep -q PATTERN` that reads to the end: `grep -q` goes at the first hit, which ends
# what still writes to it by SIGPIPE, and pipefail takes that for a failure: once in a while, when the machine is busy.
found() { grep "$@" | cat >/dev/null; }
