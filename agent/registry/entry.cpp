#include "agent/registry/entry.hpp"

#include "agent/templates/template_json.hpp"
#include "common/ascii.hpp"
#include "common/fields/market_fields.hpp"
#include "common/fields/registry_fields.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::registry {

namespace {

using wire::Json;

/// What a template says of itself, under this entry's name and without what only a tried template has.
Json with_origin(Json json, const Entry& entry) {
    json[fields::market::id] = entry.id;
    json[fields::market::origin] = "registry";
    json[fields::registry::from] = entry.from;
    for (const char* key : {fields::market::category, fields::market::starts, fields::market::measured})
        json.erase(key);
    const std::pair<const char*, const std::string&> texts[] = {{fields::market::version, entry.version},
                                                                {fields::registry::verified, entry.verified},
                                                                {fields::registry::updated_at, entry.updated},
                                                                {fields::registry::status, entry.status},
                                                                {fields::registry::problem, entry.problem}};
    for (const auto& [key, text] : texts)
        if (!text.empty()) json[key] = text;
    return json;
}

}  // namespace

Result<> check_installable(const Entry& entry) {
    if (entry.problem.empty()) return {};
    std::string message = entry.place.empty() ? "" : entry.place + ": ";
    message += "\"" + entry.id + "\" cannot be installed: ";
    if (!entry.problem_at.empty()) message += entry.problem_at + ": ";
    Error error{ErrorCode::validation_error, message + entry.problem};
    if (!entry.problem_at.empty()) error.details = ErrorDetails(Detail::field, entry.problem_at);
    const bool says_what_to_do = entry.problem.find('`') != std::string::npos;
    if (!says_what_to_do)
        error.hint =
            "`mcpm add NAME` defines it by hand: --npm, --pypi, --image, --url, or -- and its command";
    return error;
}

Json summary_json(const Entry& entry) {
    return with_origin(templates::summary_json({entry.content, templates::Origin::custom}), entry);
}

Json whole_json(const Entry& entry) {
    auto json = with_origin(templates::whole_json({entry.content, templates::Origin::custom}), entry);
    json[fields::registry::notes] = entry.notes;
    return json;
}

bool fits(const Entry& entry, const std::vector<std::string>& words) {
    std::string all = ascii::lowered(entry.id + " " + entry.content.name + " " + entry.content.description);
    for (const auto& tag : entry.content.tags) all += " " + ascii::lowered(tag);
    return std::all_of(words.begin(), words.end(),
                       [&](const auto& word) { return all.find(word) != std::string::npos; });
}

}  // namespace mcpm::registry
