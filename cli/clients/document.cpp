#include "cli/clients/document.hpp"

#include "common/yaml_tree.hpp"

#include <algorithm>

namespace mcpm::cli {

namespace {

DocumentNode from_yaml(const YamlNode& yaml) {
    DocumentNode node;
    switch (yaml.kind) {
        case YamlNode::Kind::nothing:
            break;
        case YamlNode::Kind::scalar:
            node.kind = DocumentNode::Kind::text;
            node.text = yaml.text;
            break;
        case YamlNode::Kind::list:
            node.kind = DocumentNode::Kind::list;
            for (const YamlNode& item : yaml.items) node.items.push_back(from_yaml(item));
            break;
        case YamlNode::Kind::map:
            node.kind = DocumentNode::Kind::map;
            for (const auto& [key, value] : yaml.members)
                node.members.emplace_back(DocumentKey{key.text}, from_yaml(value));
            break;
    }
    return node;
}

}  // namespace

const DocumentNode* DocumentNode::find(std::string_view key) const {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const auto& member) { return member.first.text == key; });
    return found == members.end() ? nullptr : &found->second;
}

const DocumentNode* DocumentNode::find(const std::vector<std::string>& path) const {
    const DocumentNode* at = this;
    for (const std::string& key : path) {
        if (at != nullptr) at = at->find(key);
    }
    return at;
}

bool same_values(const DocumentNode& left, const DocumentNode& right) {
    if (left.kind != right.kind || left.text != right.text) return false;
    const auto same_member = [](const auto& one, const auto& other) {
        return one.first.text == other.first.text && same_values(one.second, other.second);
    };
    return std::equal(left.members.begin(), left.members.end(), right.members.begin(), right.members.end(),
                      same_member) &&
           std::equal(left.items.begin(), left.items.end(), right.items.begin(), right.items.end(),
                      same_values);
}

Error document_error(std::string_view text, std::size_t at, std::string_view message) {
    const std::string_view before = text.substr(0, std::min(at, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto begin = before.rfind('\n');
    const std::size_t column = before.size() - (begin == std::string_view::npos ? 0 : begin + 1) + 1;
    return Error{ErrorCode::validation_error,
                 std::to_string(line) + ":" + std::to_string(column) + ": " + std::string(message)};
}

Result<DocumentNode> read_yaml_document(std::string_view text) {
    const YamlTree tree = read_yaml(text);
    if (tree.problems.empty()) return from_yaml(tree.root);
    const SpecProblem& first = tree.problems.front();
    return Error{ErrorCode::validation_error,
                 std::to_string(first.line) + ":" + std::to_string(first.column) + ": " + first.message};
}

Result<DocumentNode> read_document(DocumentFormat format, std::string_view text) {
    if (text.size() > largest_document) return Error{ErrorCode::payload_too_large, "longer than 32 MiB"};
    switch (format) {
        case DocumentFormat::jsonc:
            return read_jsonc(text);
        case DocumentFormat::yaml:
            return read_yaml_document(text);
        case DocumentFormat::toml:
            return read_toml(text);
    }
    return DocumentNode{};
}

}  // namespace mcpm::cli
