#include "cli/template_values.hpp"

#include "cli/hidden_input.hpp"
#include "cli/table.hpp"
#include "common/fields/market_fields.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace mcpm::cli {

namespace {

constexpr std::size_t longest_value = 4096;

Result<std::string> ask_for(const Json& parameter) {
    const std::string name = text(parameter, fields::market::name);
    const std::string about =
        harmless(name) + " (" + harmless(text(parameter, fields::market::description)) + ")";
    if (is_true(parameter, fields::market::secret))
        return read_hidden(about + ", not shown: ", longest_value);
    const std::string prompt = about + ": ";
    if (::write(2, prompt.data(), prompt.size()) < 0)
        return Error{ErrorCode::cancelled, "asking for " + name};
    std::string line;
    char c = 0;
    while (line.size() < longest_value && ::read(0, &c, 1) == 1 && c != '\n') line += c;
    return line;
}

std::string kind_of(const Json& parameter) {
    std::string kind = text(parameter, fields::market::type);
    for (const Json& option : member(parameter, fields::market::options))
        if (option.is_string()) kind += (kind == "choice" ? ": " : ", ") + option.get<std::string>();
    if (is_true(parameter, fields::market::secret)) kind = "secret";
    return kind;
}

}  // namespace

std::string source_text(const Json& one) {
    const Json& source = member(one, fields::market::source);
    const std::string version = text(source, fields::market::version);
    const std::string package = text(source, fields::market::package);
    if (!package.empty())
        return text(source, fields::market::kind) + " " + package + (version.empty() ? "" : " " + version);
    return text(source, fields::market::kind) + " " + text(source, fields::market::name);
}

Result<> check_not_broken(const Json& one) {
    const std::string why = text(one, fields::market::broken);
    if (why.empty()) return {};
    return Error{ErrorCode::cannot_launch,
                 text(one, fields::market::id) + " is broken as it is published: " + why,
                 {},
                 "`mcpm search WORD` finds another; --force installs it nevertheless"};
}

std::string listed(const Json& texts, const char* between) {
    std::string out;
    for (const Json& one : texts)
        if (one.is_string()) out += (out.empty() ? "" : between) + one.get<std::string>();
    return out;
}

Result<Json> read_values(const Json& one, const std::vector<std::string>& words) {
    Json values = Json::object();
    for (const std::string& word : words) {
        const auto equals = word.find('=');
        if (equals == std::string::npos || equals == 0)
            return Result<Json>(
                Error{ErrorCode::validation_error,
                      "\"" + word + "\" is not KEY=VALUE",
                      {},
                      "mcpm template show " + text(one, fields::market::id) + " lists the keys"});
        const std::string key = word.substr(0, equals);
        std::string value = word.substr(equals + 1);
        std::string type;
        for (const Json& parameter : member(one, fields::market::parameters))
            if (text(parameter, fields::market::name) == key) type = text(parameter, fields::market::type);
        if (type == "path" || type == "paths") {
            const char* const home = ::getenv("HOME");
            if (home != nullptr && (value == "~" || value.rfind("~/", 0) == 0))
                value = home + value.substr(1);
            std::error_code ignored;
            if (!value.empty() && value.front() != ':')
                value = std::filesystem::absolute(value, ignored).lexically_normal().string();
        }
        const bool takes_several = type == "paths" || type == "list";
        if (!takes_several && values.contains(key))
            return Result<Json>(Error{ErrorCode::validation_error, key + " is given twice"});
        if (takes_several)
            values[key].push_back(value);
        else
            values[key] = value;
    }
    return ok(std::move(values));
}

Result<> ask_for_missing(Invocation& call, const Json& one, Json& values) {
    if (::isatty(0) != 1 || !call.out.error_is_terminal()) return {};
    for (const Json& parameter : member(one, fields::market::parameters)) {
        const std::string name = text(parameter, fields::market::name);
        if (!is_true(parameter, fields::market::required) || values.contains(name)) continue;
        const auto value = ask_for(parameter);
        if (!value) return value.error();
        const std::vector<std::string> word{name + "=" + *value};
        auto read = read_values(one, word);
        if (!read) return read.error();
        if (!value->empty()) values[name] = (*read)[name];
    }
    return {};
}

void print_parameters(Invocation& call, const Json& one) {
    Table table{{{"PARAMETER"}, {"TYPE"}, {"DEFAULT"}, {"DESCRIPTION", Shrink::first}}, {}};
    for (const Json& parameter : member(one, fields::market::parameters)) {
        const bool required = is_true(parameter, fields::market::required);
        const std::string example = text(parameter, fields::market::example);
        table.rows.push_back({{harmless(text(parameter, fields::market::name)) + (required ? " *" : ""),
                               required ? Colour::bold : Colour::none},
                              {harmless(kind_of(parameter))},
                              {harmless(text(parameter, fields::market::default_value))},
                              {harmless(text(parameter, fields::market::description) +
                                        (example.empty() ? "" : " (like " + example + ")"))}});
    }
    if (table.rows.empty()) return;
    call.out.write("\n");
    print_table(call.out, table, call.format);
}

}  // namespace mcpm::cli
