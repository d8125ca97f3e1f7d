#!/usr/bin/env bash
# Environment variables that cannot be meant so are named: by the agent, by doctor and by config show, and nothing secret is shown.
. "$(dirname "$0")/../support/sandbox.sh"
export ANALYTICS_ENDPOINT=nonsense ANALYTICS_TOKEN=t0ps3cret SENTRY_DSN=https://nowhere.invalid/7 MCPM_RECORD_CALLS=nope
export SLACK_WEBHOOK_URL=s3cr3t-hook LOG_LEVEL=loud MCPM_NOTIFY_EMAIL_TLS=maybe
export OTEL_EXPORTER_OTLP_ENDPOINT=localhost:4318 OTEL_BSP_MAX_QUEUE_SIZE=-3 OTEL_TRACES_SAMPLER=sometimes

expect "an agent starts all the same" 0 mcpm agent start
named_in() { # WHERE TEXT
    local name
    for name in ANALYTICS_ENDPOINT SENTRY_DSN SLACK_WEBHOOK_URL LOG_LEVEL MCPM_NOTIFY_EMAIL_TLS MCPM_RECORD_CALLS OTEL_EXPORTER_OTLP_ENDPOINT OTEL_BSP_MAX_QUEUE_SIZE OTEL_TRACES_SAMPLER; do
        has "$1 names $name" "$name: " "$2"
    done
    has "$1 says what is expected" "a number from 1 to 65536 is expected" "$2"
    has "and what is done without it" "no error is reported" "$2"
    has_not "$1 shows no value that may be secret" t0ps3cret "$2"
    has_not "nor a webhook's" s3cr3t-hook "$2"
}
named_in "the agent's log" "$(cat "$state/agent.log")"
named_in "its status" "$(mcpm agent status --no-trunc 2>&1)"
run mcpm doctor
named_in doctor "$(printf %s "$out$err" | tr -s ' \n' ' ')"
expect "config show goes on" 0 mcpm config show -o json
named_in "config show" "$err"
check "what it prints for programs is JSON still" eval 'printf %s "$out" | json "len(d) > 5"'
has "and says where the value in force is from" "SENTRY_DSN cannot be used" "$out"
mcpm agent stop
expect "nonsense as a DSN keeps no agent from starting" 0 env SENTRY_DSN=nonsense mcpm agent start
has "which says so" "SENTRY_DSN: expected an address as https://KEY@host/PROJECT" "$(mcpm agent status --no-trunc 2>&1)"
mcpm agent stop
for wrong in MCPM_HTTP_AUTH=maybe MCPM_NETWORK_CA_FILE=here MCPM_DATA_HOME=nonsense; do
    expect "${wrong%%=*}, which decides who comes in, who is trusted or where data lies, keeps it from starting" 78 env "$wrong" mcpmd run
    has "which is said" "${wrong%%=*}" "$err"
done
unset ANALYTICS_ENDPOINT SENTRY_DSN SLACK_WEBHOOK_URL LOG_LEVEL MCPM_NOTIFY_EMAIL_TLS MCPM_RECORD_CALLS OTEL_EXPORTER_OTLP_ENDPOINT
expect "a token without its endpoint" 0 mcpm config show log_level
has "is named" "ANALYTICS_TOKEN is set and ANALYTICS_ENDPOINT is not" "$err"
has_not "variables of OpenTelemetry that nobody uses are not" OTEL_ "$err"
unset ANALYTICS_TOKEN OTEL_BSP_MAX_QUEUE_SIZE OTEL_TRACES_SAMPLER
expect "an environment with nothing wrong" 0 mcpm config show log_level
same "says nothing" "" "$err"
