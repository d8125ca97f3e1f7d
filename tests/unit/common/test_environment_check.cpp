#include "common/environment_check.hpp"

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

using namespace mcpm;

namespace {

std::vector<std::string> faults_of(std::map<std::string, std::string> variables) {
    return environment_faults([variables = std::move(variables)](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
}

/// The name at the beginning of the only fault.
std::string blamed(std::map<std::string, std::string> variables) {
    const auto faults = faults_of(std::move(variables));
    if (faults.size() != 1) return std::to_string(faults.size()) + " faults";
    return faults[0].substr(0, faults[0].find_first_of(": "));
}

}  // namespace

TEST_CASE("Variables that have the form they must have, are empty or are not there, are not named") {
    CHECK(faults_of({}).empty());
    CHECK(faults_of({{"ANALYTICS_ENDPOINT", ""}, {"SENTRY_DSN", " "}}).empty());
    CHECK(faults_of({{"ANALYTICS_ENDPOINT", "https://stats.example.org/in?x=1"},
                     {"ANALYTICS_TOKEN", "abc"},
                     {"SENTRY_DSN", "https://key@sentry.example.org/42"},
                     {"MCPM_RECORD_CALLS", "off"},
                     {"OTEL_EXPORTER_OTLP_ENDPOINT", "http://[::1]:4318/"},
                     {"OTEL_EXPORTER_OTLP_HEADERS", "api-key=secret, x = y%20z"},
                     {"OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"},
                     {"OTEL_TRACES_SAMPLER", "parentbased_traceidratio"},
                     {"OTEL_TRACES_SAMPLER_ARG", "0.25"},
                     {"OTEL_BSP_MAX_QUEUE_SIZE", "100"}})
              .empty());
}

TEST_CASE("An address that is none is named with what is expected, and its value is not shown") {
    const std::vector<std::string> addresses{"ANALYTICS_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT",
                                             "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                                             "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"};
    for (const auto& name : addresses) {
        for (const char* value :
             {"nonsense", "collector:4317", "ftp://host/", "http:///path", "http://a b/", "https://:80/"}) {
            const auto faults = faults_of({{name, value}});
            CAPTURE(name);
            CAPTURE(value);
            REQUIRE(faults.size() == 1);
            CHECK(faults[0].starts_with(name + ": an address like http"));
            CHECK(faults[0].find(value) == std::string::npos);
        }
    }
    CHECK(blamed({{"ANALYTICS_ENDPOINT", "http://"}}) == "ANALYTICS_ENDPOINT");
    for (const char* value : {"nonsense", "https://sentry.example.org/42", "https://@host/42",
                              "https://key@host", "https://key@host/", "https://:x@host/1", "secret:"})
        CHECK(blamed({{"SENTRY_DSN", value}}) == "SENTRY_DSN");
}

TEST_CASE("A token that nothing is sent with is named") {
    CHECK(faults_of({{"ANALYTICS_TOKEN", "abc"}}) ==
          std::vector<std::string>{
              "ANALYTICS_TOKEN is set and ANALYTICS_ENDPOINT is not: the record of use is not sent on"});
}

TEST_CASE("Words and numbers of OTEL that cannot be taken are named where something is exported") {
    const std::map<std::string, std::string> wrong{
        {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"},    {"OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"},
        {"OTEL_EXPORTER_OTLP_TIMEOUT", "10s"},      {"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "0"},
        {"OTEL_BSP_SCHEDULE_DELAY", "-1"},          {"OTEL_BSP_MAX_QUEUE_SIZE", "65537"},
        {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "many"}, {"OTEL_METRIC_EXPORT_INTERVAL", "1e3"},
        {"OTEL_TRACES_SAMPLER", "sometimes"},       {"OTEL_TRACES_SAMPLER_ARG", "1.5"},
        {"OTEL_TRACES_EXPORTER", "console"},        {"OTEL_SDK_DISABLED", "maybe"},
        {"OTEL_EXPORTER_OTLP_HEADERS", "no-sign"},  {"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=1,kéy=2"},
        {"OTEL_RESOURCE_ATTRIBUTES", "=value"}};
    for (const auto& [name, value] : wrong) {
        CHECK(faults_of({{name, value}}).empty());
        CHECK(blamed({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318"}, {name, value}}) == name);
    }
}

TEST_CASE("Switches of our own take their words alone") {
    CHECK(blamed({{"MCPM_RECORD_CALLS", "no"}}) == "MCPM_RECORD_CALLS");
    CHECK(blamed({{"MCPM_SYSTEM", "yes"}}) == "MCPM_SYSTEM");
}
