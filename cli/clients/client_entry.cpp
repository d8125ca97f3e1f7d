#include "cli/clients/client_entry.hpp"

#include "common/utf8.hpp"

#include <algorithm>

namespace mcpm::cli {

namespace {

void add_members(Json& entry, std::string_view members) {
    if (members.empty()) return;
    const Json added = Json::parse(members);
    for (const auto& [key, value] : added.items()) entry[key] = value;
}

/// Program and arguments, whatever they are called.
std::vector<std::string> command_of(const DocumentNode& entry) {
    std::vector<std::string> words;
    for (const std::string_view key : {"command", "cmd"}) {
        const DocumentNode* const found = entry.find(key);
        if (found == nullptr) continue;
        if (found->is_text()) words.push_back(found->text);
        for (const DocumentNode& item : found->items) words.push_back(item.text);
    }
    if (const DocumentNode* const args = entry.find("args"); args != nullptr) {
        for (const DocumentNode& item : args->items) words.push_back(item.text);
    }
    return words;
}

std::string url_of(const DocumentNode& entry) {
    for (const std::string_view key : {"url", "serverUrl", "httpUrl", "uri"}) {
        const DocumentNode* const found = entry.find(key);
        if (found != nullptr && found->is_text()) return found->text;
    }
    return {};
}

/// `mcpm connect NAME`, which a person wrote for one server, is theirs.
bool is_our_command(std::vector<std::string> words) {
    if (words.empty()) return false;
    const std::string name = words[0].substr(words[0].rfind('/') + 1);
    if (name == "mcpmd" && words.size() > 1 && words[1] == "ctl") words.erase(words.begin());
    const bool is_ours = name == "mcpm" || name == "mcpmd";
    return is_ours && words.size() > 1 && words[1] == "connect" &&
           (words.size() == 2 || words[2].starts_with("--profile"));
}

/// A URL of this machine with a token of ours: other programs have an /mcp here too.
bool is_our_url(const DocumentNode& entry) {
    const std::string url = url_of(entry);
    if (url.find("/mcp") == std::string::npos) return false;
    for (const char* const headers : {"headers", "http_headers"}) {
        const DocumentNode* const header = entry.find(std::vector<std::string>{headers, "Authorization"});
        if (header != nullptr && header->text.starts_with("Bearer mcpm_")) return true;
    }
    return false;
}

}  // namespace

Result<Json> client_entry(const EntryForm& form, const std::string& name, const ClientLink& link) {
    Json entry = Json::object();
    if (form.named) entry["name"] = name;
    if (!link.url.empty()) {
        if (form.url.empty())
            return Error{ErrorCode::validation_error,
                         "this client's file takes no URL that mcpm knows of",
                         {},
                         "leave --http out: the entry is then a command"};
        add_members(entry, form.remote);
        entry[std::string(form.url)] = link.url;
        if (!link.token.empty())
            entry[std::string(form.headers)] = Json{{"Authorization", "Bearer " + link.token}};
        return ok(std::move(entry));
    }
    if (!is_utf8(link.program))
        return Error{ErrorCode::validation_error,
                     "the path of mcpm is not UTF-8, no client's file can have it"};
    Json arguments = Json::array({"connect"});
    if (!link.profile.empty()) arguments.insert(arguments.end(), {"--profile", link.profile});
    add_members(entry, form.local);
    if (form.args.empty()) {
        arguments.insert(arguments.begin(), link.program);
        entry[std::string(form.command)] = std::move(arguments);
    } else {
        entry[std::string(form.command)] = link.program;
        entry[std::string(form.args)] = std::move(arguments);
    }
    return ok(std::move(entry));
}

std::vector<std::string> members_to_drop(const EntryForm& form, const Json& entry) {
    std::vector<std::string> drop;
    for (const std::string_view key : {form.command, form.args, form.url, form.headers}) {
        if (!key.empty() && !entry.contains(key)) drop.emplace_back(key);
    }
    for (const std::string_view members : {form.local, form.remote}) {
        if (members.empty()) continue;
        const Json spelled = Json::parse(members);
        for (const auto& [key, value] : spelled.items()) {
            if (!entry.contains(key)) drop.push_back(key);
        }
    }
    return drop;
}

bool is_our_entry(const DocumentNode& entry) {
    return is_our_command(command_of(entry)) || is_our_url(entry);
}

std::string entry_in_words(const DocumentNode& entry) {
    const std::string url = url_of(entry);
    std::string profile;
    if (!url.empty()) {
        const std::size_t at = url.find("/mcp/p/");
        if (at != std::string::npos) profile = url.substr(at + 7);
    } else {
        const auto words = command_of(entry);
        const auto option = std::find(words.begin(), words.end(), "--profile");
        if (option != words.end() && option + 1 != words.end()) profile = *(option + 1);
    }
    return (url.empty() ? "stdio" : "http") + (profile.empty() ? "" : ", profile " + profile);
}

std::vector<std::string> our_entries(const DocumentNode& root, const Layout& layout) {
    std::vector<std::string> ours;
    for (std::string& name : entry_names(root, entry_place(layout, ""))) {
        const DocumentNode* const entry = find_entry(root, entry_place(layout, name));
        if (entry != nullptr && is_our_entry(*entry)) ours.push_back(std::move(name));
    }
    return ours;
}

}  // namespace mcpm::cli
