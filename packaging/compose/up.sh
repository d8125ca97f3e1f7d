#!/usr/bin/env bash
# Starts the agent, Prometheus and Grafana by Compose. At the first time it makes the token by which Prometheus reads /metrics,
# and nothing else; it is kept in mcpm.token beside this file.   packaging/compose/up.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
docker compose up --detach --wait mcp-manager
if [ ! -s mcpm.token ]; then
    docker compose exec -T mcp-manager mcpm token create prometheus --kind metrics -q >mcpm.token.part
    chmod 644 mcpm.token.part # Prometheus is another user
    mv mcpm.token.part mcpm.token
fi
docker compose up --detach
echo "Prometheus: http://127.0.0.1:9090   Grafana: http://127.0.0.1:3030 (admin, admin)   the dashboard:"
docker compose exec -T mcp-manager mcpm dashboard --print
