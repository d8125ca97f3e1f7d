#include "cli/tool_rules.hpp"

#include "common/fields/config_fields.hpp"
#include "common/suggest.hpp"
#include "common/tool_names.hpp"

#include <algorithm>

namespace mcpm::cli {

namespace {

bool matches(const Json& pattern, const std::string& tool) {
    return pattern.is_string() && glob_matches(pattern.get_ref<const std::string&>(), tool);
}

Json list_of(const Json& rules, const char* key) {
    const Json& list = member(rules, key);
    return list.is_array() ? list : Json::array();
}

bool is_matched(const Json& patterns, const std::string& tool) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const Json& pattern) { return matches(pattern, tool); });
}

}  // namespace

Json with_disabled(Json rules, const std::vector<std::string>& tools) {
    Json deny = list_of(rules, "deny");
    for (const auto& tool : tools) {
        if (std::find(deny.begin(), deny.end(), Json(tool)) == deny.end()) deny.push_back(tool);
    }
    rules[fields::config::deny] = std::move(deny);
    return rules;
}

Result<Json> with_enabled(Json rules, const std::vector<std::string>& tools) {
    Json deny = list_of(rules, "deny");
    Json allow = list_of(rules, "allow");
    for (const auto& tool : tools) {
        deny.erase(std::remove(deny.begin(), deny.end(), Json(tool)), deny.end());
        const auto other = std::find_if(deny.begin(), deny.end(),
                                        [&](const Json& pattern) { return matches(pattern, tool); });
        if (other != deny.end()) {
            return Error{ErrorCode::conflict,
                         "enable tool '" + tool + "': the pattern '" + other->get<std::string>() +
                             "' forbids it and maybe others",
                         {},
                         "enable the pattern, then disable what is not wanted by its name"};
        }
        if (!allow.empty() && !is_matched(allow, tool)) allow.push_back(tool);
    }
    rules[fields::config::deny] = std::move(deny);
    rules[fields::config::allow] = std::move(allow);
    return ok(std::move(rules));
}

Json renaming(const Json& rules, const std::string& tool, const std::string& name) {
    const Json& renamed = member(rules, fields::config::rename);
    std::string own = tool;
    if (renamed.is_object() && !renamed.contains(tool)) {
        for (const auto& [from, to] : renamed.items()) {
            if (to == tool) own = from;
        }
    }
    return Json{{fields::config::rename, {{own, name == own ? Json() : Json(name)}}}};
}

Result<Json> editing(const Json& rules, const std::string& tool, const ToolEditWords& words) {
    if (words.resets) return ok(Json{{fields::config::edit, {{tool, nullptr}}}});
    const Json& before = member(member(rules, fields::config::edit), tool);
    Json edit = Json::object();
    if (words.has_description)
        edit[fields::config::description] = words.description.empty() ? Json() : Json(words.description);
    if (!words.hidden.empty() || !words.shown.empty()) {
        Json hide = Json::array();
        for (const Json& name : list_of(before, "hide"))
            if (std::find(words.shown.begin(), words.shown.end(), name) == words.shown.end())
                hide.push_back(name);
        for (const std::string& name : words.hidden)
            if (std::find(hide.begin(), hide.end(), Json(name)) == hide.end()) hide.push_back(name);
        edit[fields::config::hide] = std::move(hide);
    }
    for (const std::string& word : words.defaults) {
        const std::size_t sign = word.find('=');
        if (sign == 0 || sign == std::string::npos)
            return Error{ErrorCode::validation_error, "--default: expected ARG=VALUE, found '" + word + "'"};
        edit[fields::config::defaults][word.substr(0, sign)] = word.substr(sign + 1);
    }
    for (const std::string& name : words.without_default) edit[fields::config::defaults][name] = nullptr;
    return ok(Json{{fields::config::edit, {{tool, std::move(edit)}}}});
}

std::string edit_in_words(const Json& edit) {
    std::string words;
    const auto add = [&](const std::string& word) { words += (words.empty() ? "" : ", ") + word; };
    if (edit.is_object() && edit.contains(fields::config::description)) add("description");
    for (const Json& name : list_of(edit, "hide"))
        if (name.is_string()) add("hides " + name.get<std::string>());
    const Json& defaults = member(edit, fields::config::defaults);
    if (defaults.is_object())
        for (const auto& [name, value] : defaults.items())
            add(name + "=" + (value.is_string() ? value.get<std::string>() : value.dump()));
    return words;
}

bool is_ruled(const Json& rules, const std::string& word) {
    for (const char* key : {fields::config::deny, fields::config::allow}) {
        const Json list = list_of(rules, key);
        if (std::find(list.begin(), list.end(), Json(word)) != list.end()) return true;
    }
    return false;
}

Result<> check_tools(const std::string& server, const std::vector<std::string>& tools,
                     const std::vector<std::string>& known) {
    const std::vector<std::string_view> candidates(known.begin(), known.end());
    for (const auto& tool : tools) {
        if (is_glob(tool) || std::find(known.begin(), known.end(), tool) != known.end()) continue;
        return Error{ErrorCode::validation_error,
                     "'" + server + "' has no tool '" + tool + "'" + mcpm::did_you_mean(tool, candidates),
                     {},
                     "mcpm tools list " + server};
    }
    return {};
}

bool is_offered(const Json& rules, const std::string& tool) {
    if (!is_lawful_tool_name(tool)) return false;
    const Json allow = list_of(rules, "allow");
    return !is_matched(list_of(rules, "deny"), tool) && (allow.empty() || is_matched(allow, tool));
}

std::size_t definition_bytes(const Json& tool) {
    return tool.dump(-1, ' ', false, Json::error_handler_t::replace).size();
}

}  // namespace mcpm::cli
