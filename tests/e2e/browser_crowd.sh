#!/usr/bin/env bash
# Fifty people at the dashboard at once, each with a browser of their own: all come in, and all see what one of them does.
. "$(dirname "$0")/browser.sh" crowd
