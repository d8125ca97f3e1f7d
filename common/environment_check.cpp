#include "common/environment_check.hpp"

#include "common/ascii.hpp"
#include "common/config_file.hpp"
#include "common/number.hpp"
#include "common/url.hpp"
#include "common/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <utility>

namespace mcpm {

namespace {

constexpr std::array otlp_endpoints{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                                    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"};

template <std::uint64_t Most>
bool is_count(std::string_view text) {
    const auto number = parse_number<std::uint64_t>(text);
    return number && *number > 0 && *number <= Most;
}

bool is_share(std::string_view text) {
    const auto number = parse_number<double>(text);
    return number && *number >= 0.0 && *number <= 1.0;
}

template <const auto& Words>
bool is_one_of(std::string_view text) {
    return std::any_of(Words.begin(), Words.end(), [&](const char* word) { return ascii::same(text, word); });
}

constexpr std::array protocols{"http/protobuf", "http/json"};
constexpr std::array no_compression{"none"};
constexpr std::array exporters{"otlp", "none"};
constexpr std::array switches{"true", "false"};
constexpr std::array samplers{"always_on",
                              "always_off",
                              "traceidratio",
                              "parentbased_always_on",
                              "parentbased_always_off",
                              "parentbased_traceidratio"};
constexpr std::array recording{"on", "off", "1", "0"};
constexpr std::array system_wide{"1", "0"};

bool is_header_text(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c != '\x7f'; });
}

/// "a=b,c=d".
bool is_pairs(std::string_view text) {
    while (!text.empty()) {
        const auto one = trimmed(take_word(text, ','));
        const auto sign = one.find('=');
        const auto key = trimmed(one.substr(0, sign));
        if (sign == std::string_view::npos || key.empty() || !is_header_text(one)) return false;
        if (key.find_first_of(" \t:") != std::string_view::npos) return false;
    }
    return true;
}

/// Values are percent-encoded, so they are headers' texts when all of it is.
bool is_header_pairs(std::string_view text) {
    if (!is_pairs(text)) return false;
    while (!text.empty()) {
        const auto one = trimmed(take_word(text, ','));
        if (!is_header_name(trimmed(one.substr(0, one.find('='))))) return false;
    }
    return true;
}

enum class Matters { always, with_otlp };  // with_otlp: where an endpoint of OTLP is said

struct VariableForm {
    const char* name;
    bool (*fits)(std::string_view value);
    const char* expected;
    Matters when = Matters::with_otlp;
};

constexpr const char* milliseconds = "a number from 1 to 600000 is expected; the usual one is used";
constexpr const char* an_address = "an address like http://localhost:4318 is expected; nothing is sent";
constexpr const char* a_protocol = "http/protobuf or http/json is expected; http/protobuf is used";
constexpr const char* as_they_are = "only none is known; all is sent as it is";
constexpr const char* pairs = "KEY=VALUE, with commas between them, is expected; what is not so is left out";
constexpr const char* an_exporter = "otlp or none is expected; otlp is used";

constexpr std::array forms{
    VariableForm{"ANALYTICS_ENDPOINT", is_web_address,
                 "an address like https://host/path is expected; the record of use is not sent on",
                 Matters::always},
    VariableForm{"ANALYTICS_TOKEN", is_header_text, "it cannot be a header's text", Matters::always},
    VariableForm{"MCPM_RECORD_CALLS", is_one_of<recording>, "on, off, 1 or 0 is expected; calls are recorded",
                 Matters::always},
    VariableForm{"MCPM_SYSTEM", is_one_of<system_wide>,
                 "1 or 0 is expected; it is taken as 0: a user's own agent", Matters::always},
    VariableForm{"OTEL_EXPORTER_OTLP_ENDPOINT", is_web_address, an_address, Matters::always},
    VariableForm{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", is_web_address, an_address, Matters::always},
    VariableForm{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", is_web_address, an_address, Matters::always},
    VariableForm{"OTEL_SDK_DISABLED", is_one_of<switches>, "true or false is expected; taken as false"},
    VariableForm{"OTEL_TRACES_EXPORTER", is_one_of<exporters>, an_exporter},
    VariableForm{"OTEL_METRICS_EXPORTER", is_one_of<exporters>, an_exporter},
    VariableForm{"OTEL_EXPORTER_OTLP_PROTOCOL", is_one_of<protocols>, a_protocol},
    VariableForm{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", is_one_of<protocols>, a_protocol},
    VariableForm{"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", is_one_of<protocols>, a_protocol},
    VariableForm{"OTEL_EXPORTER_OTLP_COMPRESSION", is_one_of<no_compression>, as_they_are},
    VariableForm{"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", is_one_of<no_compression>, as_they_are},
    VariableForm{"OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", is_one_of<no_compression>, as_they_are},
    VariableForm{"OTEL_EXPORTER_OTLP_HEADERS", is_header_pairs, pairs},
    VariableForm{"OTEL_EXPORTER_OTLP_TRACES_HEADERS", is_header_pairs, pairs},
    VariableForm{"OTEL_EXPORTER_OTLP_METRICS_HEADERS", is_header_pairs, pairs},
    VariableForm{"OTEL_RESOURCE_ATTRIBUTES", is_pairs, pairs},
    VariableForm{"OTEL_EXPORTER_OTLP_TIMEOUT", is_count<600'000>, milliseconds},
    VariableForm{"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", is_count<600'000>, milliseconds},
    VariableForm{"OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", is_count<600'000>, milliseconds},
    VariableForm{"OTEL_BSP_SCHEDULE_DELAY", is_count<600'000>, milliseconds},
    VariableForm{"OTEL_METRIC_EXPORT_INTERVAL", is_count<600'000>, milliseconds},
    VariableForm{"OTEL_BSP_MAX_QUEUE_SIZE", is_count<65'536>,
                 "a number from 1 to 65536 is expected; 2048 is used"},
    VariableForm{"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", is_count<8'192>,
                 "a number from 1 to 8192 is expected; 512 is used"},
    VariableForm{"OTEL_TRACES_SAMPLER", is_one_of<samplers>,
                 "always_on, always_off, traceidratio, or one of them after parentbased_ is expected; "
                 "parentbased_always_on is used"},
    VariableForm{"OTEL_TRACES_SAMPLER_ARG", is_share, "a number from 0 to 1 is expected; 1 is used"},
};

std::optional<std::string> value_of(const Environment& environment, const char* name) {
    auto value = environment(name);
    if (value && trimmed(*value).empty()) return std::nullopt;
    return value;
}

}  // namespace

bool is_web_address(std::string_view text) {
    const auto url = split_url(text);
    if (!url || (!ascii::same(url->scheme, "http") && !ascii::same(url->scheme, "https"))) return false;
    return !url->authority.empty() && !url->authority.starts_with(':') &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '\x7f'; });
}

bool is_header_name(std::string_view text) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return ascii::is_letter_or_digit(c) || marks.find(c) != std::string_view::npos;
    });
}

bool is_sentry_dsn(std::string_view text) {
    if (text.starts_with("secret:")) return text.size() > 7;
    if (!is_web_address(text) || text.find_first_of("?#") != std::string_view::npos) return false;
    const auto url = split_url(text);
    const bool has_key = url->user && !url->user->empty() && !url->user->starts_with(':');
    return has_key && url->rest.size() > 1 && !url->rest.ends_with('/');
}

std::vector<std::string> environment_faults(const Environment& environment) {
    const bool has_otlp = std::any_of(otlp_endpoints.begin(), otlp_endpoints.end(), [&](const char* name) {
        return value_of(environment, name).has_value();
    });
    std::vector<std::string> faults;
    for (auto& unused : parse_config("", environment).unused) faults.push_back(std::move(unused.sentence));
    for (const VariableForm& form : forms) {
        if (form.when == Matters::with_otlp && !has_otlp) continue;
        const auto value = value_of(environment, form.name);
        if (value && !form.fits(trimmed(*value)))
            faults.push_back(fmt::format("{}: {}", form.name, form.expected));
    }
    if (value_of(environment, "ANALYTICS_TOKEN") && !value_of(environment, "ANALYTICS_ENDPOINT"))
        faults.emplace_back(
            "ANALYTICS_TOKEN is set and ANALYTICS_ENDPOINT is not: the record of use is not sent on");
    return faults;
}

std::vector<std::string> environment_faults() {
    return environment_faults([](const char* name) {
        const char* const text = std::getenv(name);
        return text == nullptr ? std::nullopt : std::optional<std::string>(text);
    });
}

}  // namespace mcpm
