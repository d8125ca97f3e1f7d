#include "cli/spec_diff.hpp"

#include "common/wire.hpp"

namespace mcpm::cli {

namespace {

bool same(const Json& current, const Json& wanted) {
    return wanted == masked || (current == wanted);
}

void collect(std::vector<std::string>& lines, const std::string& path, const Json& current,
             const Json& wanted) {
    if (current.is_object() && wanted.is_object()) {
        for (const auto& [key, value] : wanted.items()) {
            collect(lines, path.empty() ? key : path + "." + key, member(current, key), value);
        }
        for (const auto& [key, value] : current.items()) {
            if (!wanted.contains(key)) collect(lines, path.empty() ? key : path + "." + key, value, nullptr);
        }
        return;
    }
    if (same(current, wanted)) return;
    if (current.is_null()) {
        lines.push_back("+ " + path + ": " + compact(wanted));
    } else if (wanted.is_null()) {
        lines.push_back("- " + path + ": " + compact(current));
    } else {
        lines.push_back("~ " + path + ": " + compact(current) + " -> " + compact(wanted));
    }
}

void collect_masked(std::vector<std::string>& paths, const std::string& path, const Json& json) {
    if (json == masked) paths.push_back(path);
    if (!json.is_object()) return;
    for (const auto& [key, value] : json.items())
        collect_masked(paths, path.empty() ? key : path + "." + key, value);
}

}  // namespace

Json merge_patch(const Json& current, const Json& wanted) {
    Json patch = Json::object();
    for (const auto& [key, value] : wanted.items()) {
        const Json& before = member(current, key);
        if (same(before, value)) continue;
        if (before.is_object() && value.is_object()) {
            Json inner = merge_patch(before, value);
            if (!inner.empty()) patch[key] = std::move(inner);
        } else {
            patch[key] = value;
        }
    }
    for (const auto& [key, value] : current.items()) {
        if (!wanted.contains(key)) patch[key] = nullptr;
    }
    return patch;
}

std::vector<std::string> difference_lines(const Json& current, const Json& wanted) {
    std::vector<std::string> lines;
    collect(lines, "", current, wanted);
    return lines;
}

Result<Json> definition_of(const Json& server) {
    auto view = wire::to_view(server);
    if (!view) return view.error();
    settle_pin(nullptr, view->spec);
    return ok(wire::from_spec(view->spec));
}

std::vector<std::string> masked_values(const Json& definition) {
    std::vector<std::string> paths;
    collect_masked(paths, "", definition);
    return paths;
}

}  // namespace mcpm::cli
