#include "agent/gateway/catalog.hpp"

#include "agent/gateway/lists.hpp"
#include "agent/gateway/shown_uris.hpp"
#include "agent/gateway/state.hpp"
#include "agent/gateway/tool_edits.hpp"
#include "agent/gateway/ui_uris.hpp"
#include "common/json_walk.hpp"

#include <fmt/format.h>

namespace mcpm::gateway {

std::string plain_name(std::string_view name) {
    std::string plain;
    for (const char character : name) {
        const bool good = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
                          (character >= '0' && character <= '9') || character == '_' || character == '-';
        plain.push_back(good ? character : '_');
    }
    return plain;
}

std::string short_hash(std::string_view text) {
    std::uint64_t hash = 14695981039346656037u;
    for (const char character : text) {
        hash ^= static_cast<unsigned char>(character);
        hash *= 1099511628211u;
    }
    return fmt::format("{:08x}", static_cast<std::uint32_t>(hash ^ (hash >> 32)));
}

namespace {

constexpr std::size_t prefix_limit = 32;
constexpr std::string_view separator = "__";

std::string cut(std::string name, std::size_t limit, std::string_view of) {
    if (name.size() > limit - 9) name.resize(limit - 9);
    return name + "_" + short_hash(of);
}

}  // namespace

Catalog::Catalog(const std::vector<Member>& members, std::string digest)
    : digest_(std::move(digest)), members_(members.size()) {
    std::map<std::string, unsigned> wished;
    for (const auto& member : members) ++wished[plain_name(member.target->name)];
    for (const auto& member : members) {
        const std::string& name = member.target->name;
        std::string prefix = plain_name(name);
        const bool altered = prefix != name || prefix.find(separator) != std::string::npos;
        if (prefix.size() > prefix_limit || (altered && wished[prefix] > 1))
            prefix = cut(prefix, prefix_limit, name);
        prefix_of_[member.target->id] = prefix;
        prefixes_.emplace(prefix, member.target);
        marks_.emplace(uri_mark(prefix), member.target);
        apps_.emplace(prefix, member.target);
    }
    for (const auto& member : members) {
        add_named(member.target, member.tools, tools_, tool_list_, true);
        add_named(member.target, member.prompts, prompts_, prompt_list_, false);
        add_resources(member.target, member.resources, "uri", resource_list_);
        add_resources(member.target, member.resource_templates, "uriTemplate", template_list_);
    }
}

void Catalog::add_named(const TargetPtr& target, std::string_view array, Places& places,
                        std::vector<Entry>& entries, bool has_rules) {
    const std::string& prefix = prefix_of_[target->id];
    for_each_element(array, [&](const mcp::JsonSlice& entry) {
        if (entry.type != mcp::JsonType::object) return;
        const mcp::JsonSlice name = mcp::member(entry.text, "name");
        const std::string real = decode_string(name);
        if (real.empty() || (has_rules && !is_allowed(*target, real))) return;
        const std::string own = has_rules ? shown_name(*target, real) : real;
        std::string shown = prefix + std::string(separator) + plain_name(own);
        if (shown.size() > name_limit || plain_name(own) != own || places.contains(shown)) {
            shown = cut(shown, name_limit, target->name + "/" + real);
        }
        if (!places.emplace(shown, Place{target, real}).second) return;
        if (!has_rules || !target->tools.edit.contains(real)) {
            entries.push_back(
                Entry{target->id, with_shown_ui_template(with_string(entry.text, name, shown), prefix)});
            return;
        }
        const std::string edited = as_edited(target->tools, real, entry.text);
        entries.push_back(
            Entry{target->id,
                  with_shown_ui_template(with_string(edited, mcp::member(edited, "name"), shown), prefix)});
    });
}

/// A URI is shown with its server in front; but an app's, which hosts know by its scheme.
void Catalog::add_resources(const TargetPtr& target, std::string_view array, std::string_view member,
                            std::vector<Entry>& entries) {
    const std::string mark = uri_mark(prefix_of_[target->id]);
    for_each_element(array, [&](const mcp::JsonSlice& entry) {
        if (entry.type != mcp::JsonType::object) return;
        const mcp::JsonSlice uri = mcp::member(entry.text, member);
        const std::string real = decode_string(uri);
        if (real.empty()) return;
        const std::string shown = is_ui_uri(real) ? shown_ui_uri(real, prefix_of_[target->id]) : mark + real;
        entries.push_back(Entry{target->id, with_string(entry.text, uri, shown)});
    });
}

const Catalog::Place* Catalog::find(const Places& places, const std::string& shown) {
    const auto found = places.find(shown);
    return found == places.end() ? nullptr : &found->second;
}

std::optional<Catalog::Place> Catalog::resource(const std::string& uri) const {
    const auto mark = mark_of(uri);
    if (const auto found = marks_.find(mark); found != marks_.end())
        return Place{found->second, uri.substr(mark.size())};
    const auto app = apps_.find(prefix_of_ui_uri(uri));
    return app == apps_.end() ? std::nullopt : std::optional<Place>(Place{app->second, own_ui_uri(uri)});
}

std::string Catalog::mark(const std::string& server_id) const {
    const auto found = prefix_of_.find(server_id);
    return found == prefix_of_.end() ? std::string() : uri_mark(found->second);
}

std::string Catalog::prefix(const std::string& server_id) const {
    const auto found = prefix_of_.find(server_id);
    return found == prefix_of_.end() ? std::string() : found->second;
}

const TargetPtr* Catalog::by_prefix(const std::string& shown, std::string& name) const {
    for (const auto& [prefix, target] : prefixes_) {
        if (!shown.starts_with(prefix + std::string(separator))) continue;
        name = real_name(*target, shown.substr(prefix.size() + separator.size()));
        if (!name.empty() && is_allowed(*target, name)) return &target;
    }
    return nullptr;
}

const std::vector<Catalog::Entry>& Catalog::list(std::string_view method) const {
    if (method == "tools/list") return tool_list_;
    if (method == "prompts/list") return prompt_list_;
    return method == "resources/list" ? resource_list_ : template_list_;
}

}  // namespace mcpm::gateway
