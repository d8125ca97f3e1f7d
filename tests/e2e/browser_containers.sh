#!/usr/bin/env bash
# The whole life of a real container in the dashboard: added by its image, started, used, stopped, deleted.
: "${MCPM_SOURCE_DIR:?}"
# shellcheck source=/dev/null
. "$MCPM_SOURCE_DIR/tests/support/engine.sh"
said=$(engine_up 2>&1) || { code=$?; echo "skipped: $said"; exit "$code"; }
MCPM_IMAGE=$(engine_image mcp_everything) || exit 1
export MCPM_IMAGE
. "$(dirname "$0")/browser.sh" containers
