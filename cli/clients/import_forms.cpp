// THE TABLE of forms that servers are kept in: by which key they are recognised, and how their entries are
// found.
#include "cli/clients/import_reader.hpp"
#include "common/ascii.hpp"

#include <algorithm>
#include <array>

namespace mcpm::cli {

namespace {

using Found = std::vector<FoundServer>;

struct EntryName {
    std::string text;
    std::size_t at;
};

void add_entry(Found& found, const std::string& place, const EntryName& name, const DocumentNode& entry,
               DocumentFormat format, const ImportWishes& wishes) {
    // opencode keeps settings of its own beside the servers.
    if (!entry.is_map() && place == "mcp") return;
    found.push_back(read_entry(name.text, entry, format, wishes));
    found.back().place = place;
    found.back().at = name.at;
}

/// Entries by their keys, or in a list by their names.
void add_all(Found& found, const std::string& place, const DocumentNode& all, DocumentFormat format,
             const ImportWishes& wishes) {
    for (const auto& [key, entry] : all.members)
        add_entry(found, place, {key.text, key.begin}, entry, format, wishes);
    for (const DocumentNode& entry : all.items) {
        const DocumentNode* const name = entry.find("name");
        add_entry(found, place, {name == nullptr ? "server" : name->text, entry.begin}, entry, format,
                  wishes);
    }
}

/// Claude Code keeps those of a project below its folder.
void add_projects(Found& found, const DocumentNode& projects, DocumentFormat format,
                  const ImportWishes& wishes) {
    for (const auto& [folder, project] : projects.members) {
        const DocumentNode* const servers = project.find("mcpServers");
        if (servers == nullptr) continue;
        ImportWishes there = wishes;
        there.folder = folder.text;
        add_all(found, "projects", *servers, format, there);
    }
}

/// Services of a Compose file: those that are MCP servers cannot be told from others, so each is offered.
bool is_compose(const DocumentNode& root) {
    const DocumentNode* const services = root.find("services");
    return services != nullptr && services->is_map();
}

bool is_layout_map(const DocumentNode* node) {
    return node != nullptr && (node->is_map() || node->kind == DocumentNode::Kind::list);
}

/// One server alone: ToolHive's run configuration, or an entry without a name around it.
bool is_single(const DocumentNode& root) {
    const bool runs = root.find("command") != nullptr || root.find("image") != nullptr ||
                      root.find("url") != nullptr || root.find("remote_url") != nullptr;
    return runs && root.find("name") != nullptr;
}

/// Names to entries without anything around them: the Python program mcpm.
bool is_bare_map(const DocumentNode& root) {
    if (!root.is_map() || root.members.empty()) return false;
    for (const auto& [key, entry] : root.members) {
        if (!entry.is_map() || (entry.find("command") == nullptr && entry.find("url") == nullptr))
            return false;
    }
    return true;
}

std::string_view kind_in_words(const DocumentNode& node) {
    switch (node.kind) {
        case DocumentNode::Kind::nothing:
            return "nothing";
        case DocumentNode::Kind::word:
            return "a number or the like";
        case DocumentNode::Kind::text:
            return "a text";
        case DocumentNode::Kind::list:
            return "a list";
        case DocumentNode::Kind::map:
            return "a map";
    }
    return "";
}

constexpr std::array<std::string_view, 8> places{"mcpServers",     "servers",    "context_servers",
                                                 "mcp_servers",    "extensions", "amp.mcpServers",
                                                 "remote_servers", "registry"};

}  // namespace

DocumentFormat format_of(const std::string& file, std::string_view text) {
    const std::string name = ascii::lowered(file);
    if (name.ends_with(".toml")) return DocumentFormat::toml;
    if (name.ends_with(".yaml") || name.ends_with(".yml")) return DocumentFormat::yaml;
    const std::size_t first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
    const bool is_json = name.ends_with(".json") || name.ends_with(".jsonc") ||
                         first == std::string_view::npos || text[first] == '{' || text[first] == '/';
    return is_json ? DocumentFormat::jsonc : DocumentFormat::yaml;
}

std::vector<FoundServer> servers_in(const DocumentNode& root, DocumentFormat format,
                                    const ImportWishes& wishes) {
    if (is_server_json(root)) return {read_server_json(root, format)};
    Found found;
    for (const std::string_view place : places) {
        const DocumentNode* const all = root.find(place);
        if (is_layout_map(all)) add_all(found, std::string(place), *all, format, wishes);
    }
    if (const DocumentNode* const mcp = root.find("mcp"); mcp != nullptr && mcp->is_map()) {
        const DocumentNode* const newer = mcp->find("servers");
        const bool is_newer = newer != nullptr && newer->is_map() && newer->find("type") == nullptr;
        add_all(found, "mcp", is_newer ? *newer : *mcp, format, wishes);
    }
    if (const DocumentNode* const projects = root.find("projects"); projects != nullptr && projects->is_map())
        add_projects(found, *projects, format, wishes);
    if (is_compose(root)) add_all(found, "services", *root.find("services"), format, wishes);
    if (!found.empty()) return found;
    if (is_single(root)) {
        add_entry(found, "", {root.find("name")->text, root.begin}, root, format, wishes);
    } else if (is_bare_map(root)) {
        add_all(found, "", root, format, wishes);
    }
    return found;
}

MisshapenPlace misshapen_place(const DocumentNode& root) {
    for (const auto& [key, node] : root.members) {
        const bool is_place = std::find(places.begin(), places.end(), key.text) != places.end() ||
                              key.text == "services" || key.text == "mcp";
        if (is_place && !node.is_map())
            return {key.begin, key.text + ": a map of names to servers is expected, this is " +
                                   std::string(kind_in_words(node))};
    }
    return {};
}

}  // namespace mcpm::cli
