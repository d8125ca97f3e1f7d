#include "cli/clients/import_plan.hpp"

#include "cli/shell_words.hpp"
#include "cli/spec_diff.hpp"
#include "common/ascii.hpp"
#include "common/secret_values.hpp"
#include "common/server_spec.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace mcpm::cli {

namespace {

constexpr std::size_t longest_name = 64;

bool is_taken(const std::vector<std::string>& taken, const std::string& name) {
    return std::find(taken.begin(), taken.end(), name) != taken.end();
}

std::string free_name(const std::string& wanted, std::vector<std::string>& taken) {
    std::string name = wanted;
    for (int count = 2; is_taken(taken, name); ++count) name = wanted + "-" + std::to_string(count);
    taken.push_back(name);
    return name;
}

std::string secret_name(const std::string& server, const std::string& variable) {
    std::string out;
    for (const char c : server + "." + variable)
        out += ascii::is_letter_or_digit(c) || c == '.' || c == '_' || c == '-' ? c : '-';
    if (out.size() > longest_name - 3) out.resize(longest_name - 3);
    if (!ascii::is_letter_or_digit(out.front())) out.front() = 'x';
    return out;
}

/// A name that mcpm takes.
std::string lawful_name(const std::string& name) {
    if (validate_name(name)) return name;
    std::string out;
    for (const char c : name) out += ascii::is_letter_or_digit(c) || c == '_' || c == '.' ? c : '-';
    out.erase(0, out.find_first_not_of('-'));
    out.resize(std::min(out.size(), longest_name));
    return out.empty() ? "server" : out;
}

Json arguments_of(const Json& definition) {
    for (const char* const registry : {"npm", "pypi"}) {
        if (definition.contains(registry)) return member(definition[registry], "args");
    }
    return member(definition, "args");
}

/// As what_runs, but with masked values and names of variables alone: all that can be known of a server that
/// is defined.
std::string runs_masked(const Json& definition) {
    Json key = Json::object();
    for (const char* const registry : {"npm", "pypi"}) {
        if (!definition.contains(registry)) continue;
        key[registry] = {text(definition[registry], "package"), text(definition[registry], "version")};
    }
    if (definition.contains("image")) key["image"] = definition["image"];
    if (definition.contains("url")) key["url"] = wire::masked_text(text(definition, "url"));
    if (const std::string command = text(definition, "command"); !command.empty())
        key["command"] = command.substr(command.rfind('/') + 1);
    std::string before;
    key["args"] = Json::array();
    for (const Json& argument : arguments_of(definition)) {
        if (!argument.is_string()) continue;
        key["args"].push_back(wire::masked_argument(before, argument.get<std::string>()));
        before = argument.get<std::string>();
    }
    std::set<std::string> names;
    for (const char* const map : {"environment", "secrets"}) {
        for (const auto& [name, value] : member(member(definition, "config"), map).items())
            names.insert(name);
    }
    // Variables that stand in for a header's value are not the server's own.
    key["variables"] = definition.contains("url") ? std::set<std::string>{} : names;
    return wire::to_text(key);
}

std::string variable_of_header(const std::string& header) {
    std::string out;
    for (const char c : header)
        out += ascii::is_lower(c) ? static_cast<char>(c - 'a' + 'A') : ascii::is_letter_or_digit(c) ? c : '_';
    return out;
}

void note_secret_arguments(ImportItem& item) {
    std::string before;
    for (const Json& argument : arguments_of(item.definition)) {
        if (!argument.is_string()) continue;
        const std::string word = argument.get<std::string>();
        if (wire::masked_argument(before, word) != word)
            item.found.notes.push_back(
                "an argument looks secret, and stays in the definition: a variable would be better");
        before = word;
    }
    const std::string url = text(item.definition, "url");
    if (wire::masked_text(url) != url)
        item.found.notes.push_back("its URL has a secret in it, which stays in the definition");
}

std::map<std::string, std::string> existing_by_run(const Json& existing) {
    std::map<std::string, std::string> known;
    for (const Json& server : existing) {
        const auto definition = definition_of(server);
        if (definition) known.emplace(runs_masked(*definition), text(server, "name"));
    }
    return known;
}

std::vector<std::string> names_in(const Json& list) {
    std::vector<std::string> names;
    for (const Json& one : list) names.push_back(text(one, "name"));
    return names;
}

}  // namespace

