#include "cli/json_path.hpp"

#include "common/number.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace mcpm::cli {

namespace {

struct Step {
    enum class Kind { member, index, every, anywhere } kind = Kind::every;
    std::string name = {};
    long index = 0;
};

Error not_understood(std::string_view rest) {
    return {ErrorCode::validation_error,
            "jsonpath: '" + std::string(rest) + "' is not understood",
            {},
            "example: -o jsonpath='[*].name'"};
}

std::string_view without_braces(std::string_view path) {
    if (path.starts_with('{') && path.ends_with('}')) path = path.substr(1, path.size() - 2);
    if (path.starts_with('$')) path.remove_prefix(1);
    return path;
}

Result<Step> read_bracket(std::string_view& path) {
    const std::string_view all = path;
    path.remove_prefix(1);
    const char quote = path.empty() ? '\0' : path.front();
    if (quote == '\'' || quote == '"') {
        const auto end = path.find(quote, 1);
        if (end == std::string_view::npos || path.substr(end + 1, 1) != "]") return not_understood(all);
        Step step{Step::Kind::member, std::string(path.substr(1, end - 1))};
        path.remove_prefix(end + 2);
        return step;
    }
    const auto end = path.find(']');
    if (end == std::string_view::npos) return not_understood(all);
    const std::string_view inside = path.substr(0, end);
    path.remove_prefix(end + 1);
    if (inside == "*") return Step{};
    Step step{Step::Kind::index};
    const auto index = parse_number<decltype(step.index)>(inside);
    if (!index) return not_understood(all);
    step.index = *index;
    return step;
}

Result<std::vector<Step>> read_path(std::string_view path) {
    std::vector<Step> steps;
    path = without_braces(path);
    while (!path.empty()) {
        if (path.front() == '[') {
            auto step = read_bracket(path);
            if (!step) return step.error();
            steps.push_back(std::move(*step));
            continue;
        }
        const bool anywhere = path.starts_with("..");
        if (path.front() == '.') path.remove_prefix(anywhere ? 2 : 1);
        if (path.empty() && steps.empty()) break;  // "." alone is everything
        const auto end = std::min(path.find_first_of(".["), path.size());
        const std::string_view name = path.substr(0, end);
        if (name.empty() && !(anywhere && !path.empty())) return not_understood(path);
        path.remove_prefix(end);
        if (anywhere) steps.push_back({Step::Kind::anywhere});
        if (name == "*")
            steps.push_back({});
        else if (!name.empty())
            steps.push_back({Step::Kind::member, std::string(name)});
    }
    return steps;
}

void add_all_inside(std::vector<Json>& out, const Json& value) {
    out.push_back(value);
    if (!value.is_structured()) return;
    for (const Json& inner : value) add_all_inside(out, inner);
}

std::vector<Json> walk(const std::vector<Json>& from, const Step& step) {
    std::vector<Json> out;
    for (const Json& value : from) {
        if (step.kind == Step::Kind::anywhere) {
            add_all_inside(out, value);
        } else if (step.kind == Step::Kind::every && value.is_structured()) {
            for (const Json& inner : value) out.push_back(inner);
        } else if (step.kind == Step::Kind::member && value.is_object() && value.contains(step.name)) {
            out.push_back(value[step.name]);
        } else if (step.kind == Step::Kind::index && value.is_array()) {
            const long size = static_cast<long>(value.size());
            const long at = step.index < 0 ? size + step.index : step.index;
            if (at >= 0 && at < size) out.push_back(value[static_cast<std::size_t>(at)]);
        }
    }
    return out;
}

}  // namespace

Result<> check_json_path(std::string_view path) {
    const auto steps = read_path(path);
    if (!steps) return steps.error();
    return {};
}

std::vector<Json> find_json_path(const Json& data, std::string_view path) {
    const auto steps = read_path(path);
    if (!steps) return {};
    std::vector<Json> found{data};
    for (const Step& step : *steps) found = walk(found, step);
    return found;
}

}  // namespace mcpm::cli
