#include "agent/templates/template.hpp"

#include "agent/templates/fill.hpp"
#include "common/ascii.hpp"
#include "common/log_matcher.hpp"
#include "common/number.hpp"
#include "common/suggest.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

namespace mcpm::templates {

namespace {

constexpr std::size_t most_bytes = 256UL * 1024;
constexpr std::size_t most_problems = 200;
constexpr std::size_t most_parameters = 64;

template <typename Enum>
struct Named {
    Enum value;
    std::string_view name;
};

constexpr std::array<Named<ParameterType>, 8> parameter_types{{{ParameterType::string, "string"},
                                                               {ParameterType::number, "number"},
                                                               {ParameterType::boolean, "boolean"},
                                                               {ParameterType::choice, "choice"},
                                                               {ParameterType::url, "url"},
                                                               {ParameterType::path, "path"},
                                                               {ParameterType::paths, "paths"},
                                                               {ParameterType::list, "list"}}};
constexpr std::array<Named<StartClass>, 5> start_classes{{{StartClass::offline, "offline"},
                                                          {StartClass::dummy_secret, "dummy-secret"},
                                                          {StartClass::service, "service"},
                                                          {StartClass::network, "network"},
                                                          {StartClass::account, "account"}}};

bool is_id(std::string_view text) {
    if (text.empty() || text.size() > 64 || text.front() == '-' || text.back() == '-') return false;
    char before = 0;
    for (const char c : text) {
        const bool is_plain = ascii::is_lower(c) || ascii::is_digit(c);
        if (!is_plain && (c != '-' || before == '-')) return false;
        before = c;
    }
    return true;
}

class TemplateReader {
  public:
    explicit TemplateReader(TemplateFile& file) : file_(file), out_(file.content) {}

    void read(const YamlNode& root) {
        if (root.kind != YamlNode::Kind::map)
            return add(root, "expected a map with id, name, description, category and server");
        read_members(root, "", top_keys());
        for (const std::string_view needed : {"id", "name", "description", "category", "server"})
            if (!has(root, needed)) add(root, "the key " + std::string(needed) + " is missing");
        if (!file_.problems.empty()) return;
        check_references(out_.server, "");
        if (file_.problems.empty()) try_definition();
    }

  private:
    using Read = std::function<void(const YamlNode& key, const YamlNode& value)>;
    using Keys = std::vector<std::pair<std::string_view, Read>>;

    void add(const YamlNode& at, std::string message) {
        if (file_.problems.size() >= most_problems) return;
        file_.problems.push_back({std::max(at.line, 1U), std::max(at.column, 1U), std::move(message)});
    }

    static bool has(const YamlNode& map, std::string_view name) {
        return std::any_of(map.members.begin(), map.members.end(),
                           [&](const auto& member) { return member.first.text == name; });
    }

    void read_members(const YamlNode& map, const std::string& prefix, const Keys& keys) {
        if (map.kind != YamlNode::Kind::map) return add(map, prefix + "expected a map");
        std::vector<std::string_view> known;
        for (const auto& [name, read] : keys) known.push_back(name);
        for (const auto& [key, value] : map.members) {
            const std::string& word = key.text;
            const auto found =
                std::find_if(keys.begin(), keys.end(), [&](const auto& row) { return row.first == word; });
            if (found != keys.end()) {
                found->second(key, value);
                continue;
            }
            add(key, prefix + "unknown key " + yaml_scalar(key.text.substr(0, 64)) +
                         did_you_mean(key.text, known));
        }
    }

    Read text(std::string& into, std::size_t limit) {
        return [this, &into, limit](const YamlNode& key, const YamlNode& value) {
            if (value.kind != YamlNode::Kind::scalar || value.text.empty())
                return add(value.line == 0 ? key : value, key.text + ": expected a text");
            if (value.text.size() > limit)
                return add(value, key.text + ": at most " + std::to_string(limit) + " bytes");
            into = value.text;
        };
    }

    Read texts(std::vector<std::string>& into) {
        return [this, &into](const YamlNode& key, const YamlNode& value) {
            if (value.kind != YamlNode::Kind::list)
                return add(value.line == 0 ? key : value, key.text + ": expected a list of texts");
            for (const YamlNode& item : value.items) {
                if (item.kind != YamlNode::Kind::scalar || item.text.empty() || item.text.size() > 400)
                    add(item, key.text + ": expected texts of at most 400 bytes");
                else
                    into.push_back(item.text);
            }
        };
    }

    Read flag(bool& into) {
        return [this, &into](const YamlNode& key, const YamlNode& value) {
            if (value.text != "true" && value.text != "false")
                return add(value.line == 0 ? key : value, key.text + ": expected true or false");
            into = value.text == "true";
        };
    }

