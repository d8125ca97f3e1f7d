#include "cli/clients/client_state.hpp"

#include "cli/command_words.hpp"
#include "cli/environment.hpp"
#include "common/own_program.hpp"
#include "common/search_path.hpp"

#include <algorithm>
#include <system_error>

namespace mcpm::cli {

namespace {

namespace fs = std::filesystem;

Result<ClientPlace> find_place(const ClientRow& client, const ClientWhere& where) {
    ClientPlace place = place_of(client, process_environment());
    std::error_code failure;
    if (!where.file.empty()) {
        place.file = fs::absolute(where.file, failure);
    } else if (where.project) {
        if (client.project.empty())
            return Error{ErrorCode::validation_error,
                         std::string(client.title) + " has no file of a project that mcpm knows of"};
        place.file = fs::current_path(failure) / client.project;
    }
    if (failure || place.file.empty())
        return Error{ErrorCode::validation_error, "HOME is not set, so the client's file cannot be found"};
    return place;
}

}  // namespace

Result<ClientState> look_at_client(const ClientRow& client, const ClientWhere& where) {
    const auto place = find_place(client, where);
    if (!place) return place.error();
    auto text = read_client_file(place->file);
    if (!text) return text.error();
    auto root = read_document(client.format, text->text);
    if (!root) {
        Error error = root.error();
        const bool has_place = error.code == ErrorCode::validation_error;
        error.message = place->file.string() + ":" + (has_place ? "" : " ") + error.message;
        if (error.hint.empty()) error.hint = "nothing was changed; mend the file first";
        return error;
    }
    ClientState state{&client, std::move(*text), std::move(*root), layout_in(client, *place->layout, *root)};
    state.ours = our_entries(state.root, state.layout);
    for (std::string& name : entry_names(state.root, entry_place(state.layout, ""))) {
        if (std::find(state.ours.begin(), state.ours.end(), name) == state.ours.end())
            state.others.push_back(std::move(name));
    }
    return state;
}

Error in_file(const ClientState& state, Error error) {
    error.message = state.text.path.string() + ": " + error.message;
    return error;
}

Result<std::string> shim_program() {
    const fs::path self = own_program();
    if (self.empty())
        return Error{ErrorCode::internal_error, "find the file of this program: /proc is not mounted"};
    std::error_code failure;
    // `mcpmd ctl` is the same command line.
    const fs::path own = self.filename() == "mcpmd" ? self.parent_path() / "mcpm" : self;
    for (const std::string& found : programs_on_path("mcpm", typed_in_here().path)) {
        if (found.starts_with('/') && fs::equivalent(found, own, failure) && !failure) return found;
    }
    if (!fs::exists(own, failure))
        return Error{ErrorCode::not_found, "find the program mcpm: it is not beside " + self.string()};
    return own.string();
}

}  // namespace mcpm::cli
