#include "common/yaml_tree.hpp"

#include "common/ascii.hpp"
#include "common/utf8.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

namespace mcpm {

namespace {

constexpr std::size_t most_bytes = 4UL * 1024 * 1024;
constexpr std::size_t deepest = 32;
constexpr std::size_t most_problems = 1000;

struct TooDeep {
    YAML::Mark mark;
};

unsigned from_one(int zero_based) {
    return zero_based < 0 ? 1 : static_cast<unsigned>(zero_based) + 1;
}

class TreeBuilder : public YAML::EventHandler {
  public:
    explicit TreeBuilder(YamlTree& tree) : tree_(tree) {}

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
        place(node(YamlNode::Kind::nothing, mark));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        problem(mark, "aliases (*name) are not supported, write the value out");
        place(node(YamlNode::Kind::nothing, mark));
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  const std::string& value) override {
        check_tag(mark, tag);
        YamlNode scalar = node(YamlNode::Kind::scalar, mark);
        scalar.text = value;
        place(std::move(scalar));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        open(mark, tag, YamlNode::Kind::list);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        open(mark, tag, YamlNode::Kind::map);
    }
    void OnMapEnd() override { close(); }

  private:
    struct Level {
        YamlNode node;
        YamlNode key = {};
        bool has_key = false;
        std::set<std::string> seen = {};
    };

    static YamlNode node(YamlNode::Kind kind, const YAML::Mark& mark) {
        YamlNode out;
        out.kind = kind;
        out.line = from_one(mark.line);
        out.column = from_one(mark.column);
        return out;
    }

    void problem(const YAML::Mark& mark, std::string message) {
        if (tree_.problems.size() < most_problems)
            tree_.problems.push_back({from_one(mark.line), from_one(mark.column), std::move(message)});
    }

    void check_tag(const YAML::Mark& mark, const std::string& tag) {
        if (!tag.empty() && tag != "?" && tag != "!") problem(mark, "tags (!name) are not supported");
    }

    void open(const YAML::Mark& mark, const std::string& tag, YamlNode::Kind kind) {
        check_tag(mark, tag);
        if (levels_.size() >= deepest) throw TooDeep{mark};
        levels_.push_back({node(kind, mark)});
    }

    void close() {
        YamlNode whole = std::move(levels_.back().node);
        levels_.pop_back();
        place(std::move(whole));
    }

    void place(YamlNode child) {
        if (levels_.empty()) {
            tree_.root = std::move(child);
            return;
        }
        Level& level = levels_.back();
        if (level.node.kind == YamlNode::Kind::list) {
            level.node.items.push_back(std::move(child));
        } else if (!level.has_key) {
            level.has_key = true;
            level.key = std::move(child);
        } else {
            level.has_key = false;
            add_member(level, std::move(child));
        }
    }

    void add_member(Level& level, YamlNode value) {
        const bool scalar = level.key.kind == YamlNode::Kind::scalar;
        const YAML::Mark none;
        if (!scalar || !level.seen.insert(level.key.text).second) {
            std::string message = "a key must be a text";
            if (scalar) message = "the key " + yaml_scalar(level.key.text.substr(0, 64)) + " is there twice";
            if (tree_.problems.size() < most_problems)
                tree_.problems.push_back({level.key.line, level.key.column, std::move(message)});
            return;
        }
        level.node.members.emplace_back(std::move(level.key), std::move(value));
    }

    YamlTree& tree_;
    std::vector<Level> levels_;
};

/// What YAML forbids and yaml-cpp would take for something else (byte 4 for the end of the file).
bool find_bad_byte(std::string_view text, SpecProblem& problem) {
    unsigned line = 1;
    unsigned column = 1;
    while (!text.empty()) {
        const CodePoint point = decode_utf8(text);
        const bool white = point.value == '\n' || point.value == '\r' || point.value == '\t';
        const bool bad = point.bytes == 0 || point.value == 0x7F || (point.value < 0x20 && !white);
        if (bad) {
            problem = {line, column,
                       point.bytes == 0
                           ? "not UTF-8"
                           : "the control character " + describe(point.value) + " is not allowed"};
            return true;
        }
        ++column;
        if (point.value == '\n') {
            ++line;
            column = 1;
        }
        text.remove_prefix(point.bytes);
    }
    return false;
}

void parse_into(YamlTree& tree, std::string_view text) {
    std::istringstream stream{std::string(text)};
    TreeBuilder builder(tree);
    try {
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder)) return;
        YamlTree second;
        TreeBuilder rest(second);
        if (parser.HandleNextDocument(rest) && second.root.kind != YamlNode::Kind::nothing)
            tree.problems.push_back(
                {second.root.line, second.root.column, "only one document (no ---) is allowed"});
    } catch (const TooDeep& deep) {
        tree.problems.push_back(
            {from_one(deep.mark.line), from_one(deep.mark.column), "more than 32 levels of nesting"});
    } catch (const YAML::Exception& error) {
        const YAML::Mark& mark = error.mark;
        tree.problems.push_back({from_one(mark.line), from_one(mark.column), "not valid YAML: " + error.msg});
    }
}

bool is_plain(std::string_view text) {
    if (text.empty() || !(ascii::is_letter(text.front()) || text.front() == '/')) return false;
    const bool calm = std::all_of(text.begin(), text.end(), [](char c) {
        return ascii::is_letter_or_digit(c) || c == '_' || c == '.' || c == '/' || c == '-';
    });
    if (!calm || text.size() > 5) return calm;
    const std::string lower = ascii::lowered(text);
    constexpr std::array<std::string_view, 9> words{"true", "false", "null", "yes", "no",
                                                    "on",   "off",   "y",    "n"};
    return std::find(words.begin(), words.end(), lower) == words.end();
}

}  // namespace

YamlTree read_yaml(std::string_view text) {
    YamlTree tree;
    SpecProblem bad;
    if (text.size() > most_bytes)
        tree.problems.push_back({1, 1, "the file is larger than 4MiB"});
    else if (find_bad_byte(text, bad))
        tree.problems.push_back(bad);
    else
        parse_into(tree, text);
    return tree;
}

std::string yaml_scalar(std::string_view text) {
    if (is_plain(text)) return std::string(text);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "\"";
    while (!text.empty()) {
        const CodePoint point = decode_utf8(text);
        const std::size_t bytes = std::max(point.bytes, 1U);
        const bool escaped = point.bytes == 0 || is_control(point.value) || point.value == 0xFEFF ||
                             (point.value & 0xFFFEU) == 0xFFFE || point.value == 0xA0;
        if (point.value == '"' || point.value == '\\') {
            out += '\\';
            out += text.front();
        } else if (point.value == '\n') {
            out += "\\n";
        } else if (point.value == '\t') {
            out += "\\t";
        } else if (escaped) {
            const char32_t value = point.bytes == 0 ? 0xFFFD : point.value;
            out += "\\U";
            for (unsigned shift = 32; shift > 0; shift -= 4) out += digits[(value >> (shift - 4)) & 0xFU];
        } else {
            out += text.substr(0, bytes);
        }
        text.remove_prefix(bytes);
    }
    return out + '"';
}

}  // namespace mcpm
