#include "agent/gateway/scopes.hpp"

#include "agent/gateway/tool_edits.hpp"
#include "agent/gateway/ui_uris.hpp"
#include "common/json_walk.hpp"
#include "common/tool_names.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::gateway {

// --- rules of tools ---

bool is_allowed(const Target& target, std::string_view tool) {
    if (!is_lawful_tool_name(tool)) return false;
    const auto matches = [tool](const std::string& pattern) { return glob_matches(pattern, tool); };
    const auto any = [&](const auto& patterns) {
        return std::any_of(patterns.begin(), patterns.end(), matches);
    };
    const ToolRules& rules = target.tools;
    // Another one may have got its name.
    if (!rules.rename.empty() && real_name(target, shown_name(target, tool)) != tool) return false;
    return !any(rules.deny) && (rules.allow.empty() || any(rules.allow)) &&
           (target.narrowed.empty() || any(target.narrowed));
}

std::string shown_name(const Target& target, std::string_view tool) {
    const auto& rules = target.tools;
    const auto found = rules.rename.find(std::string(tool));
    return found == rules.rename.end() ? std::string(tool) : found->second;
}

std::string real_name(const Target& target, std::string_view shown) {
    for (const auto& [from, to] : target.tools.rename) {
        if (to == shown) return from;
    }
    return std::string(shown);
}

// --- who is reached ---

const std::vector<TargetPtr>& Scopes::targets() {
    const std::uint64_t version = directory_.servers_version();
    if (version == version_) return targets_;
    targets_.clear();
    for (auto& target : directory_.servers())
        targets_.push_back(std::make_shared<const Target>(std::move(target)));
    version_ = version;
    return targets_;
}

TargetPtr Scopes::find(std::string_view name) {
    for (const auto& target : targets()) {
        if (target->name == name || target->id == name) return target;
    }
    return nullptr;
}

TargetPtr Scopes::target_of(const Scope& scope) {
    auto target = find(scope.name);
    if (scope.profile.empty() || !target) return target;
    for (auto& member : members_of_profile(scope.profile)) {
        if (member->id == target->id) return member;
    }
    return nullptr;
}

std::vector<TargetPtr> Scopes::members(const Scope& scope) {
    if (scope.kind == Scope::Kind::all) return targets();
    if (scope.kind == Scope::Kind::profile) return members_of_profile(scope.name);
    std::vector<TargetPtr> found;
    if (auto target = target_of(scope)) found.push_back(std::move(target));
    return found;
}

std::vector<TargetPtr> Scopes::members_of_profile(const std::string& profile) {
    std::vector<TargetPtr> found;
    const auto choices = directory_.profile(profile);
    if (!choices) return found;
    for (const auto& choice : *choices) {
        const auto target = find(choice.server);
        if (!target) continue;
        Target chosen = *target;
        // A profile narrows what the server itself offers; it never widens it.
        chosen.narrowed = choice.tools.allow;
        chosen.tools.deny.insert(chosen.tools.deny.end(), choice.tools.deny.begin(), choice.tools.deny.end());
        for (const auto& [from, to] : choice.tools.rename) chosen.tools.rename.emplace(from, to);
        found.push_back(std::make_shared<const Target>(std::move(chosen)));
    }
    return found;
}

bool Scopes::reaches(const Scope& scope, const std::string& server_id) {
    const auto reached = members(scope);
    return std::any_of(reached.begin(), reached.end(),
                       [&](const auto& target) { return target->id == server_id; });
}

bool Scopes::is_known(const Scope& scope) {
    if (scope.kind == Scope::Kind::all) return true;
    if (scope.kind == Scope::Kind::server) return target_of(scope) != nullptr;
    return directory_.profile(scope.name).has_value();
}

// --- what they offer ---

std::string Scopes::offers_digest(const Scope& scope) {
    std::string digest;
    for (const auto& target : members(scope)) {
        if (!directory_.is_up(target->id)) continue;
        const auto kept = directory_.kept(target->id);
        digest += target->id + ":" + target->name + ":" + (kept ? kept->digest : "-") + ";";
        for (const auto& text : target->tools.allow) digest += "+" + text;
        for (const auto& text : target->narrowed) digest += "*" + text;
        for (const auto& text : target->tools.deny) digest += "-" + text;
        for (const auto& [from, to] : target->tools.rename) digest += from + ">" + to;
        digest += edits_digest(target->tools);
    }
    return digest;
}

/// A profile that is gone leaves nothing behind.
Scopes::Offers& Scopes::offers(const Scope& scope) {
    const std::string key = scope.kind == Scope::Kind::profile ? "p/" + scope.name : std::string();
    if (const auto found = offers_.find(key); found != offers_.end()) return found->second;
    std::erase_if(offers_, [this](const auto& entry) {
        return !entry.first.empty() && !directory_.profile(entry.first.substr(2)).has_value();
    });
    return offers_[key];
}

const Catalog& Scopes::catalog(const Scope& scope) {
    std::string digest = offers_digest(scope);
    Catalog& known = offers(scope).catalog;
    if (!known.is_empty() && known.digest() == digest) return known;
    std::vector<Member> offered;
    std::vector<KeptPtr> held;  // what the members' texts are in
    for (const auto& target : members(scope)) {
        auto kept = directory_.kept(target->id);
        if (!kept || !directory_.is_up(target->id)) {
            // Nothing of it is listed, but its prefix leads to the reason why it does not answer.
            offered.push_back(Member{target, {}, {}, {}, {}});
            continue;
        }
        offered.push_back(
            Member{target, kept->tools, kept->prompts, kept->resources, kept->resource_templates});
        held.push_back(std::move(kept));
    }
    known = Catalog(offered, std::move(digest));
    return known;
}

const FindableTools& Scopes::tools_to_find(const Scope& scope) {
    const Catalog& offered = catalog(scope);
    FindableTools& findable = offers(scope).findable;
    if (findable.digest == offered.digest() && !findable.tools.empty()) return findable;
    findable = {};
    findable.digest = offered.digest();
    std::vector<std::string_view> texts;
    for (const auto& entry : offered.list("tools/list")) {
        if (is_for_app_alone(entry.text)) continue;
        findable.tools.push_back(&entry);
        texts.push_back(entry.text);
    }
    findable.index = ToolIndex(texts);
    return findable;
}

TargetPtr Scopes::owner_of_uri(const Scope& scope, const std::string& uri) {
    if (scope.kind == Scope::Kind::server) return target_of(scope);
    const auto place = catalog(scope).resource(uri);
    return place ? place->target : nullptr;
}

std::string Scopes::mark(const Scope& scope, const std::string& server_id) {
    return scope.kind == Scope::Kind::server ? std::string() : catalog(scope).mark(server_id);
}

std::string Scopes::tool_schema(const Scope& scope, std::string_view tool) {
    TargetPtr target;
    std::string real(tool);
    if (scope.kind == Scope::Kind::server) {
        target = target_of(scope);
        if (target) real = real_name(*target, tool);
    } else if (const auto* const place = catalog(scope).tool(real)) {
        target = place->target;
        real = place->name;
    }
    const auto kept = target ? directory_.kept(target->id) : nullptr;
    return kept ? std::string(mcp::member(find_tool(kept->tools, real), "inputSchema").text) : std::string();
}

}  // namespace mcpm::gateway
