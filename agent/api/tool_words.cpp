#include "agent/api/tool_words.hpp"

#include "common/json_scan.hpp"
#include "common/json_walk.hpp"
#include "common/shell_words.hpp"
#include "common/suggest.hpp"
#include "common/tool_names.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::api {

namespace {

struct Word {
    std::string_view list;  // of the rules
    std::string text;
};

void add_new(std::vector<Word>& words, std::string_view list, const std::vector<std::string>& before,
             const std::vector<std::string>& now) {
    for (const auto& text : now) {
        if (std::find(before.begin(), before.end(), text) == before.end()) words.push_back({list, text});
    }
}

std::vector<Word> new_words(const ToolRules& before, const ToolRules& now) {
    std::vector<Word> words;
    add_new(words, "allow", before.allow, now.allow);
    add_new(words, "deny", before.deny, now.deny);
    for (const auto& [tool, name] : now.rename) {
        if (!before.rename.contains(tool)) words.push_back({"rename", tool});
    }
    return words;
}

Error no_such_tool(const std::string& server, const Word& word, const std::vector<std::string>& known) {
    std::vector<std::string_view> candidates(known.begin(), known.end());
    return Error{ErrorCode::validation_error,
                 "tools." + std::string(word.list) + ": '" + server + "' has no tool '" + word.text + "'" +
                     did_you_mean(word.text, candidates),
                 {},
                 "mcpm tools list " + in_shell_words(server)};
}

}  // namespace

std::vector<std::string> tool_names(std::string_view tools) {
    std::vector<std::string> names;
    mcp::for_each_element(tools, [&](const mcp::JsonSlice& tool) {
        if (tool.type != mcp::JsonType::object) return;
        const auto name = mcp::member(tool.text, "name");
        if (name.type == mcp::JsonType::string) names.push_back(mcp::decode_string(name));
    });
    return names;
}

Result<std::vector<std::string>> check_tool_words(const std::string& server, const ToolRules& before,
                                                  const ToolRules& now, const KnownTools& known) {
    std::vector<std::string> notes;
    std::string unchecked;
    for (const Word& word : new_words(before, now)) {
        const bool may_be_pattern = word.list != "rename" && is_glob(word.text);
        const auto is_named = [&](const std::string& name) {
            return may_be_pattern ? glob_matches(word.text, name) : name == word.text;
        };
        if (!known) {
            unchecked += (unchecked.empty() ? "'" : ", '") + word.text + "'";
        } else if (std::any_of(known->begin(), known->end(), is_named)) {
            continue;
        } else if (may_be_pattern) {
            notes.push_back("tools." + std::string(word.list) + ": the pattern '" + word.text +
                            "' matches no tool of '" + server + "' so far");
        } else {
            return no_such_tool(server, word, *known);
        }
    }
    if (!unchecked.empty()) {
        notes.push_back("the tools of '" + server + "' are not known before it has run once, so " +
                        unchecked + " could not be checked");
    }
    return notes;
}

}  // namespace mcpm::api