    Read whole(std::optional<std::uint64_t>& into) {
        return [this, &into](const YamlNode& key, const YamlNode& value) {
            const auto number = parse_number<std::uint64_t>(value.text);
            if (!number) return add(value.line == 0 ? key : value, key.text + ": expected a whole number");
            into = number;
        };
    }

    template <typename Enum, std::size_t size>
    Read one_of(Enum& into, const std::array<Named<Enum>, size>& table) {
        return [this, &into, &table](const YamlNode& key, const YamlNode& value) {
            std::string expected;
            for (const auto& row : table) {
                if (row.name == value.text) {
                    into = row.value;
                    return;
                }
                expected += (expected.empty() ? "" : ", ") + std::string(row.name);
            }
            add(value.line == 0 ? key : value, key.text + ": expected one of " + expected);
        };
    }

    Keys top_keys() {
        return {
            {"id", [this](const YamlNode& key, const YamlNode& value) { read_id(key, value); }},
            {"name", text(out_.name, 64)},
            {"description", text(out_.description, 1000)},
            {"category", [this](const YamlNode& key, const YamlNode& value) { read_category(key, value); }},
            {"tags", texts(out_.tags)},
            {"homepage", text(out_.homepage, 500)},
            {"license", text(out_.license, 100)},
            {"starts", one_of(out_.starts, start_classes)},
            {"parameters",
             [this](const YamlNode& key, const YamlNode& value) { read_parameters(key, value); }},
            {"permissions", texts(out_.permissions)},
            {"replacedBy", text(out_.replaced_by, 64)},
            {"note", text(out_.note, 1000)},
            {"broken", text(out_.broken, 1000)},
            {"measured",
             [this](const YamlNode&, const YamlNode& value) {
                 read_members(value, "measured: ", measured_keys());
             }},
            {"server",
             [this](const YamlNode& key, const YamlNode& value) {
                 if (value.kind != YamlNode::Kind::map)
                     return add(key, "server: expected the fields of a servers file");
                 out_.server = value;
             }},
        };
    }

    Keys measured_keys() {
        Measured& measured = out_.measured;
        return {{"date",
                 [this, &measured](const YamlNode&, const YamlNode& value) {
                     if (!is_day(value.text)) return add(value, "measured: date: expected YYYY-MM-DD");
                     measured.date = value.text;
                 }},
                {"revision", text(measured.revision, 32)},
                {"runtime", text(measured.runtime, 64)},
                {"digest", text(measured.digest, 200)},
                {"tools", whole(measured.tools)},
                {"bytes", whole(measured.bytes)},
                {"tokens", whole(measured.tokens)},
                {"memory", whole(measured.memory)}};
    }

    void read_id(const YamlNode& key, const YamlNode& value) {
        if (!is_id(value.text))
            return add(value.line == 0 ? key : value,
                       "id: expected lower case letters, digits and single '-', at most 64");
        out_.id = value.text;
    }

    void read_category(const YamlNode& key, const YamlNode& value) {
        const auto& known = categories();
        if (std::find(known.begin(), known.end(), value.text) != known.end()) {
            out_.category = value.text;
            return;
        }
        std::string expected;
        for (const auto one : known) expected += (expected.empty() ? "" : ", ") + std::string(one);
        add(value.line == 0 ? key : value, "category: expected one of " + expected);
    }

    void read_parameters(const YamlNode& key, const YamlNode& value) {
        if (value.kind == YamlNode::Kind::nothing) return;
        if (value.kind != YamlNode::Kind::map) return add(key, "parameters: expected a map");
        if (value.members.size() > most_parameters)
            return add(key, "parameters: at most " + std::to_string(most_parameters));
        for (const auto& [name, fields] : value.members) read_parameter(name, fields);
    }

    void read_parameter(const YamlNode& name, const YamlNode& fields) {
        Parameter one;
        one.name = name.text;
        const std::string prefix = "parameter " + yaml_scalar(name.text.substr(0, 64)) + ": ";
        if (!is_id(name.text))
            return add(name, prefix + "expected lower case letters, digits and single '-' as its name");
        read_members(fields, prefix,
                     {{"type", one_of(one.type, parameter_types)},
                      {"required", flag(one.required)},
                      {"secret", flag(one.secret)},
                      {"default", text(one.standard, 4096)},
                      {"pattern", text(one.pattern, LogMatcher::pattern_limit)},
                      {"options", texts(one.options)},
                      {"description", text(one.description, 400)},
                      {"example", text(one.example, 4096)}});
        check_parameter(name, prefix, one);
        out_.parameters.push_back(std::move(one));
    }

