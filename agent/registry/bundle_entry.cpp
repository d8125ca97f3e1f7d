#include "agent/registry/bundle_entry.hpp"

#include "agent/registry/draft.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace mcpm::registry {

namespace {

using templates::Parameter;
using templates::ParameterType;
using wire::Json;

Error bad(const std::string& field, const std::string& expected) {
    return Error{ErrorCode::validation_error,
                 "manifest.json of the bundle: " + field + ": " + expected,
                 {},
                 "what a bundle has: https://github.com/modelcontextprotocol/mcpb; its publisher mends it"};
}

class BundleReader {
  public:
    BundleReader(const Json& manifest, const BundlePlace& from, Entry& entry)
        : manifest_(manifest), from_(from), draft_(entry) {}

    Result<> read() {
        const Json& server = part_of(manifest_, "server");
        if (auto asked = ask_for_values(); !asked) return asked;
        if (text_of(server, "type") == "uv") {
            draft_.problem(
                "a bundle of type uv has its dependencies fetched by uv at the start, which mcpm does not "
                "do: "
                "where its server is on PyPI, `mcpm add NAME --pypi PACKAGE` installs and pins it");
            return {};
        }
        Json config = part_of(server, "mcp_config");
        if (!config.is_object()) return bad("server.mcp_config", "an object is expected");
        const Json& here = part_of(part_of(config, "platform_overrides"), "linux");
        for (const auto& [key, value] : here.items()) config[key] = value;
        check_platforms();
        draft_.set({"mcpb"}, "package", from_.place);
        draft_.set({"mcpb"}, "digest", from_.digest);
        read_arguments(config, text_of(server, "entry_point"));
        for (const auto& [name, value] : part_of(config, "env").items())
            if (value.is_string()) add_variable(name, value.get<std::string>());
        return {};
    }

  private:
    Result<> ask_for_values() {
        const Json& wanted = part_of(manifest_, "user_config");
        if (wanted.is_array() && !wanted.empty()) return bad("user_config", "an object is expected");
        for (const auto& [key, field] : wanted.items()) {
            if (!field.is_object()) return bad("user_config." + key, "an object is expected");
            Parameter one;
            one.name = parameter_name(key);
            one.description = text_of(field, "description");
            if (one.description.empty()) one.description = text_of(field, "title");
            one.required = is_said(field, "required");
            one.secret = is_said(field, "sensitive");
            one.type = type_of(text_of(field, "type"), is_said(field, "multiple"));
            one.standard = default_of(field);
            if (one.standard.find("${user_config.") != std::string::npos)
                return bad("user_config." + key + ".default",
                           "another value that is asked for has no meaning in it: " + one.standard);
            asked_[key] = {draft_.ask(one), one.secret};
        }
        return {};
    }

    static ParameterType type_of(const std::string& type, bool is_multiple) {
        if (type == "directory" || type == "file")
            return is_multiple ? ParameterType::paths : ParameterType::path;
        if (type == "number") return ParameterType::number;
        if (type == "boolean") return ParameterType::boolean;
        return is_multiple ? ParameterType::list : ParameterType::string;
    }

    std::string default_of(const Json& field) const {
        const Json& several = part_of(field, "default");
        const bool has_one = several.is_array() && several.size() == 1 && several[0].is_string();
        return with_places(has_one ? several[0].get<std::string>() : text_of(field, "default"));
    }

    void check_platforms() {
        const Json& platforms = part_of(part_of(manifest_, "compatibility"), "platforms");
        if (platforms.empty()) return;
        const bool fits =
            std::any_of(platforms.begin(), platforms.end(), [](const Json& one) { return one == "linux"; });
        if (!fits)
            draft_.problem("its bundle is not for Linux: `mcpm search` may find its package",
                           "compatibility.platforms");
    }

