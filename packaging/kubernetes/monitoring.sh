#!/usr/bin/env bash
# Prints Prometheus and Grafana for the agent of packaging/kubernetes, made of packaging/prometheus, packaging/grafana and
# packaging/compose.   packaging/kubernetes/monitoring.sh >packaging/kubernetes/monitoring.yaml
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
map() { # NAME FILE…
    printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\n  namespace: mcp\ndata:\n' "$1"
    shift
    local file
    for file in "$@"; do
        printf '  %s: |\n' "$(basename "$file")"
        sed 's/^\(.\)/    \1/' "$file"
    done
}
service() { # NAME PORT
    printf -- '---\napiVersion: v1\nkind: Service\nmetadata:\n  name: %s\n  namespace: mcp\nspec:\n  selector: {app.kubernetes.io/name: %s}\n  ports:\n    - {name: http, port: %s, targetPort: http}\n' "$1" "$1" "$2"
}
deployment() { # NAME IMAGE PORT USER; then its arguments, mounts and volumes as they stand in standard input
    printf -- '---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: %s\n  namespace: mcp\n  labels: {app.kubernetes.io/name: %s, app.kubernetes.io/part-of: mcp-manager}\nspec:\n' "$1" "$1"
    printf '  replicas: 1\n  strategy: {type: Recreate}\n  selector:\n    matchLabels: {app.kubernetes.io/name: %s}\n  template:\n    metadata:\n      labels: {app.kubernetes.io/name: %s}\n' "$1" "$1"
    printf '    spec:\n      automountServiceAccountToken: false\n      securityContext: {runAsNonRoot: true, runAsUser: %s, runAsGroup: %s, fsGroup: %s, seccompProfile: {type: RuntimeDefault}}\n' "$4" "$4" "$4"
    printf '      containers:\n        - name: %s\n          image: %s\n          ports:\n            - {name: http, containerPort: %s}\n' "$1" "$2" "$3"
    printf '          securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}\n'
    cat
}
echo "# Made by packaging/kubernetes/monitoring.sh; tests/packaging/chart.sh compares. Prometheus reads a token of the agent:"
echo "#   kubectl -n mcp exec mcp-manager-0 -- mcpm token create prometheus --kind metrics -q | kubectl -n mcp create secret generic mcp-manager-metrics --from-file=token=/dev/stdin"
map mcpm-prometheus "$here/compose/prometheus.yml" "$here/prometheus/mcpm-rules.yml"
deployment prometheus prom/prometheus:v3.7.3 9090 65534 <<'END'
          args: [--config.file=/etc/prometheus/prometheus.yml, --storage.tsdb.path=/prometheus]
          readinessProbe:
            httpGet: {path: /-/ready, port: http}
          resources: {requests: {cpu: 100m, memory: 256Mi}, limits: {memory: 1Gi}}
          volumeMounts:
            - {name: config, mountPath: /etc/prometheus, readOnly: true}
            - {name: token, mountPath: /token, readOnly: true}
            - {name: series, mountPath: /prometheus}
      volumes:
        - name: config
          configMap: {name: mcpm-prometheus}
        - name: token
          secret:
            secretName: mcp-manager-metrics
            items:
              - {key: token, path: mcpm.token}
        - name: series
          emptyDir: {}
END
service prometheus 9090
map mcpm-grafana "$here/compose/grafana/datasource.yaml" "$here/compose/grafana/dashboards.yaml"
map mcpm-dashboards "$here"/grafana/*.json
deployment grafana grafana/grafana:12.3.0 3000 472 <<'END'
          readinessProbe:
            httpGet: {path: /api/health, port: http}
          resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 512Mi}}
          volumeMounts:
            - {name: config, mountPath: /etc/grafana/provisioning/datasources/mcpm.yaml, subPath: datasource.yaml}
            - {name: config, mountPath: /etc/grafana/provisioning/dashboards/mcpm.yaml, subPath: dashboards.yaml}
            - {name: dashboards, mountPath: /etc/grafana/mcpm}
            - {name: data, mountPath: /var/lib/grafana}
            - {name: tmp, mountPath: /tmp}
      volumes:
        - name: config
          configMap: {name: mcpm-grafana}
        - name: dashboards
          configMap: {name: mcpm-dashboards}
        - name: data
          emptyDir: {}
        - name: tmp
          emptyDir: {}
END
service grafana 3000
