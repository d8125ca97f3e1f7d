#!/usr/bin/env bash
# Fifty people at the dashboard at once, each with a browser of their own: all come in, and all see what one of them does.
[ -n "${MCPM_TEST_ALL:-}" ] || { echo "skipped: fifty browsers want a machine for themselves: MCPM_TEST_ALL=1"; exit 77; }
. "$(dirname "$0")/browser.sh" crowd
