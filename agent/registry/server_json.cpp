#include "agent/registry/server_json.hpp"

#include "agent/registry/draft.hpp"
#include "common/ascii.hpp"
#include "common/encodings.hpp"
#include "common/package_kinds.hpp"
#include "common/sha256.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mcpm::registry {

namespace {

using server_json::part_in;
using server_json::said_in;
using server_json::text_in;
using templates::Parameter;
using templates::ParameterType;
using wire::Json;

constexpr std::string_view official = "registry.modelcontextprotocol.io";
constexpr std::string_view newest_schema = "2025-12-11";
constexpr unsigned deepest_variables = 4;

ParameterType type_of(const Json& input) {
    constexpr std::array<std::pair<std::string_view, ParameterType>, 3> formats{
        {{"number", ParameterType::number},
         {"boolean", ParameterType::boolean},
         {"filepath", ParameterType::path}}};
    const std::string format = text_of(input, "format");
    const auto* const found =
        std::find_if(formats.begin(), formats.end(), [&](const auto& row) { return row.first == format; });
    const ParameterType one = found == formats.end() ? ParameterType::string : found->second;
    if (!said_in(input, "isRepeated", "is_repeated")) return one;
    return one == ParameterType::path ? ParameterType::paths : ParameterType::list;
}

Parameter parameter_of(const Json& input, const std::string& name) {
    Parameter one;
    one.name = parameter_name(name);
    one.type = type_of(input);
    one.required = said_in(input, "isRequired", "is_required");
    one.secret = said_in(input, "isSecret", "is_secret");
    one.standard = text_of(input, "default");
    one.description = text_of(input, "description");
    one.example = text_of(input, "placeholder");
    for (const Json& option : part_of(input, "choices"))
        if (option.is_string()) one.options.push_back(option.get<std::string>());
    return one;
}

/// How one of its inputs is written in the definition.
struct Text {
    std::string text;         // with ${parameter} in it
    std::string secret = {};  // the secret parameter that it is, or that stands in it
};

class Reader {
  public:
    Reader(const Json& server, Entry& entry) : server_(server), entry_(entry), draft_(entry) {}

    void read() {
        if (read_packages()) return;
        const Json& remotes = part_of(server_, "remotes");
        for (const std::string_view wanted : {"streamable-http", "streamable", "sse"}) {
            for (const Json& remote : remotes)
                if (text_in(remote, "type", "transport_type") == wanted)
                    return read_remote(remote, item_of("remotes", remote));
        }
        if (reason_.empty())
            return draft_.problem(
                "it has no package and no remote (of the type streamable-http or sse): it needs one",
                remotes.empty() ? "packages" : "remotes");
        draft_.problem(reason_, reason_at_);
    }

  private:
    /// "packages[2]", for one that is of that list.
    std::string item_of(const char* list, const Json& item) const {
        return list + ("[" + std::to_string(&item - &part_of(server_, list)[0]) + "]");
    }

    bool read_packages() {
        for (const Json* package : server_json::packages_of(server_)) {
            const std::string kind = server_json::kind_of(*package);
            if (const auto transport = server_json::transport_of(*package); transport != "stdio") {
                reason_ = "its " + kind + " package speaks " + transport +
                          ", not stdio: start it yourself, then `mcpm add NAME --url ADDRESS`";
                reason_at_ = item_of("packages", *package) + ".transport";
                continue;
            }
            read_package(*package, kind, item_of("packages", *package));
            return true;
        }
        for (const Json& package : part_of(server_, "packages")) {
            const std::string kind = server_json::kind_of(package);
            if (!reason_.empty()) continue;
            reason_at_ = item_of("packages", package) + ".registryType";
            reason_ = server_json::kind_refusal(kind, server_json::identifier_of(package),
                                                text_of(package, "version"));
        }
        return false;
    }

