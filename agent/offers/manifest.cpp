#include "agent/offers/manifest.hpp"

#include "common/wire.hpp"

#include <fmt/format.h>

#include <functional>
#include <map>
#include <vector>

namespace mcpm {

namespace {

/// An entry's own key comes first: a resource has a name as well, which need not be its own.
std::map<std::string, std::string> by_key(std::string_view list) {
    std::map<std::string, std::string> entries;
    const auto json = wire::parse(list);
    if (!json || !json->is_array()) return entries;
    for (const auto& entry : *json) {
        if (!entry.is_object()) continue;
        for (const char* key : {"uri", "uriTemplate", "name"}) {
            const auto found = entry.find(key);
            if (found == entry.end() || !found->is_string()) continue;
            entries.emplace(found->get<std::string>(), entry.dump());
            break;
        }
    }
    return entries;
}

void append_names(std::string& sentence, std::string_view verb, const std::vector<std::string>& names) {
    if (names.empty()) return;
    if (!sentence.empty()) sentence += "; ";
    sentence += fmt::format("{} {}", verb, fmt::join(names, ", "));
}

}  // namespace

std::string digest_of(const Manifest& manifest) {
    std::size_t digest = 0;
    for (const auto* part : {&manifest.tools, &manifest.prompts, &manifest.resources,
                             &manifest.resource_templates, &manifest.facts}) {
        digest = digest * 1099511628211u ^ std::hash<std::string>{}(*part);
    }
    return fmt::format("{:016x}", digest);
}

std::string describe_difference(std::string_view what, std::string_view before, std::string_view now) {
    const auto old_entries = by_key(before);
    const auto new_entries = by_key(now);
    std::vector<std::string> added, gone, changed;
    for (const auto& [name, text] : new_entries) {
        const auto found = old_entries.find(name);
        if (found == old_entries.end()) {
            added.push_back(name);
        } else if (found->second != text) {
            changed.push_back(name);
        }
    }
    for (const auto& [name, text] : old_entries) {
        if (!new_entries.contains(name)) gone.push_back(name);
    }
    std::string sentence;
    append_names(sentence, "new", added);
    append_names(sentence, "gone", gone);
    append_names(sentence, "changed", changed);
    return sentence.empty() ? sentence : fmt::format("{}: {}", what, sentence);
}

std::string describe_difference(const Manifest& before, const Manifest& now) {
    std::string sentence;
    for (const auto& part :
         {describe_difference("tools", before.tools, now.tools),
          describe_difference("prompts", before.prompts, now.prompts),
          describe_difference("resources", before.resources, now.resources),
          describe_difference("resource templates", before.resource_templates, now.resource_templates)}) {
        if (part.empty()) continue;
        if (!sentence.empty()) sentence += ". ";
        sentence += part;
    }
    return sentence;
}

}  // namespace mcpm