void move_secrets(ImportItem& item, std::vector<std::string>& taken) {
    const auto move = [&](const std::string& variable, const std::string& value) {
        const std::string name = free_name(secret_name(item.name, variable), taken);
        item.definition["config"]["secrets"][variable] = name;
        item.secrets.emplace_back(name, value);
    };
    const Json variables = member(member(item.definition, "config"), "environment");
    bool moved = false;
    for (const auto& [variable, value] : variables.items()) {
        const std::string plain = value.is_string() ? value.get<std::string>() : value.dump();
        if (plain.empty() || wire::masked_variable(variable, plain) == plain) continue;
        item.definition["config"]["environment"].erase(variable);
        move(variable, plain);
        moved = true;
    }
    const Json wanting = member(member(item.definition, "config"), "secrets");
    for (const auto& [variable, name] : wanting.items()) {
        if (name == "") move(variable, "");
        moved = true;
    }
    const Json headers = member(item.definition, "headers");
    for (const auto& [header, value] : headers.items()) {
        const std::string plain = value.is_string() ? value.get<std::string>() : "";
        if (wire::masked_variable(header, plain) == plain) continue;
        const std::string variable = variable_of_header(header);
        const std::size_t scheme = plain.starts_with("Bearer ") ? 7 : 0;
        item.definition["headers"][header] = plain.substr(0, scheme) + "${" + variable + "}";
        move(variable, plain.substr(scheme));
    }
    // The image gets its secrets as it had them: many read no file.
    if (moved && item.definition.contains("image"))
        item.definition["config"]["container"]["secretsAsEnvironment"] = true;
    note_secret_arguments(item);
}

std::vector<ImportItem> plan_import(const std::vector<ImportSource>& sources, const Json& existing,
                                    const Json& secrets) {
    const auto known = existing_by_run(existing);
    std::map<std::string, std::string> seen;
    std::vector<std::string> taken = names_in(existing);
    std::vector<std::string> taken_secrets = names_in(secrets);
    std::vector<ImportItem> items;
    for (const ImportSource& source : sources) {
        for (std::size_t i = 0; i < source.servers.size(); ++i) {
            const FoundServer& found = source.servers[i];
            ImportItem item{found, source.file, source.client};
            if (i < source.places.size()) item.place = source.places[i];
            const std::string runs = what_runs(found.definition);
            if (found.is_ours) {
                item.state = ImportItem::State::ours;
            } else if (!found.problem.empty()) {
                item.state = ImportItem::State::left_out;
                item.why = found.problem;
            } else if (const auto there = known.find(runs_masked(found.definition)); there != known.end()) {
                item.state = ImportItem::State::same;
                item.name = there->second;
            } else if (const auto same = seen.find(runs); same != seen.end()) {
                item.state = ImportItem::State::same;
                item.name = same->second;
            } else {
                item.name = free_name(lawful_name(found.name), taken);
                item.definition = Json{{"name", item.name}};
                item.definition.update(found.definition);
                move_secrets(item, taken_secrets);
                seen.emplace(runs, item.name);
            }
            items.push_back(std::move(item));
        }
    }
    return items;
}

std::string run_in_words(const Json& definition) {
    std::string out = text(definition, "command");
    if (definition.contains("npm"))
        out = "npm " + text(definition["npm"], "package") +
              (text(definition["npm"], "version").empty() ? "" : "@" + text(definition["npm"], "version"));
    if (definition.contains("pypi"))
        out = "pypi " + text(definition["pypi"], "package") +
              (text(definition["pypi"], "version").empty() ? "" : "==" + text(definition["pypi"], "version"));
    if (definition.contains("image")) out = "image " + text(definition, "image");
    if (definition.contains("url")) out = wire::masked_text(text(definition, "url"));
    std::string before;
    for (const Json& argument : arguments_of(definition)) {
        if (!argument.is_string()) continue;
        out += " " + in_shell_words(wire::masked_argument(before, argument.get<std::string>()));
        before = argument.get<std::string>();
    }
    return out;
}

}  // namespace mcpm::cli