    void read_package(const Json& package, std::string_view kind, const std::string& at) {
        at_ = at;
        draft_.made_of(at);
        const std::string identifier = server_json::identifier_of(package);
        const std::string version = text_of(package, "version");
        if (identifier.empty())
            draft_.problem("its " + std::string(kind) +
                               " package has no identifier: the name of the package is "
                               "expected",
                           at + ".identifier");
        if (kind == "mcpb") {
            return read_bundle_place(identifier, text_in(package, "fileSha256", "file_sha256"), at);
        }
        if (server_json::is_image(kind)) {
            draft_.set({}, "image", server_json::image_of(package));
            add_arguments(package, {"args"}, at);
            read_runtime_arguments(part_in(package, "runtimeArguments", "runtime_arguments"),
                                   at + ".runtimeArguments");
        } else {
            draft_.set({kind}, "package", identifier);
            if (!version.empty()) draft_.set({kind}, "version", version);
            add_arguments(package, {kind, "args"}, at);
            if (!part_in(package, "runtimeArguments", "runtime_arguments").empty())
                draft_.note("arguments for its launcher are left out: it is started directly");
        }
        for (const Json& variable : part_in(package, "environmentVariables", "environment_variables"))
            add_variable(variable, text_of(variable, "name"), at + ".environmentVariables");
    }

    void read_bundle_place(const std::string& identifier, const std::string& hash, const std::string& at) {
        if (hash.empty())
            return draft_.problem(
                "its bundle has no fileSha256, so nobody can tell whether its bytes are those that were "
                "published: "
                "`mcpm install " +
                    identifier + "` takes what is there now",
                at);
        if (!is_hex(hash, 64))
            return draft_.problem("the fileSha256 of its bundle is not 64 hexadecimal digits: " +
                                      hash.substr(0, 80) + ": `sha256sum` of the bundle prints them",
                                  at + ".fileSha256");
        entry_.bundle = identifier;
        entry_.bundle_digest = std::string(sha256_mark) + hash;
    }

    void add_arguments(const Json& package, std::initializer_list<std::string_view> path,
                       const std::string& at) {
        for (const Json& argument : part_in(package, "packageArguments", "package_arguments")) {
            const std::string name = text_of(argument, "name");
            const bool named = text_of(argument, "type") == "named";
            const std::string hint = text_in(argument, "valueHint", "value_hint");
            const Text value = text_for(argument, named || hint.empty() ? name : hint, 0);
            if (!value.secret.empty())
                draft_.problem("its argument " + name + hint +
                                   " is a secret, which would stand in the list of processes: only an "
                                   "environment variable may be one",
                               at + ".packageArguments");
            if (named)
                draft_.add_item(path, {name, value.text});
            else
                draft_.add_item(path, {value.text});
        }
    }

    /// Of docker run: what has a place in a definition.
    void read_runtime_arguments(const Json& arguments, const std::string& at) {
        for (const Json& argument : arguments) {
            const std::string name = text_of(argument, "name");
            const bool is_variable = name == "-e" || name == "--env";
            const std::string written = text_of(argument, "value");
            const auto equals = written.find('=');
            if (is_variable && equals != std::string::npos) {
                Json input = argument;
                input["value"] = written.substr(equals + 1);
                add_variable(input, written.substr(0, equals), at);
            } else if (name == "-v" || name == "--volume") {
                draft_.add_item({"volumes"}, {text_for(argument, "volume", 0).text});
            } else if (name == "--mount") {
                add_mount(argument, at);
            } else if (name != "-i" && name != "--rm" && name != "--interactive") {
                draft_.problem(
                    "it asks the container engine for " + (name.empty() ? written : name) +
                        ", which has to be looked at: `mcpm add NAME --image IMAGE` defines it by hand",
                    at);
            }
        }
    }

    /// "type=bind,src={source},dst=/place" -> a volume
    void add_mount(const Json& argument, const std::string& at) {
        const std::string text = text_for(argument, "mount", 0).text;
        std::string source, target, mode;
        for (std::size_t begin = 0; begin < text.size();) {
            const auto end = std::min(text.find(',', begin), text.size());
            const std::string word = text.substr(begin, end - begin);
            const auto value = word.substr(std::min(word.find('=') + 1, word.size()));
            const auto key = word.substr(0, word.find('='));
            if (key == "src" || key == "source") source = value;
            if (key == "dst" || key == "target" || key == "destination") target = value;
            if (key == "readonly" || key == "ro") mode = ":ro";
            begin = end + 1;
        }
        if (source.empty() || target.empty())
            return draft_.problem("its mount cannot be read: " + text + ": src=FOLDER,dst=PLACE is expected",
                                  at);
        draft_.add_item({"volumes"}, {source + ":" + target + mode});
    }

