#include "cli/clients/project.hpp"

#include "cli/clients/client_file.hpp"
#include "cli/clients/import_sources.hpp"
#include "common/sha256.hpp"
#include "common/spec_file.hpp"

#include <algorithm>
#include <array>
#include <system_error>

namespace mcpm::cli {

namespace {

namespace fs = std::filesystem;
constexpr std::array<const char*, 3> file_names{".mcp.json", "mcpm.yaml", "mcpm.yml"};
constexpr std::size_t digest_digits = 16;
constexpr std::size_t longest_prefix = 30;

std::string label_of(const Json& server, std::string_view label) {
    return text(member(member(server, "config"), "labels"), label);
}

/// The folder's name, and more of it where another project is called so.
std::string prefix_of(const std::string& folder, const Json& existing) {
    std::string prefix;
    for (const char c : fs::path(folder).filename().string())
        prefix += c == ' ' || c == '\'' || c == ';' || c == '`' || c == '\\' || c == '-' ? '_' : c;
    if (prefix.empty()) prefix = "project";
    if (prefix.size() > longest_prefix) prefix.resize(longest_prefix);
    const bool is_taken = std::any_of(existing.begin(), existing.end(), [&](const Json& server) {
        return text(server, "name").starts_with(prefix + ".") && label_of(server, project_label) != folder;
    });
    return is_taken ? prefix + "_" + sha256_hex(folder).substr(0, 4) : prefix;
}

/// mcpm.yaml is a file for `apply`.
Result<std::vector<FoundServer>> servers_of_spec_file(const ProjectFile& project) {
    const auto yaml = read_foreign_file(project.file, Owner::anybody);
    if (!yaml) return yaml.error();
    const SpecFile read = read_spec_file(*yaml);
    if (!read.problems.empty()) return problems_error(project.file, read.problems);
    std::vector<FoundServer> found;
    for (const ServerSpec& spec : read.servers) {
        FoundServer one;
        one.name = spec.name;
        one.definition = wire::from_spec(spec);
        one.definition.erase("name");
        const bool is_process = spec.type == ServerType::process;
        if (is_process && spec.cwd.empty()) one.definition["config"]["cwd"] = project.folder;
        found.push_back(std::move(one));
    }
    return found;
}

Result<ImportSource> servers_of(const ProjectFile& project) {
    if (!project.file.ends_with(".json")) {
        auto servers = servers_of_spec_file(project);
        if (!servers) return servers.error();
        return ImportSource{project.file, {}, std::move(*servers)};
    }
    const auto text = read_foreign_file(project.file, Owner::anybody);
    if (text && text->find_first_not_of(" \t\r\n") == std::string::npos)
        return Error{
            ErrorCode::validation_error,
            project.file + ":1:1: the file is empty: mcpServers with a map of names to servers is expected",
            {},
            "correct it there, then `mcpm up` again"};
    auto source = read_import_file(project.file, "", project.folder, false);
    if (source && !source->problem.empty())
        return Error{
            ErrorCode::validation_error, source->problem, {}, "correct it there, then `mcpm up` again"};
    return source;
}

}  // namespace

std::optional<fs::path> find_project_file(fs::path folder, const fs::path& home) {
    std::error_code ignored;
    for (;; folder = folder.parent_path()) {
        for (const char* const name : file_names) {
            if (fs::exists(folder / name, ignored)) return folder / name;
        }
        if (folder == home || !folder.has_relative_path()) return std::nullopt;
    }
}

Result<ProjectFile> read_project_file(const fs::path& file) {
    const auto bytes = read_foreign_file(file, Owner::anybody);
    if (!bytes) return bytes.error();
    return ProjectFile{file.string(), file.parent_path().string(),
                       sha256_hex(*bytes).substr(0, digest_digits)};
}

Result<std::vector<ImportItem>> project_items(const ProjectFile& project, const Json& existing) {
    const auto found = servers_of(project);
    if (!found) return found.error();
    const std::string prefix = prefix_of(project.folder, existing);
    std::vector<ImportItem> items;
    std::vector<std::string> secrets;
    for (std::size_t i = 0; i < found->servers.size(); ++i) {
        const FoundServer& server = found->servers[i];
        ImportItem item{server, project.file, {}};
        if (i < found->places.size()) item.place = found->places[i];
        if (server.is_ours) continue;
        if (!server.problem.empty()) {
            item.name = prefix + "." + server.name;
            item.state = ImportItem::State::left_out;
            item.why = server.problem;
            items.push_back(std::move(item));
            continue;
        }
        item.name = prefix + "." + server.name;
        item.definition = Json{{"name", item.name}};
        item.definition.update(server.definition);
        item.definition["config"]["labels"][std::string(project_label)] = project.folder;
        item.definition["config"]["labels"][std::string(digest_label)] = project.digest;
        move_secrets(item, secrets);
        items.push_back(std::move(item));
    }
    return items;
}

std::vector<std::string> project_servers(const Json& existing, const std::string& folder) {
    std::vector<std::string> names;
    for (const Json& server : existing) {
        if (label_of(server, project_label) == folder) names.push_back(text(server, "name"));
    }
    return names;
}

}  // namespace mcpm::cli
