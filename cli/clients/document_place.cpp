#include "cli/clients/document_place.hpp"

#include "cli/clients/document.hpp"
#include "common/number.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace mcpm::cli {

namespace {

/// The next word of "packages[0].version": a key, or the number of an item.
std::string_view next_step(std::string_view& path) {
    const auto end = std::min(path.find_first_of(".[]", 1), path.size());
    auto step = path.substr(0, end);
    path.remove_prefix(end);
    while (!path.empty() && (path.front() == '.' || path.front() == ']')) path.remove_prefix(1);
    return step;
}

struct DocumentStep {
    const DocumentNode* node = nullptr;
    std::size_t at = 0;
};

DocumentStep step_down(const DocumentStep& from, std::string_view step) {
    if (step.starts_with('[')) {
        const auto number = parse_number<std::size_t>(step.substr(1));
        if (!number || *number >= from.node->items.size()) return {};
        const DocumentNode& item = from.node->items[*number];
        return {&item, item.begin};
    }
    for (const auto& [key, node] : from.node->members)
        if (key.text == step) return {&node, key.begin};
    return {};
}

/// The field, or what is nearest above it: of one that is missing, what it is missing in.
std::size_t place_of_field(const DocumentNode& root, std::string_view field) {
    DocumentStep at{&root, root.begin};
    // The registry's envelope.
    if (const DocumentNode* const server = root.find("server"); server != nullptr && server->is_map())
        at = {server, server->begin};
    while (!field.empty()) {
        const auto below = step_down(at, next_step(field));
        if (below.node == nullptr) break;
        at = below;
    }
    return at.at;
}

}  // namespace

Error with_place(Error error, const std::string& file, std::string_view text) {
    if (error.message.find(file) != std::string::npos) return error;
    const std::string field = error.details.text(Detail::field);
    const auto root = field.empty() || text.empty() ? Result<DocumentNode>(Error{}) : read_jsonc(text);
    const std::string place = root ? document_error(text, place_of_field(*root, field), error.message).message
                                   : " " + error.message;
    error.message = file + ":" + place;
    return error;
}

Result<> check_json(const std::string& file, std::string_view text) {
    const auto root = read_jsonc(text);
    if (root && root->kind != DocumentNode::Kind::nothing) return {};
    Error error = root ? Error{ErrorCode::validation_error, "1:1: the file is empty"} : root.error();
    error.message = file + ":" + error.message;
    error.hint = "a server.json is expected, as a registry has it";
    return error;
}

}  // namespace mcpm::cli
