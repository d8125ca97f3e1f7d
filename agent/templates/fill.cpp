#include "agent/templates/fill.hpp"

#include "common/ascii.hpp"
#include "common/field_problem.hpp"
#include "common/log_matcher.hpp"
#include "common/number.hpp"
#include "common/spec_file.hpp"
#include "common/suggest.hpp"
#include "common/url.hpp"
#include "common/wire.hpp"

#include <algorithm>
#include <optional>

namespace mcpm::templates {

namespace {

constexpr std::size_t most_values = 256;
constexpr std::size_t longest_value = 4096;
constexpr std::string_view secret_reference = "secret:";

bool takes_several(ParameterType type) {
    return type == ParameterType::paths || type == ParameterType::list;
}

bool is_number(const std::string& text) {
    return parse_number<double>(text).has_value();
}

bool is_url(std::string_view text) {
    const auto url = split_url(text);
    return url && !url->scheme.empty() && !(url->authority.empty() && url->rest.empty()) &&
           text.find_first_of(" \t\r\n") == std::string_view::npos;
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

std::string in_words(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

/// Empty: the value is good.
std::string problem_of(const Parameter& one, const std::string& value) {
    if (value.empty()) return "is empty";
    if (value.size() > longest_value) return "has more than 4096 bytes";
    if (!one.secret && has_control(value)) return "has a control character";
    switch (one.type) {
        case ParameterType::number:
            if (!is_number(value)) return "is a number, not \"" + value + "\"";
            break;
        case ParameterType::boolean:
            if (value != "true" && value != "false") return "is true or false, not \"" + value + "\"";
            break;
        case ParameterType::choice:
            if (std::find(one.options.begin(), one.options.end(), value) == one.options.end())
                return "is one of " + in_words(one.options) + ", not \"" + value + "\"";
            break;
        case ParameterType::url:
            if (!is_url(value))
                return "is an address like " + (one.example.empty() ? "https://example.com" : one.example);
            break;
        case ParameterType::path:
        case ParameterType::paths:
            if (value.front() != '/') return "is an absolute path, not \"" + value + "\"";
            break;
        case ParameterType::string:
        case ParameterType::list:
            break;
    }
    if (one.pattern.empty()) return {};
    const auto matcher = LogMatcher::create("", "^(" + one.pattern + ")$", false);
    if (matcher.has_value() && matcher->matches(value)) return {};
    if (one.secret) return "is not of the expected form";  // and is not repeated
    return "is not of the expected form" + (one.example.empty() ? std::string() : ", like " + one.example);
}

/// What is given, else the default; empty: not set.
std::vector<std::string> value_of(const Parameter& one, const Values& values) {
    const auto given = values.find(one.name);
    if (given != values.end() && !given->second.empty()) return given->second;
    if (!one.standard.empty()) return {one.standard};
    return {};
}

/// Characters that the name of a secret may have; others become '-'.
std::string secret_name(const std::string& server, const std::string& parameter) {
    constexpr std::size_t longest = 64;
    std::string name;
    for (const char c : server) {
        const bool is_plain = ascii::is_letter_or_digit(c) || c == '_' || c == '.' || c == '-';
        if (is_plain || (!name.empty() && name.back() != '-')) name += is_plain ? c : '-';
    }
    if (name.empty() || name.front() == '-' || name.front() == '.') name.insert(0, "server");
    if (name.size() + 1 + parameter.size() > longest)
        name.resize(longest - 1 - std::min(parameter.size(), longest - 2));
    return name + "-" + parameter;
}

std::string name_of_secret(const Parameter& one, const std::string& server, const std::string& value) {
    if (value.compare(0, secret_reference.size(), secret_reference) == 0)
        return value.substr(secret_reference.size());
    return secret_name(server, one.name);
}

/// Puts values into the texts of the definition.
class Filler {
  public:
    Filler(const Template& one, const std::string& name, const Values& values)
        : template_(one), name_(name), values_(values) {}

    /// Nothing: it depends on a parameter that is not set.
    std::optional<YamlNode> fill(const YamlNode& node) const {
        if (node.kind == YamlNode::Kind::scalar) {
            auto texts = expand(node.text);
            if (texts.empty()) return std::nullopt;
            YamlNode out = node;
            out.text = std::move(texts.front());
            return out;
        }
        YamlNode out = node;
        out.items.clear();
        out.members.clear();
        for (const YamlNode& item : node.items) add_item(out, item);
        for (const auto& [key, value] : node.members)
            if (auto filled = fill(value)) out.members.emplace_back(key, std::move(*filled));
        return out;
    }

  private:
    /// A list within a list is one group: all of it, or nothing when one of its parameters is not set.
    void add_item(YamlNode& out, const YamlNode& item) const {
        if (item.kind == YamlNode::Kind::scalar) {
            for (auto& text : expand(item.text)) {
                out.items.push_back(item);
                out.items.back().text = std::move(text);
            }
            return;
        }
        if (item.kind != YamlNode::Kind::list) {
            if (auto filled = fill(item)) out.items.push_back(std::move(*filled));
            return;
        }
        std::vector<YamlNode> group;
        for (const YamlNode& part : item.items) {
            const auto texts = expand(part.text);
            if (texts.empty() || part.text.empty()) return;
            for (const auto& text : texts) {
                group.push_back(part);
                group.back().text = text;
            }
        }
        for (auto& part : group) out.items.push_back(std::move(part));
    }

    /// The text once for each value of the list parameter in it, once when there is none; nothing when a
    /// parameter is not set. `${flag?TEXT}` is TEXT when the boolean parameter is true.
    std::vector<std::string> expand(const std::string& text) const {
        std::vector<std::string> texts{text};
        for (const std::string& reference : references(text)) {
            const auto mark = reference.find('?');
            const Parameter* const parameter = find_parameter(template_, reference.substr(0, mark));
            if (parameter == nullptr) continue;
            auto values = value_of(*parameter, values_);
            if (mark != std::string::npos) {
                if (values.empty() || values.front() != "true") return {};
                values = {reference.substr(mark + 1)};
            } else if (parameter->secret && !values.empty()) {
                values = {name_of_secret(*parameter, name_, values.front())};
            }
            std::vector<std::string> next;
            for (const auto& before : texts)
                for (const auto& value : values) next.push_back(replaced(before, reference, value));
            texts = std::move(next);
            if (texts.size() > most_values) texts.resize(most_values);
        }
        return texts;
    }

    /// The first place alone: what a value holds is never looked at again.
    static std::string replaced(const std::string& text, const std::string& reference,
                                const std::string& value) {
        const std::string mark = "${" + reference + "}";
        const auto at = text.rfind(mark);
        return text.substr(0, at) + value + text.substr(at + mark.size());
    }

    const Template& template_;
    const std::string& name_;
    const Values& values_;
};

/// One key or item a line, and where each line came from.
class Writer {
  public:
    explicit Writer(Definition& out) : out_(out) {}

    void line(std::size_t indent, const std::string& text, const YamlNode& from) {
        out_.yaml.append(indent, ' ');
        out_.yaml += text + "\n";
        out_.places.push_back({from.line, from.column, {}});
    }

    void members(const YamlNode& map, std::size_t indent) {
        for (const auto& [key, value] : map.members) child(yaml_scalar(key.text) + ":", key, value, indent);
    }

  private:
    void child(const std::string& head, const YamlNode& at, const YamlNode& value, std::size_t indent) {
        switch (value.kind) {
            case YamlNode::Kind::nothing:
                return line(indent, head, at);
            case YamlNode::Kind::scalar:
                return line(indent, head + " " + yaml_scalar(value.text), at);
            case YamlNode::Kind::list:
                if (value.items.empty()) return line(indent, head + " []", at);
                line(indent, head, at);
                for (const YamlNode& item : value.items) child("-", item, item, indent + 2);
                return;
            case YamlNode::Kind::map:
                if (value.members.empty()) return line(indent, head + " {}", at);
                line(indent, head, at);
                members(value, indent + 2);
                return;
        }
    }

    Definition& out_;
};

Error values_error(const Template& one, const std::vector<ValueProblem>& problems) {
    Error error{ErrorCode::validation_error, {}};
    std::vector<DetailRow> fields;
    for (const auto& problem : problems) {
        error.message += (error.message.empty() ? "" : "; ") + problem.parameter + " " + problem.message;
        fields.emplace_back(problem.parameter, problem.message);
    }
    error.message = "template " + one.id + ": " + error.message;
    error.details = ErrorDetails(Detail::parameters, std::move(fields));
    error.hint = "mcpm template show " + one.id + " lists its parameters";
    return error;
}

}  // namespace

std::vector<ValueProblem> check_values(const Template& one, const Values& values) {
    std::vector<ValueProblem> problems;
    for (const Parameter& parameter : one.parameters) {
        const auto given = value_of(parameter, values);
        if (given.empty()) {
            if (parameter.required)
                problems.push_back({parameter.name, "is required: " + parameter.description});
            continue;
        }
        if (given.size() > 1 && !takes_several(parameter.type)) {
            problems.push_back({parameter.name, "takes one value"});
            continue;
        }
        if (given.size() > most_values) {
            problems.push_back({parameter.name, "takes at most 256 values"});
            continue;
        }
        for (const auto& value : given) {
            auto message = problem_of(parameter, value);
            if (!message.empty()) problems.push_back({parameter.name, std::move(message)});
        }
    }
    std::vector<std::string_view> known;
    for (const auto& parameter : one.parameters) known.push_back(parameter.name);
    for (const auto& [name, given] : values)
        if (find_parameter(one, name) == nullptr)
            problems.push_back(
                {name.substr(0, 64), "is no parameter of this template" + did_you_mean(name, known)});
    return problems;
}

Definition write_definition(const Template& one, const std::string& name, const Values& values) {
    Definition out;
    Writer writer(out);
    YamlNode key = one.server;
    writer.line(0, "version: 1", key);
    writer.line(0, "servers:", key);
    writer.line(2, yaml_scalar(name) + ":", key);
    if (const auto filled = Filler(one, name, values).fill(one.server)) writer.members(*filled, 4);
    return out;
}

Result<Filled> fill(const Template& one, const std::string& name, const Values& values) {
    if (auto named = validate_name(name); named.has_error()) return named.error();
    if (const auto problems = check_values(one, values); !problems.empty())
        return values_error(one, problems);
    const Definition written = write_definition(one, name, values);
    SpecFile file = read_spec_file(written.yaml);
    if (!file.problems.empty() || file.servers.size() != 1) {
        for (SpecProblem& problem : file.problems) problem.line = 0;  // of a text that nobody has written
        Error error = problems_error({}, file.problems);
        error.message = "template " + one.id + ": " + error.message;
        error.hint = "the values make a definition that is not valid";
        return error;
    }
    Filled filled{std::move(file.servers.front()), {}};
    filled.spec.labels.emplace("template", one.id);
    for (const Parameter& parameter : one.parameters) {
        const auto given = value_of(parameter, values);
        if (!parameter.secret || given.empty()) continue;
        const std::string& value = given.front();
        const bool is_reference = value.compare(0, secret_reference.size(), secret_reference) == 0;
        filled.secrets.push_back(
            {name_of_secret(parameter, name, value), is_reference ? std::string() : value});
    }
    if (auto valid = validate(filled.spec); valid.has_error()) return valid.error();
    return filled;
}

Values sample_values(const Template& one) {
    Values values;
    for (const Parameter& parameter : one.parameters) {
        std::string value = !parameter.standard.empty() ? parameter.standard : parameter.example;
        if (value.empty()) {
            switch (parameter.type) {
                case ParameterType::number:
                    value = "1";
                    break;
                case ParameterType::boolean:
                    value = "true";
                    break;
                case ParameterType::choice:
                    value = parameter.options.empty() ? "sample" : parameter.options.front();
                    break;
                case ParameterType::url:
                    value = "https://example.com";
                    break;
                case ParameterType::path:
                case ParameterType::paths:
                    value = "/tmp";
                    break;
                case ParameterType::string:
                case ParameterType::list:
                    value = "sample";
                    break;
            }
        }
        values[parameter.name] = {value};
    }
    return values;
}

}  // namespace mcpm::templates
