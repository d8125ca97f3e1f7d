// THE TABLE of AI clients: where each keeps its servers and how an entry is spelled there. A new client is a
// row. Paths are of Linux. What was last seen true in which month stands with each row.
#pragma once

#include "cli/clients/document_edit.hpp"
#include "common/paths.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

/// How an entry is spelled. Empty keys: not written.
struct EntryForm {
    std::string_view command;  // "command"; with `args` empty it is one list of program and arguments
    std::string_view args;
    std::string_view local;     // JSON members of every stdio entry, e.g. {"type": "stdio"}
    std::string_view url = {};  // empty: the client's file takes no URL
    std::string_view headers = {};
    std::string_view remote = {};  // JSON members of every URL entry
    bool named = false;            // the name stands in the entry too
};

struct Layout {
    std::string_view place;  // keys of the map or list of entries, parted by '/'
    Keyed keyed = Keyed::by_key;
    const EntryForm* form = nullptr;
};

struct ClientFile {
    std::string_view path;  // "~/…", "$config/…", "${VARIABLE:-~/…}/…"
    const Layout* layout;
};

/// anywhere: written when the client is named; existing: only where its file is already.
enum class Offered { anywhere, existing };

struct ClientRow {
    std::string_view id;
    std::string_view title;
    DocumentFormat format;
    std::span<const ClientFile> files;  // the first that is there counts; else the first whose folder is
    std::string_view project = {};      // its file in a project's folder
    const Layout* newer = nullptr;      // used where its place is in the file already
    std::size_t most_tools = 0;         // more are not offered to the model; 0: none known
    std::size_t longest_name = 0;       // of our name there and a tool's together; 0: none known
    Offered offered = Offered::anywhere;
    std::string_view seen = "2026-11";
};

std::span<const ClientRow> all_clients();
/// not_found, with the nearest one.
Result<const ClientRow*> client_named(std::string_view id);

/// By which it is started from a terminal: a client that never ran has no file yet. Empty where there is
/// none, or where others use that name too.
std::string_view program_of(std::string_view id);

/// Where a path of the table is on this machine; empty when HOME is needed and missing.
std::filesystem::path expand_client_path(std::string_view path, const Environment& environment);

struct ClientPlace {
    std::filesystem::path file;
    const Layout* layout = nullptr;
    bool exists = false;
};

/// A client's file in the home folder, whether it is there or not.
ClientPlace place_of(const ClientRow& client, const Environment& environment);

/// The layout that the file has: the row's newer one where the file is written so.
const Layout& layout_in(const ClientRow& client, const Layout& otherwise, const DocumentNode& root);
EntryPlace entry_place(const Layout& layout, std::string name);

}  // namespace mcpm::cli