    void check_parameter(const YamlNode& at, const std::string& prefix, const Parameter& one) {
        if (one.description.empty()) add(at, prefix + "description is missing");
        if ((one.type == ParameterType::choice) != !one.options.empty())
            add(at, prefix + "options belong to type choice, which needs them");
        if (one.secret && (!one.standard.empty() || one.type != ParameterType::string))
            add(at, prefix + "a secret is a string without a default");
        if (one.required && !one.standard.empty()) add(at, prefix + "what has a default is not required");
        if (one.standard.find("${") != std::string::npos)
            add(at, prefix + "default: it is taken as it stands, so no ${name} has a meaning in it");
        if (one.pattern.empty()) return;
        const auto matcher = LogMatcher::create("", one.pattern, false);
        if (matcher.has_error()) add(at, prefix + "pattern: " + matcher.error().message);
    }

    /// Every ${name} is a parameter, and a secret stands only below `secrets`.
    void check_references(const YamlNode& node, const std::string& path) {
        for (const YamlNode& item : node.items) check_references(item, path);
        for (const auto& [key, value] : node.members) check_references(value, path.empty() ? key.text : path);
        if (node.kind != YamlNode::Kind::scalar) return;
        for (std::string name : references(node.text)) {
            const bool is_flag = name.find('?') != std::string::npos;
            name = name.substr(0, name.find('?'));
            const Parameter* const parameter = find_parameter(out_, name);
            if (parameter == nullptr) {
                std::vector<std::string_view> known;
                for (const auto& one : out_.parameters) known.push_back(one.name);
                add(node, "server: there is no parameter " + yaml_scalar(name.substr(0, 64)) +
                              did_you_mean(name, known));
            } else if (is_flag && parameter->type != ParameterType::boolean) {
                add(node, "server: ${" + name + "?…} is for boolean parameters");
            } else if (parameter->secret != (path == "secrets")) {
                add(node, parameter->secret ? "server: the secret " + name + " may stand only below secrets"
                                            : "server: secrets: " + name + " is no secret parameter");
            }
        }
    }

    void try_definition() {
        const Values values = sample_values(out_);
        const Definition written = write_definition(out_, "sample", values);
        for (const SpecProblem& problem : read_spec_file(written.yaml).problems) {
            const bool is_known = problem.line > 0 && problem.line <= written.places.size();
            const SpecProblem place = is_known ? written.places[problem.line - 1] : SpecProblem{};
            YamlNode at = out_.server;
            if (place.line > 0) {
                at.line = place.line;
                at.column = place.column;
            }
            constexpr std::string_view said = "server sample: ";
            const bool says = problem.message.compare(0, said.size(), said) == 0;
            add(at, "server: " + (says ? problem.message.substr(said.size()) : problem.message));
        }
    }

    TemplateFile& file_;
    Template& out_;
};

}  // namespace

std::string_view wire_name(ParameterType type) {
    return parameter_types[static_cast<std::size_t>(type)].name;
}

std::string_view wire_name(StartClass starts) {
    return start_classes[static_cast<std::size_t>(starts)].name;
}

const std::vector<std::string_view>& categories() {
    static const std::vector<std::string_view> all{
        "files", "thinking",      "web",      "browser", "docs", "code", "database", "cloud",
        "work",  "communication", "commerce", "media",   "home", "data", "demo"};
    return all;
}

const Parameter* find_parameter(const Template& one, std::string_view name) {
    const auto found = std::find_if(one.parameters.begin(), one.parameters.end(),
                                    [&](const Parameter& parameter) { return parameter.name == name; });
    return found == one.parameters.end() ? nullptr : &*found;
}

std::vector<std::string> references(std::string_view text) {
    std::vector<std::string> names;
    for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
        const auto end = text.find('}', at);
        if (end == std::string_view::npos) break;
        const auto name = text.substr(at + 2, end - at - 2);
        // ${client.root} and the like are the agent's own.
        if (name.find('.') == std::string_view::npos) names.emplace_back(name);
    }
    return names;
}

TemplateFile read_template(std::string_view yaml) {
    TemplateFile file;
    if (yaml.size() > most_bytes) {
        file.problems.push_back({1, 1, "a template has at most 256 KiB"});
        return file;
    }
    YamlTree tree = read_yaml(yaml);
    file.problems = std::move(tree.problems);
    if (file.problems.empty()) TemplateReader(file).read(tree.root);
    std::stable_sort(file.problems.begin(), file.problems.end(),
                     [](const SpecProblem& a, const SpecProblem& b) {
                         return a.line != b.line ? a.line < b.line : a.column < b.column;
                     });
    return file;
}

}  // namespace mcpm::templates
