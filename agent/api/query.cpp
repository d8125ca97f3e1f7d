#include "agent/api/query.hpp"

#include "common/units.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::api {

namespace {

Error bad(std::string_view name, std::string message) {
    return Error{ErrorCode::validation_error, std::string(name) + ": " + std::move(message)};
}

bool is_flag(std::string_view value) { return value == "1" || value == "0" || value == "true" || value == "false"; }

std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < left.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < right.size(); ++j) {
            const std::size_t substituted = diagonal + (left[i] == right[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substituted, diagonal + 1, row[j] + 1});
        }
    }
    return row.back();
}

std::string suggestion(std::string_view name, std::span<const Parameter> known) {
    if (known.empty()) return "this path takes no parameters";
    std::string all;
    const Parameter* nearest = nullptr;
    std::size_t best = std::max<std::size_t>(2, name.size() / 3) + 1;
    for (const auto& parameter : known) {
        all += all.empty() ? "" : ", ";
        all += parameter.name;
        const auto far = name.size() > 64 ? best : distance(name, parameter.name);
        if (far < best) {
            best = far;
            nearest = &parameter;
        }
    }
    if (nearest != nullptr) return "did you mean " + std::string(nearest->name) + "?";
    return "known parameters: " + all;
}

Result<> check_choice(const Parameter& parameter, std::string_view value) {
    auto rest = parameter.choices;
    std::string all;
    while (!rest.empty()) {
        const auto end = rest.find('|');
        const auto choice = rest.substr(0, end);
        if (choice == value) return {};
        all += all.empty() ? "" : ", ";
        all += choice;
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return bad(parameter.name, "one of " + all + " is expected, not '" + std::string(value) + "'");
}

Result<> check_value(const Parameter& parameter, std::string_view value, Timestamp now) {
    switch (parameter.kind) {
        case ParameterKind::text: return {};
        case ParameterKind::flag:
            if (is_flag(value)) return {};
            return bad(parameter.name, "1 or 0 is expected, not '" + std::string(value) + "'");
        case ParameterKind::count:
            if (parse_count(value)) return {};
            return bad(parameter.name, "a whole number is expected, not '" + std::string(value) + "'");
        case ParameterKind::duration: {
            auto parsed = parse_duration(value);
            if (!parsed) return bad(parameter.name, parsed.error().message);
            return {};
        }
        case ParameterKind::time: {
            auto parsed = parse_time_or_age(value, now);
            if (!parsed) return bad(parameter.name, parsed.error().message);
            return {};
        }
        case ParameterKind::choice: return check_choice(parameter, value);
    }
    return {};
}

}  // namespace

std::optional<std::uint64_t> parse_count(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Result<> check_query(const http::Request& request, std::span<const Parameter> known, Timestamp now) {
    for (const auto& [name, value] : request.query) {
        const auto found = std::find_if(known.begin(), known.end(),
                                        [&](const Parameter& parameter) { return parameter.name == name; });
        if (found == known.end()) {
            return Error{ErrorCode::validation_error, "unknown query parameter '" + name + "'", {},
                         suggestion(name, known)};
        }
        if (auto good = check_value(*found, value, now); !good) return good.error();
    }
    return {};
}

bool flag(const http::Request& request, std::string_view name, bool missing) {
    const auto value = request.parameter(name);
    return value ? (*value == "1" || *value == "true") : missing;
}

std::uint64_t count(const http::Request& request, std::string_view name, std::uint64_t missing, std::uint64_t most) {
    const auto value = request.parameter(name);
    return std::min(value ? parse_count(*value).value_or(missing) : missing, most);
}

Duration duration(const http::Request& request, std::string_view name, Duration missing) {
    const auto value = request.parameter(name);
    if (!value) return missing;
    const auto parsed = parse_duration(*value);
    return parsed ? *parsed : missing;
}

std::optional<Timestamp> time_or_age(const http::Request& request, std::string_view name, Timestamp now) {
    const auto value = request.parameter(name);
    if (!value) return std::nullopt;
    const auto parsed = parse_time_or_age(*value, now);
    if (!parsed) return std::nullopt;
    return *parsed;
}

}  // namespace mcpm::api
