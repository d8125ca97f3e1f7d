#include "cli/profile_choice.hpp"

#include "common/fields/profile_fields.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::cli {

namespace {

Json* find_in(Json& servers, std::string_view name) {
    for (Json& one : servers) {
        if (text(one, fields::profile::server) == name) return &one;
    }
    return nullptr;
}

Error not_in_it(std::string_view option, const std::string& server) {
    return Error{ErrorCode::validation_error,
                 std::string(option) + ": '" + server + "' is not a server of this profile",
                 {},
                 "--server " + server + " adds it"};
}

Result<> set_patterns(Json& servers, const std::vector<std::string>& words, std::string_view option,
                      const char* list) {
    std::vector<Json*> begun;  // whose old list has been emptied
    const auto add = [&](Json& one, std::string_view pattern) {
        if (std::find(begun.begin(), begun.end(), &one) == begun.end()) {
            begun.push_back(&one);
            one[fields::profile::tools][list] = Json::array();
        }
        one[fields::profile::tools][list].push_back(std::string(pattern));
    };
    for (const auto& word : words) {
        const auto slash = word.find('/');
        if (slash == std::string::npos) {
            for (Json& one : servers) add(one, word);
            continue;
        }
        Json* one = find_in(servers, word.substr(0, slash));
        if (one == nullptr) return not_in_it(option, word.substr(0, slash));
        add(*one, std::string_view(word).substr(slash + 1));
    }
    return {};
}

}  // namespace

Result<Json> profile_servers(Json before, const ProfileWords& words) {
    Json servers = before.is_array() ? std::move(before) : Json::array();
    for (const auto& name : words.removed) {
        if (find_in(servers, name) == nullptr) return not_in_it("--remove-server", name);
        for (auto at = servers.begin(); at != servers.end();)
            at = text(*at, fields::profile::server) == name ? servers.erase(at) : at + 1;
    }
    for (const auto& name : words.servers) {
        if (find_in(servers, name) == nullptr) servers.push_back(Json{{fields::profile::server, name}});
    }
    if (auto set = set_patterns(servers, words.tools, "--tool", "allow"); !set) return set.error();
    if (auto set = set_patterns(servers, words.denied, "--deny", "deny"); !set) return set.error();
    return ok(std::move(servers));
}

}  // namespace mcpm::cli
