#include "agent/api/query.hpp"

#include "common/number.hpp"
#include "common/suggest.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::api {

namespace {

Error bad(std::string_view name, std::string message) {
    return Error{ErrorCode::validation_error, std::string(name) + ": " + std::move(message)};
}

bool is_flag(std::string_view value) {
    return value == "1" || value == "0" || value == "true" || value == "false";
}

std::string suggestion(std::string_view name, std::span<const Parameter> known) {
    if (known.empty()) return "this path takes no parameters";
    std::vector<std::string_view> names;
    std::string all;
    for (const auto& parameter : known) {
        names.push_back(parameter.name);
        all += all.empty() ? "" : ", ";
        all += parameter.name;
    }
    if (const auto nearest = closest(name, names)) return "did you mean " + *nearest + "?";
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
        case ParameterKind::text:
            return {};
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
        case ParameterKind::choice:
            return check_choice(parameter, value);
    }
    return {};
}

}  // namespace

std::optional<std::uint64_t> parse_count(std::string_view text) {
    return parse_number<std::uint64_t>(text);
}

Result<> check_query(const http::Request& request, std::span<const Parameter> known, Timestamp now) {
    for (const auto& [name, value] : request.query) {
        const auto found =
            std::find_if(known.begin(), known.end(),
                         [&name = name](const Parameter& parameter) { return parameter.name == name; });
        if (found == known.end()) {
            return Error{ErrorCode::validation_error,
                         "unknown query parameter '" + name + "'",
                         {},
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

std::uint64_t count(const http::Request& request, std::string_view name, std::uint64_t missing,
                    std::uint64_t most) {
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