    /// What stands before the entry point is the interpreter's own way to it, which is ours.
    void read_arguments(const Json& config, const std::string& entry_point) {
        std::vector<std::string> words;
        for (const Json& word : part_of(config, "args"))
            if (word.is_string()) words.push_back(word.get<std::string>());
        std::string entry = entry_point;
        if (entry.starts_with("./")) entry.erase(0, 2);
        const auto start = std::find_if(words.begin(), words.end(), [&](const std::string& word) {
            return word == "${__dirname}/" + entry || word == "${__dirname}${/}" + entry || word == entry;
        });
        const bool is_program = text_of(part_of(manifest_, "server"), "type") == "binary";
        if (start != words.end())
            words.erase(words.begin(), start + 1);
        else if (!is_program && !words.empty())
            draft_.set({"mcpb"}, "program", "interpreter");
        for (const auto& word : words) {
            const Filled filled = fill(word);
            if (filled.is_secret)
                draft_.problem("its argument " + word +
                                   " is a secret, which would stand in the list of processes: only an "
                                   "environment variable may be one",
                               "server.mcp_config.args");
            draft_.add_item({"mcpb", "args"}, {filled.text});
        }
    }

    void add_variable(const std::string& name, const std::string& value) {
        const Filled filled = fill(value);
        if (!filled.is_secret) return draft_.set({"env"}, name, filled.text);
        if (filled.text.find('}') + 1 != filled.text.size() || !filled.text.starts_with("${"))
            draft_.problem("the secret of its variable " + name +
                               " stands within a text: a secret is the whole value of its variable",
                           "server.mcp_config.env");
        draft_.set({"secrets"}, name, filled.text);
    }

    struct Filled {
        std::string text;
        bool is_secret = false;
    };

    /// ${user_config.key} -> ${parameter}; ${__dirname} -> ${package.folder}, which the agent knows at the
    /// start.
    Filled fill(const std::string& text) {
        constexpr std::string_view config = "user_config.";
        Filled out;
        for (std::size_t at = 0; at < text.size();) {
            const auto open = text.find("${", at);
            const auto close = open == std::string::npos ? open : text.find('}', open);
            if (close == std::string::npos) {
                out.text += text.substr(at);
                break;
            }
            out.text += text.substr(at, open - at);
            const std::string word = text.substr(open + 2, close - open - 2);
            if (word.starts_with(config)) {
                const auto found = asked_.find(word.substr(config.size()));
                if (found == asked_.end())
                    draft_.problem(
                        "it names ${" + word +
                            "}, which it does not ask for: its publisher has to add it to user_config",
                        "server.mcp_config");
                else {
                    out.text += "${" + found->second.first + "}";
                    out.is_secret = out.is_secret || found->second.second;
                }
            } else {
                out.text += word == "__dirname" ? "${package.folder}" : with_places("${" + word + "}");
            }
            at = close + 1;
        }
        return out;
    }

    std::string with_places(std::string text) const {
        const std::pair<std::string_view, std::string> places[] = {
            {"${HOME}", from_.home},
            {"${DESKTOP}", from_.home + "/Desktop"},
            {"${DOCUMENTS}", from_.home + "/Documents"},
            {"${DOWNLOADS}", from_.home + "/Downloads"},
            {"${/}", "/"},
            {"${pathSeparator}", "/"}};
        for (const auto& [mark, place] : places)
            for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + place.size()))
                text.replace(at, mark.size(), place);
        return text;
    }

    const Json& manifest_;
    const BundlePlace& from_;
    Draft draft_;
    std::map<std::string, std::pair<std::string, bool>> asked_;  // key -> parameter, whether it is secret
};

}  // namespace

Result<Entry> read_bundle(const Json& manifest, const BundlePlace& from) {
    if (!manifest.is_object()) return bad("document", "an object is expected");
    Entry entry;
    entry.id = text_of(manifest, "name");
    if (entry.id.empty()) return bad("name", "a text is expected");
    entry.version = text_of(manifest, "version");
    entry.from = from.place.substr(from.place.rfind('/') + 1);
    auto& content = entry.content;
    content.id = entry.id;
    content.name = text_of(manifest, "display_name").empty() ? entry.id : text_of(manifest, "display_name");
    content.description = text_of(manifest, "description");
    content.license = text_of(manifest, "license");
    content.homepage = text_of(manifest, "homepage");
    if (content.homepage.empty()) content.homepage = text_of(part_of(manifest, "repository"), "url");
    if (auto read = BundleReader(manifest, from, entry).read(); !read) return read.error();
    return entry;
}

}  // namespace mcpm::registry