    void add_variable(const Json& input, const std::string& name, const std::string& at) {
        if (name.empty()) return;
        const Text value = text_for(input, name, 0);
        if (value.secret.empty()) return draft_.set({"env"}, name, value.text);
        if (value.text != "${" + value.secret + "}")
            draft_.problem("the secret of its variable " + name +
                               " stands within a text: a secret is the whole value of its variable",
                           at);
        draft_.set({"secrets"}, name, value.text);
    }

    void read_remote(const Json& remote, const std::string& at) {
        at_ = at;
        draft_.made_of(at);
        draft_.set(
            {}, "url",
            text_for(Json{{"value", text_of(remote, "url")}, {"variables", part_of(remote, "variables")}},
                     "url", 0)
                .text);
        if (text_in(remote, "type", "transport_type") == "sse") draft_.set({}, "transport", "sse");
        for (const Json& header : part_of(remote, "headers")) {
            const std::string name = text_of(header, "name");
            if (name.empty()) continue;
            Text value = text_for(header, name, 0);
            if (!value.secret.empty()) {
                const std::string variable = variable_name(name);
                const std::string mark = "${" + value.secret + "}";
                draft_.set({"secrets"}, variable, mark);
                value.text.replace(value.text.find(mark), mark.size(), "${" + variable + "}");
            }
            draft_.set({"headers"}, name, value.text);
        }
    }

    static std::string variable_name(const std::string& header) {
        std::string name;
        for (const char c : header) name += ascii::is_letter_or_digit(c) ? ascii::upper(c) : '_';
        return name;
    }

    /// A fixed value with its {variables} in place, or a parameter of its own.
    Text text_for(const Json& input, const std::string& name, unsigned depth) {
        Text out;
        const std::string value = text_of(input, "value");
        if (value.empty() || depth == deepest_variables) {
            if (depth == deepest_variables)
                draft_.problem("its variables stand within each other too deeply: at most " +
                                   std::to_string(deepest_variables) + " levels are read",
                               at_);
            const Parameter wanted = parameter_of(input, name);
            const std::string asked = draft_.ask(wanted);
            out.text = "${" + asked + "}";
            if (wanted.secret) out.secret = asked;
            return out;
        }
        const Json& variables = part_of(input, "variables");
        for (std::size_t at = 0; at < value.size();) {
            const auto end = value[at] == '{' ? value.find('}', at) : std::string::npos;
            const std::string word = end == std::string::npos ? "" : value.substr(at + 1, end - at - 1);
            if (word.empty() || !variables.is_object() || !variables.contains(word)) {
                out.text += value[at++];
                continue;
            }
            const Text part = text_for(variables[word], word, depth + 1);
            out.text += part.text;
            if (!part.secret.empty()) out.secret = part.secret;
            at = end + 1;
        }
        return out;
    }

