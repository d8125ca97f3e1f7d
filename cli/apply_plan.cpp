#include "cli/apply_plan.hpp"

#include "cli/server_view.hpp"
#include "cli/spec_diff.hpp"
#include "common/fields/approval_fields.hpp"
#include "common/fields/profile_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/sha256.hpp"

#include <algorithm>
#include <map>

namespace mcpm::cli {

namespace {

std::vector<std::string> texts_of(const Json& list) {
    std::vector<std::string> texts;
    if (!list.is_array()) return texts;
    for (const Json& one : list)
        if (one.is_string()) texts.push_back(one.get<std::string>());
    return texts;
}

/// By server, so that an order is no difference.
Json comparable(const Profile& profile) {
    Json servers = Json::object();
    std::vector<const ProfileServer*> sorted;
    for (const ProfileServer& one : profile.servers) sorted.push_back(&one);
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* left, const auto* right) { return left->server < right->server; });
    for (const ProfileServer* one : sorted)
        servers[one->server] = Json{{"allow", one->allow}, {"deny", one->deny}};
    return Json{{"description", profile.description},
                {"instructions", profile.instructions},
                {"servers", std::move(servers)}};
}

Result<Change> change_for(const ServerSpec& spec, const std::map<std::string, Json>& existing) {
    Json wanted = wire::from_spec(spec);
    const auto found = existing.find(spec.name);
    if (found == existing.end()) {
        const auto hidden = masked_values(wanted);
        if (!hidden.empty()) {
            return Error{ErrorCode::validation_error,
                         "server '" + spec.name + "' is new, but " + hidden[0] + " is \"***\"",
                         {},
                         "an export hides secret values; write the value into the file"};
        }
        std::vector<std::string> lines = difference_lines(Json::object(), wanted);
        return Change{Change::Kind::create, spec.name, std::move(wanted), std::move(lines)};
    }
    const auto current = definition_of(found->second);
    if (!current) return current.error();
    Json patch = merge_patch(*current, wanted);
    const auto kind = patch.empty() ? Change::Kind::same : Change::Kind::update;
    return Change{kind, spec.name, std::move(patch), difference_lines(*current, wanted),
                  !pending_in_words(found->second).empty()};
}

}  // namespace

std::string_view word(Change::Kind kind) {
    switch (kind) {
        case Change::Kind::create:
            return "created";
        case Change::Kind::update:
            return "updated";
        case Change::Kind::same:
            return "unchanged";
        case Change::Kind::restart:
            return "restarted";
        case Change::Kind::prune:
            return "pruned";
    }
    return "";
}

std::string title(const Change& change) {
    if (change.what == Change::What::profile) return "profile " + change.name;
    return change.what == Change::What::approvals ? "approvals of " + change.name : change.name;
}

Result<std::vector<Change>> plan_servers(const std::vector<ServerSpec>& specs, const Json& servers,
                                         Prune prune) {
    std::map<std::string, Json> existing;
    for (const Json& server : servers) existing[text(server, fields::server::name)] = server;
    std::vector<Change> changes;
    for (const ServerSpec& spec : specs) {
        auto change = change_for(spec, existing);
        if (!change) return change.error();
        changes.push_back(std::move(*change));
    }
    if (prune == Prune::no) return changes;
    for (const auto& [name, server] : existing) {
        const bool wanted = std::any_of(specs.begin(), specs.end(),
                                        [&name = name](const ServerSpec& spec) { return spec.name == name; });
        if (!wanted) changes.push_back({Change::Kind::prune, name, nullptr});
    }
    return changes;
}

Profile profile_of(const Json& json) {
    Profile profile{text(json, fields::profile::name),
                    text(json, fields::profile::description),
                    {},
                    text(json, fields::profile::instructions)};
    const Json& servers = member(json, fields::profile::servers);
    if (!servers.is_array()) return profile;
    for (const Json& one : servers) {
        const Json& tools = member(one, fields::profile::tools);
        profile.servers.push_back({text(one, fields::profile::server),
                                   texts_of(member(tools, fields::profile::allow)),
                                   texts_of(member(tools, fields::profile::deny))});
    }
    return profile;
}

Json profile_body(const Profile& profile) {
    Json body{{"description", profile.description},
              {"instructions", profile.instructions},
              {"servers", Json::array()}};
    for (const ProfileServer& one : profile.servers)
        body[fields::profile::servers].push_back(
            Json{{"server", one.server}, {"tools", Json{{"allow", one.allow}, {"deny", one.deny}}}});
    return body;
}

std::vector<Change> plan_profiles(const std::vector<Profile>& wanted, const Json& profiles, Prune prune) {
    std::map<std::string, Profile> existing;
    for (const Json& one : profiles) existing.emplace(text(one, fields::profile::name), profile_of(one));
    std::vector<Change> changes;
    for (const Profile& profile : wanted) {
        const auto found = existing.find(profile.name);
        const bool is_new = found == existing.end();
        Change change{is_new ? Change::Kind::create : Change::Kind::same, profile.name,
                      profile_body(profile)};
        change.what = Change::What::profile;
        const Json before = is_new ? Json::object() : comparable(found->second);
        change.lines = difference_lines(before, comparable(profile));
        if (!is_new && !change.lines.empty()) change.kind = Change::Kind::update;
        if (is_new) change.body[fields::profile::name] = profile.name;
        changes.push_back(std::move(change));
        if (!is_new) existing.erase(found);
    }
    if (prune == Prune::no) return changes;
    for (const auto& [name, profile] : existing) {
        Change change{Change::Kind::prune, name, nullptr};
        change.what = Change::What::profile;
        changes.push_back(std::move(change));
    }
    return changes;
}

ApprovedTools approved_of(const std::string& server, const Json& standing) {
    ApprovedTools approved{server};
    const Json& tools = member(standing, fields::approval::tools);
    if (!tools.is_array()) return approved;
    for (const Json& tool : tools) {
        const std::string hash = text(tool, fields::approval::approved);
        if (!hash.empty())
            approved.tools[text(tool, fields::approval::name)] = std::string(sha256_mark) + hash;
    }
    return approved;
}

Change plan_approvals(const ApprovedTools& wanted, const Json& standing) {
    Change change{Change::Kind::same, wanted.server, Json::object()};
    change.what = Change::What::approvals;
    const ApprovedTools before = approved_of(wanted.server, standing);
    for (const auto& [tool, digest] : wanted.tools) {
        const auto known = before.tools.find(tool);
        if (known != before.tools.end() && known->second == digest) continue;
        change.body[tool] = digest;
        change.lines.push_back((known == before.tools.end() ? "+ " : "~ ") + tool + ": " + digest);
    }
    if (!change.lines.empty())
        change.kind = before.tools.empty() ? Change::Kind::create : Change::Kind::update;
    return change;
}

}  // namespace mcpm::cli
