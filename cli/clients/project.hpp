// The servers of a project's folder: its .mcp.json (or mcpm.yaml), and which of the agent's servers are its
// own. They are told by their labels, never by their names.
#pragma once

#include "cli/clients/import_plan.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::cli {

inline constexpr std::string_view project_label = "mcpm.project";      // the folder
inline constexpr std::string_view digest_label = "mcpm.project.file";  // of the file that was agreed to

struct ProjectFile {
    std::string file;
    std::string folder;
    std::string digest;  // of its bytes
};

/// The nearest one from `folder` upwards, not above the home folder that it is in; .mcp.json before
/// mcpm.yaml.
std::optional<std::filesystem::path> find_project_file(std::filesystem::path folder,
                                                       const std::filesystem::path& home);

/// not_found with what was looked for; the error of a bad file names its place.
Result<ProjectFile> read_project_file(const std::filesystem::path& file);

/// What it defines, each with labels, "PROJECT.NAME" and secrets in the vault; an item that cannot be is
/// left_out. `existing` is GET /servers: another project of the same folder name makes ours longer.
Result<std::vector<ImportItem>> project_items(const ProjectFile& project, const Json& existing);

/// The names of the agent's servers that belong to the folder.
std::vector<std::string> project_servers(const Json& existing, const std::string& folder);

}  // namespace mcpm::cli