    const Json& server_;
    Entry& entry_;
    Draft draft_;
    std::string at_;  // of the package or remote that is read
    std::string reason_, reason_at_;
};

/// The official registry lets nobody publish under a name that they have not shown to be theirs.
std::string voucher(const std::string& name, const std::string& from) {
    constexpr std::string_view github = "io.github.";
    if (from != official) return {};
    const auto space = name.substr(0, name.find('/'));
    if (space.compare(0, github.size(), github) == 0) return "GitHub account " + space.substr(github.size());
    std::string domain;
    for (std::size_t end = space.size(); end > 0;) {
        const auto dot = space.rfind('.', end - 1);
        const auto begin = dot == std::string::npos ? 0 : dot + 1;
        domain += (domain.empty() ? "" : ".") + space.substr(begin, end - begin);
        end = dot == std::string::npos ? 0 : dot;
    }
    return "domain " + domain;
}

/// The field is for those who have the text, and can say its line.
Error bad(const std::string& field, const std::string& expected) {
    return Error{ErrorCode::validation_error, "server.json: " + field + ": " + expected,
                 ErrorDetails(Detail::field, field),
                 "what a server.json has: https://github.com/modelcontextprotocol/registry"};
}

/// The day of "…/schemas/2025-12-11/server.schema.json", when it is after the newest one.
std::string newer_schema(const std::string& schema) {
    constexpr std::string_view mark = "/schemas/";
    const auto at = schema.find(mark);
    if (at == std::string::npos) return {};
    const std::string day = schema.substr(at + mark.size(), newest_schema.size());
    return is_day(day) && day > newest_schema ? day : std::string();
}

Result<> check_shape(const Json& server) {
    if (!server.is_object()) return bad("document", "an object is expected");
    if (!server.contains("name")) return bad("name", "is missing");
    if (!server["name"].is_string() || server["name"].get<std::string>().empty())
        return bad("name", "a text is expected");
    for (const char* list : {"packages", "remotes"}) {
        if (!server.contains(list) || server[list].is_null()) continue;
        if (!server[list].is_array()) return bad(list, "a list is expected");
        for (std::size_t i = 0; i < server[list].size(); ++i)
            if (!server[list][i].is_object())
                return bad(list + ("[" + std::to_string(i) + "]"), "an object is expected");
    }
    return {};
}

}  // namespace

bool is_server_json(const Json& document) {
    const Json& server = server_json::server_of(document);
    return server.is_object() && server.contains("name") &&
           (server.contains("packages") || server.contains("remotes") || server.contains("$schema"));
}

Result<Entry> read_server_json(const Json& document, const std::string& from) {
    const Json& server = server_json::server_of(document);
    if (auto good = check_shape(server); !good) return good.error();
    Entry entry;
    entry.id = text_of(server, "name");
    entry.from = from;
    entry.version = text_of(server, "version");
    if (entry.version.empty()) entry.version = text_of(part_of(server, "version_detail"), "version");
    entry.verified = voucher(entry.id, from);
    const Json& facts = part_of(part_of(document, "_meta"), "io.modelcontextprotocol.registry/official");
    entry.updated = text_in(facts, "updatedAt", "updated_at");
    if (entry.updated.empty()) entry.updated = text_in(facts, "publishedAt", "published_at");
    entry.status = text_of(facts, "status");
    if (entry.status.empty()) entry.status = text_of(server, "status");
    if (entry.status == "active") entry.status.clear();
    if (const auto why = text_of(facts, "statusMessage"); !why.empty() && !entry.status.empty())
        entry.status += ": " + why;
    auto& content = entry.content;
    content.id = entry.id;
    content.name = text_of(server, "title");
    if (content.name.empty()) content.name = entry.id.substr(entry.id.rfind('/') + 1);
    content.description = text_of(server, "description");
    content.homepage = text_in(server, "websiteUrl", "website_url");
    if (content.homepage.empty()) content.homepage = text_of(part_of(server, "repository"), "url");
    if (const auto newer = newer_schema(text_of(server, "$schema")); !newer.empty())
        entry.notes.push_back("its schema " + newer + " is newer than " + std::string(newest_schema) +
                              ", the newest that is known here: what is new in it is not seen");
    Reader(server, entry).read();
    return entry;
}

Result<Page> read_page(const Json& document, const std::string& from) {
    if (!document.is_object() || !document.contains("servers") || !document["servers"].is_array())
        return Error{ErrorCode::validation_error, "a list \"servers\" is expected"};
    Page page;
    for (const Json& one : document["servers"]) {
        auto entry = read_server_json(one, from);
        if (entry)
            page.entries.push_back(std::move(*entry));
        else if (++page.unreadable == 1) {
            const auto number = std::to_string(&one - &document["servers"][0]);
            page.first_unreadable = "servers[" + number + "]: " + entry.error().message;
            page.first_at = {"servers", number};
        }
    }
    page.next = text_in(part_of(document, "metadata"), "nextCursor", "next_cursor");
    return page;
}

}  // namespace mcpm::registry
