#include "agent/traces/settings.hpp"

#include "common/ascii.hpp"
#include "common/encodings.hpp"
#include "common/environment_check.hpp"
#include "common/number.hpp"
#include "common/url.hpp"
#include "common/words.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace mcpm::traces {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// "a=b,c=d%20e", as W3C Baggage.
Pairs read_pairs(std::string_view text) {
    Pairs pairs;
    while (!text.empty()) {
        const auto one = trimmed(take_word(text, ','));
        const auto sign = one.find('=');
        if (sign == std::string_view::npos || sign == 0) continue;
        pairs.emplace_back(trimmed(one.substr(0, sign)), percent_decoded(trimmed(one.substr(sign + 1))));
    }
    return pairs;
}

bool is_fit_header(const std::pair<std::string, std::string>& header) {
    const auto is_text = [](char c) { return c >= ' ' && c != '\x7f'; };
    return is_header_name(header.first) && std::all_of(header.second.begin(), header.second.end(), is_text);
}

struct Reader {
    const ReadVariable& environment;
    std::vector<std::string>& problems;
    std::string_view signal = "TRACES";

    std::optional<std::string> text(const char* name) const {
        const auto value = environment(name);
        if (!value || trimmed(*value).empty()) return std::nullopt;
        return std::string(trimmed(*value));
    }
    /// OTEL_EXPORTER_OTLP_TRACES_HEADERS, of the signal TRACES, before OTEL_EXPORTER_OTLP_HEADERS.
    std::optional<std::string> of_signal(std::string_view what) const {
        auto value = text(name_of_signal(what).c_str());
        return value ? value : text(("OTEL_EXPORTER_OTLP_" + std::string(what)).c_str());
    }
    std::string name_of_signal(std::string_view what) const {
        return "OTEL_EXPORTER_OTLP_" + std::string(signal) + "_" + std::string(what);
    }
    std::size_t count(const char* name, std::size_t usual, std::size_t most) const {
        const auto value = text(name);
        if (!value) return usual;
        const auto number = parse_number<std::size_t>(*value);
        if (number && *number > 0 && *number <= most) return *number;
        problems.push_back(std::string(name) + ": a number from 1 to " + std::to_string(most) +
                           " is expected");
        return usual;
    }
    Duration milliseconds(const char* name, std::size_t usual) const {
        constexpr std::size_t most = 600'000;
        return std::chrono::milliseconds(count(name, usual, most));
    }
};

/// Empty where none is said, or none that can be asked.
std::string read_url(const Reader& reader, std::string_view path) {
    auto url = reader.text(reader.name_of_signal("ENDPOINT").c_str());
    if (!url) {
        url = reader.text("OTEL_EXPORTER_OTLP_ENDPOINT");
        if (!url) return {};
        while (url->ends_with('/')) url->pop_back();
        *url += path;
    }
    if (is_web_url(*url)) return *url;
    reader.problems.emplace_back(
        "OTEL_EXPORTER_OTLP_ENDPOINT: an address like http://localhost:4318 is expected; nothing is sent");
    return {};
}

Sampler read_sampler(const Reader& reader) {
    struct Row {
        std::string_view name;
        Sampler sampler;
        bool has_ratio;
    };
    constexpr std::array rows{Row{"always_on", {false, 1.0}, false},
                              Row{"always_off", {false, 0.0}, false},
                              Row{"traceidratio", {false, 1.0}, true},
                              Row{"parentbased_always_on", {true, 1.0}, false},
                              Row{"parentbased_always_off", {true, 0.0}, false},
                              Row{"parentbased_traceidratio", {true, 1.0}, true}};
    const auto name = reader.text("OTEL_TRACES_SAMPLER");
    if (!name) return {};
    const auto* const row =
        std::find_if(rows.begin(), rows.end(), [&](const Row& one) { return ascii::same(one.name, *name); });
    if (row == rows.end()) {
        reader.problems.emplace_back(
            "OTEL_TRACES_SAMPLER: always_on, always_off, traceidratio, or one of them after parentbased_ is "
            "expected");
        return {};
    }
    Sampler sampler = row->sampler;
    const auto argument = reader.text("OTEL_TRACES_SAMPLER_ARG");
    if (!row->has_ratio || !argument) return sampler;
    const auto ratio = parse_number<double>(*argument);
    if (!ratio || !(*ratio >= 0.0 && *ratio <= 1.0)) {
        reader.problems.emplace_back("OTEL_TRACES_SAMPLER_ARG: a number from 0 to 1 is expected");
        return sampler;
    }
    sampler.ratio = *ratio;
    return sampler;
}

