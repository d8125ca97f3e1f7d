#include "cli/clients/document.hpp"

#include "common/yaml_tree.hpp"

#include <algorithm>

namespace mcpm::cli {

namespace {

/// Where each line begins.
std::vector<std::size_t> lines_of(std::string_view text) {
    std::vector<std::size_t> lines{0};
    for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
        lines.push_back(at + 1);
    return lines;
}

std::size_t byte_of(const YamlNode& yaml, const std::vector<std::size_t>& lines) {
    if (yaml.line == 0 || yaml.line > lines.size()) return 0;
    return lines[yaml.line - 1] + std::max(yaml.column, 1U) - 1;
}

DocumentNode from_yaml(const YamlNode& yaml, const std::vector<std::size_t>& lines) {
    DocumentNode node;
    node.begin = byte_of(yaml, lines);
    switch (yaml.kind) {
        case YamlNode::Kind::nothing:
            break;
        case YamlNode::Kind::scalar:
            node.kind = DocumentNode::Kind::text;
            node.text = yaml.text;
            break;
        case YamlNode::Kind::list:
            node.kind = DocumentNode::Kind::list;
            for (const YamlNode& item : yaml.items) node.items.push_back(from_yaml(item, lines));
            break;
        case YamlNode::Kind::map:
            node.kind = DocumentNode::Kind::map;
            for (const auto& [key, value] : yaml.members)
                node.members.emplace_back(DocumentKey{key.text, byte_of(key, lines)},
                                          from_yaml(value, lines));
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

TextPlace text_place(std::string_view text, std::size_t at) {
    const std::string_view before = text.substr(0, std::min(at, text.size()));
    const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    const auto begin = before.rfind('\n');
    return {line, before.size() - (begin == std::string_view::npos ? 0 : begin + 1) + 1};
}

Error document_error(std::string_view text, std::size_t at, std::string_view message) {
    const TextPlace place = text_place(text, at);
    return Error{ErrorCode::validation_error, std::to_string(place.line) + ":" +
                                                  std::to_string(place.column) + ": " + std::string(message)};
}

Result<DocumentNode> read_yaml_document(std::string_view text) {
    const YamlTree tree = read_yaml(text);
    if (tree.problems.empty()) return from_yaml(tree.root, lines_of(text));
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
