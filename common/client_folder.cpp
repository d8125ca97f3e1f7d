#include "common/client_folder.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

namespace mcpm {

namespace {

constexpr std::string_view cwd_mark = "${client.cwd}";
constexpr std::string_view root_mark = "${client.root}";
constexpr std::string_view any_mark = "${client.";

bool has_mark(std::string_view text) {
    return text.find(cwd_mark) != std::string_view::npos || text.find(root_mark) != std::string_view::npos;
}

/// In one pass: a folder's name may look like a placeholder.
std::string filled(std::string_view text, const ClientFolder& folder) {
    std::string out;
    while (!text.empty()) {
        const std::size_t at = std::min(text.find(any_mark), text.size());
        out += text.substr(0, at);
        text.remove_prefix(at);
        if (text.starts_with(cwd_mark)) {
            out += folder.cwd;
            text.remove_prefix(cwd_mark.size());
        } else if (text.starts_with(root_mark)) {
            out += folder.root.empty() ? folder.cwd : folder.root;
            text.remove_prefix(root_mark.size());
        } else if (!text.empty()) {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

std::vector<std::string>* arguments_of(Source& source) {
    if (auto* const command = std::get_if<CommandSource>(&source)) return &command->arguments;
    if (auto* const package = std::get_if<PackageSource>(&source)) return &package->arguments;
    return nullptr;
}

const std::vector<std::string>* arguments_of(const Source& source) {
    return arguments_of(const_cast<Source&>(source));
}

}  // namespace

bool wants_client_folder(const ServerSpec& spec) {
    const auto* const arguments = arguments_of(spec.source);
    return has_mark(spec.cwd) ||
           (arguments != nullptr && std::any_of(arguments->begin(), arguments->end(), has_mark));
}

ServerSpec with_client_folder(ServerSpec spec, const ClientFolder& folder) {
    spec.cwd = filled(spec.cwd, folder);
    if (auto* const arguments = arguments_of(spec.source))
        for (std::string& argument : *arguments) argument = filled(argument, folder);
    return spec;
}

std::string client_folder_problem(std::string_view text) {
    for (std::size_t at = text.find(any_mark); at != std::string_view::npos;
         at = text.find(any_mark, at + 1)) {
        const std::string_view rest = text.substr(at);
        if (!rest.starts_with(cwd_mark) && !rest.starts_with(root_mark))
            return "expected ${client.cwd} or ${client.root}";
    }
    return {};
}

bool is_client_folder(std::string_view path) {
    return path.starts_with('/') && path.size() < 4096 && path.find('\0') == std::string_view::npos;
}

std::string project_root(const std::string& folder) {
    namespace fs = std::filesystem;
    constexpr std::array<const char*, 3> marks{".git", ".mcp.json", "mcpm.yaml"};
    for (fs::path at = folder;; at = at.parent_path()) {
        const bool is_root = std::any_of(marks.begin(), marks.end(), [&](const char* mark) {
            std::error_code unknown;
            return fs::exists(at / mark, unknown);
        });
        if (is_root) return at.string();
        if (!at.has_relative_path()) return folder;
    }
}

}  // namespace mcpm