Protocol read_protocol(const Reader& reader) {
    const auto name = reader.of_signal("PROTOCOL");
    if (name && ascii::same(*name, "http/json")) return Protocol::json;
    if (name && !ascii::same(*name, "http/protobuf"))
        reader.problems.emplace_back(
            "OTEL_EXPORTER_OTLP_PROTOCOL: http/protobuf or http/json is expected; http/protobuf is used");
    return Protocol::protobuf;
}

Pairs read_headers(const Reader& reader) {
    auto headers = read_pairs(reader.of_signal("HEADERS").value_or(""));
    const auto unfit = std::erase_if(headers, [](const auto& header) { return !is_fit_header(header); });
    if (unfit > 0)
        reader.problems.push_back("OTEL_EXPORTER_OTLP_HEADERS: " + std::to_string(unfit) +
                                  " are left out: they cannot be headers");
    return headers;
}

Resource read_resource(const Reader& reader) {
    Resource resource;
    resource.scope_version = MCPM_VERSION;
    auto& attributes = resource.attributes;
    attributes = read_pairs(reader.text("OTEL_RESOURCE_ATTRIBUTES").value_or(""));
    const auto set_missing = [&](const std::string& key, const std::string& value) {
        const auto has_key = [&](const auto& one) { return one.first == key; };
        if (std::none_of(attributes.begin(), attributes.end(), has_key)) attributes.emplace_back(key, value);
    };
    if (const auto service = reader.text("OTEL_SERVICE_NAME")) {
        std::erase_if(attributes, [](const auto& one) { return one.first == "service.name"; });
        attributes.emplace_back("service.name", *service);
    }
    set_missing("service.name", "mcpm");
    set_missing("service.version", MCPM_VERSION);
    return resource;
}

bool is_disabled(const Reader& reader, const char* exporter) {
    const auto disabled = reader.text("OTEL_SDK_DISABLED");
    return (disabled && ascii::same(*disabled, "true")) ||
           ascii::same(reader.text(exporter).value_or("otlp"), "none");
}

Duration read_timeout(const Reader& reader) {
    const std::string own = reader.name_of_signal("TIMEOUT");
    return reader.milliseconds(reader.text(own.c_str()) ? own.c_str() : "OTEL_EXPORTER_OTLP_TIMEOUT", 10'000);
}

}  // namespace

Settings read_settings(const ReadVariable& environment, std::vector<std::string>& problems) {
    const Reader reader{environment, problems};
    Settings settings;
    if (is_disabled(reader, "OTEL_TRACES_EXPORTER")) return settings;
    settings.url = read_url(reader, "/v1/traces");
    if (settings.url.empty()) return settings;
    if (!ascii::same(reader.of_signal("COMPRESSION").value_or("none"), "none"))
        problems.emplace_back("OTEL_EXPORTER_OTLP_COMPRESSION: spans are sent as they are");
    settings.headers = read_headers(reader);
    settings.protocol = read_protocol(reader);
    settings.sampler = read_sampler(reader);
    settings.resource = read_resource(reader);
    settings.timeout = read_timeout(reader);
    settings.schedule_delay = reader.milliseconds("OTEL_BSP_SCHEDULE_DELAY", 5'000);
    settings.most_queued = reader.count("OTEL_BSP_MAX_QUEUE_SIZE", 2048, 65536);
    settings.most_in_batch =
        std::min(settings.most_queued, reader.count("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512, 8192));
    return settings;
}

/// Of mistakes that concern spans as well only theirs are told.
MeasureSettings read_measure_settings(const ReadVariable& environment, std::vector<std::string>& problems) {
    std::vector<std::string> said;
    const Reader reader{environment, said, "METRICS"};
    MeasureSettings settings;
    if (is_disabled(reader, "OTEL_METRICS_EXPORTER")) return settings;
    settings.url = read_url(reader, "/v1/metrics");
    if (settings.url.empty()) return settings;
    settings.headers = read_headers(reader);
    settings.protocol = read_protocol(reader);
    settings.resource = read_resource(reader);
    settings.timeout = read_timeout(reader);
    const Reader own{environment, problems, "METRICS"};
    settings.interval = own.milliseconds("OTEL_METRIC_EXPORT_INTERVAL", 60'000);
    return settings;
}

bool is_sampled(const Sampler& sampler, const std::optional<Context>& parent, const TraceId& trace) {
    if (sampler.asks_parent && parent) return parent->is_sampled;
    if (sampler.ratio >= 1.0) return true;
    // At least the lower 56 bits are random (W3C Trace Context, level 2); SDKs compare the lower 63 with the
    // ratio.
    std::uint64_t low = 0;
    for (std::size_t i = 8; i < 16; ++i) low = low << 8U | trace[i];
    constexpr double whole = 9'223'372'036'854'775'808.0;  // 2^63
    return static_cast<double>(low & 0x7fff'ffff'ffff'ffffULL) < sampler.ratio * whole;
}

}  // namespace mcpm::traces
