#!/usr/bin/env bash
# The dashboard by keys alone: every story without a click, each stop of Tab seen and marked, the order of the focus, of headings, what is said aloud.
. "$(dirname "$0")/browser.sh" keysAlone
