#include "cli/clients/import_sources.hpp"

#include "cli/clients/client_file.hpp"
#include "cli/clients/client_table.hpp"
#include "cli/environment.hpp"

#include <algorithm>
#include <array>
#include <system_error>

namespace mcpm::cli {

namespace {

namespace fs = std::filesystem;

struct ManagerRow {
    std::string_view id;
    std::string_view path;    // of the client table's kind; a folder has one file a server
    std::string_view chosen;  // a file whose "registry" names those that are on
};
constexpr std::array managers{
    ManagerRow{"mcpm-python", "$config/mcpm/servers.json", ""},
    ManagerRow{"mcp-hub", "$config/mcphub/servers.json", ""},
    ManagerRow{"1mcp", "$config/1mcp/mcp.json", ""},
    ManagerRow{"toolhive", "${XDG_STATE_HOME:-~/.local/state}/toolhive/runconfigs", ""},
    ManagerRow{"docker-mcp", "~/.docker/mcp/catalogs/docker-mcp.yaml", "~/.docker/mcp/registry.yaml"},
};
constexpr std::size_t most_files = 1000;

const ManagerRow* manager_named(const std::string& word) {
    const auto found =
        std::find_if(managers.begin(), managers.end(), [&](const auto& row) { return row.id == word; });
    return found == managers.end() ? nullptr : &*found;
}

struct ForeignTree {
    DocumentFormat format{};
    DocumentNode root = {};
    std::string text = {};
};

std::string shown(const std::string& file) {
    return file == "-" ? "standard input" : file;
}

Result<ForeignTree> read_tree(const std::string& file) {
    auto text = file == "-" ? read_input(file, largest_document) : read_foreign_file(file, Owner::anybody);
    if (!text && text.error().message.ends_with("not a file")) {
        Error error = text.error();
        error.hint = "what comes through a pipe is read by `mcpm import -`";
        return error;
    }
    if (!text) return text.error();
    if (text->starts_with("PK\003\004"))
        return Error{ErrorCode::validation_error,
                     file + " is an archive, not a list of servers",
                     {},
                     "`mcpm install " + file + "` installs an MCP bundle"};
    const DocumentFormat format = format_of(file, *text);
    auto root = read_document(format, *text);
    if (root) return ForeignTree{format, std::move(*root), std::move(*text)};
    Error error = root.error();
    error.message = shown(file) + ":" + error.message;
    if (error.hint.empty()) error.hint = "correct it there; nothing was taken over";
    return error;
}

/// Of a catalogue only what is on.
Result<> keep_chosen(ImportSource& source, const fs::path& chosen) {
    const auto tree = read_tree(chosen.string());
    if (!tree) return tree.error();
    const DocumentNode* const on = tree->root.find("registry");
    ImportSource kept{source.file, source.client, {}};
    for (std::size_t i = 0; i < source.servers.size(); ++i) {
        if (on == nullptr || on->find(source.servers[i].name) == nullptr) continue;
        kept.servers.push_back(std::move(source.servers[i]));
        kept.places.push_back(source.places[i]);
    }
    source = std::move(kept);
    return {};
}

Result<> add_manager(std::vector<ImportSource>& sources, const ManagerRow& manager, bool as_is) {
    const fs::path path = expand_client_path(manager.path, process_environment());
    std::error_code failure;
    std::vector<fs::path> files{path};
    if (fs::is_directory(path, failure)) {
        files.clear();
        for (fs::directory_iterator entry(path, failure), end; !failure && entry != end;
             entry.increment(failure)) {
            if (entry->path().extension() == ".json" && files.size() < most_files)
                files.push_back(entry->path());
        }
        std::sort(files.begin(), files.end());
    }
    for (const fs::path& file : files) {
        auto source = read_import_file(file.string(), "", "", as_is);
        if (!source) return source.error();
        if (!manager.chosen.empty()) {
            const auto kept = keep_chosen(*source, expand_client_path(manager.chosen, process_environment()));
            if (!kept) return kept.error();
        }
        sources.push_back(std::move(*source));
    }
    return {};
}

std::string folder_of_project(const std::string& file) {
    if (file == "-") return {};
    const fs::path path(file);
    // A project's own file, or one in its .vscode and the like.
    const bool is_project =
        path.filename() == ".mcp.json" || path.filename().string().find("compose") != std::string::npos;
    if (is_project) return path.parent_path().string();
    const std::string parent = path.parent_path().filename().string();
    if (parent == ".vscode" || parent == ".cursor") return path.parent_path().parent_path().string();
    return {};
}

}  // namespace

Result<ImportSource> read_import_file(const std::string& file, const std::string& client,
                                      const std::string& folder, bool as_is) {
    const auto tree = read_tree(file);
    if (!tree) return tree.error();
    const ImportWishes wishes{as_is, folder, process_environment()};
    ImportSource source{file, client, servers_in(tree->root, tree->format, wishes)};
    for (const FoundServer& server : source.servers)
        source.places.push_back(text_place(tree->text, server.at));
    if (const auto wrong = misshapen_place(tree->root); source.servers.empty() && !wrong.problem.empty())
        source.problem = shown(file) + ":" + document_error(tree->text, wrong.at, wrong.problem).message;
    return source;
}

Result<std::vector<ImportSource>> import_sources(const std::vector<std::string>& words, bool as_is,
                                                 std::vector<std::string>& skipped) {
    std::vector<ImportSource> sources;
    const bool all = words.empty() || (words.size() == 1 && words[0] == "all");
    for (const ClientRow& client : all_clients()) {
        const bool named = std::find(words.begin(), words.end(), client.id) != words.end();
        if (!all && !named) continue;
        const ClientPlace place = place_of(client, process_environment());
        if (!place.exists && !named) continue;
        auto source = read_import_file(place.file.string(), std::string(client.id), "", as_is);
        if (!source && named) return source.error();
        if (!source)
            skipped.push_back(source.error().message);
        else
            sources.push_back(std::move(*source));
    }
    for (const std::string& word : words) {
        if (all || client_named(word)) continue;
        if (const ManagerRow* const manager = manager_named(word); manager != nullptr) {
            if (auto added = add_manager(sources, *manager, as_is); !added) return added.error();
            continue;
        }
        std::error_code failure;
        const std::string file = word == "-" ? word : fs::absolute(word, failure).lexically_normal().string();
        if (word != "-" && word.find('/') == std::string::npos && word.find('.') == std::string::npos &&
            !fs::exists(file, failure)) {
            Error error = client_named(word).error();
            error.message = "'" + word + "' is neither a file nor an AI client" +
                            error.message.substr(error.message.find("'" + word + "'") + word.size() + 2);
            return error;
        }
        auto source = read_import_file(file, "", folder_of_project(file), as_is);
        if (!source) return source.error();
        sources.push_back(std::move(*source));
    }
    return sources;
}

}  // namespace mcpm::cli
