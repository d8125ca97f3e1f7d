#include "cli/agent_absence.hpp"
#include "cli/commands/all.hpp"
#include "cli/selection.hpp"
#include "cli/server_view.hpp"
#include "cli/snapshot.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace mcpm::cli::commands {

namespace {

constexpr std::array filter_keys{"status", "type", "health", "label", "q", "name"};

struct Filter {
    std::string key;
    std::string value;
};

Result<std::vector<Filter>> read_filters(const std::vector<std::string>& texts,
                                         const std::vector<std::string>& labels) {
    std::vector<Filter> out;
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        const std::string key = text.substr(0, equals);
        const bool known = std::find(filter_keys.begin(), filter_keys.end(), key) != filter_keys.end();
        if (!known || equals == std::string::npos) {
            return Error{
                ErrorCode::validation_error,
                "--filter: '" + text + "' is not KEY=VALUE with a key of status, type, health, label, name"};
        }
        out.push_back({key == "name" ? "q" : key, text.substr(equals + 1)});
    }
    for (const std::string& label : labels) out.push_back({"label", label});
    return out;
}

bool has_label(const Json& server, const std::string& wanted) {
    const Json& labels = member(member(server, "config"), "labels");
    const std::size_t equals = wanted.find('=');
    const std::string key = wanted.substr(0, equals);
    if (!labels.is_object() || !labels.contains(key)) return false;
    return equals == std::string::npos || text(labels, key) == wanted.substr(equals + 1);
}

// What the agent does with the query, for the picture without it.
bool matches(const Json& server, const Filter& filter) {
    if (filter.key == "q") return text(server, "name").find(filter.value) != std::string::npos;
    if (filter.key == "label") return has_label(server, filter.value);
    return text(server, filter.key == "health" ? "healthStatus" : filter.key) == filter.value;
}

Json matching(const Json& servers, const std::vector<Filter>& filters) {
    Json out = Json::array();
    for (const Json& server : servers) {
        const bool all = std::all_of(filters.begin(), filters.end(),
                                     [&](const Filter& filter) { return matches(server, filter); });
        if (all) out.push_back(server);
    }
    return out;
}

void print_servers(Invocation& call, const Json& servers, Picture picture, bool quiet) {
    const Format format = call.format.format();
    if (quiet || format == Format::name) {
        for (const Json& server : servers) call.out.write_foreign(text(server, "name") + "\n");
    } else if (call.format.is_data()) {
        print_data(call.out, servers, format);
    } else {
        const Width width = format == Format::wide ? Width::wide : Width::usual;
        print_table(call.out, server_table(servers, width, picture, now_utc()), call.format);
    }
}

// Looking never starts the agent: what is known without it is shown, and said to be old.
struct Seen {
    Json servers;
    Picture picture = Picture::live;
};

Result<Seen> see_servers(Invocation& call, const std::vector<Filter>& filters) {
    const auto paths = find_paths();
    if (!paths) return paths.error();
    Query query;
    for (const Filter& filter : filters) query.add(filter.key, filter.value);
    auto agent = AgentClient::connect(*paths);
    auto servers = agent ? agent->servers(query) : Result<Json>(agent.error());
    if (servers) return Seen{std::move(*servers), Picture::live};
    if (!is_absence(servers.error())) return servers.error();
    const auto snapshot = read_snapshot(*paths);
    if (!snapshot) return snapshot.error();
    say_stale(call.out, *snapshot, absence_in_words(*paths, servers.error()), now_utc());
    return Seen{matching(snapshot->servers, filters), Picture::stale};
}

}  // namespace

Outcome list(Invocation& call) {
    bool quiet = false;
    std::vector<std::string> filter_texts;
    std::vector<std::string> labels;
    call.options.flag("-q,--quiet", quiet, "names only");
    call.options.list("-f,--filter", "KEY=VALUE", filter_texts,
                      "only servers with this status, type, health, label or name");
    call.options.list("-l,--label", "KEY[=VALUE]", labels, "only servers with this label");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();

    const auto filters = read_filters(filter_texts, labels);
    if (!filters) return filters.error();
    const auto seen = see_servers(call, *filters);
    if (!seen) return seen.error();
    print_servers(call, seen->servers, seen->picture, quiet);
    // A hint for a person; a script sees an empty list.
    if (seen->servers.empty() && seen->picture == Picture::live && call.out.error_is_terminal()) {
        call.out.note(filters->empty() ? "no servers yet; add one with `mcpm add NAME -- COMMAND`"
                                       : "no server matches");
    }
    return ExitStatus::done;
}

Outcome show(Invocation& call) {
    std::string name;
    call.options.positional("NAME", name, "the server, by name or id", Completes::servers);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();

    const auto seen = see_servers(call, {});
    if (!seen) return seen.error();
    const auto server = find_server(seen->servers, name);
    if (!server) return server.error();
    if (call.format.is_data()) {
        print_data(call.out, *server, call.format.format());
    } else if (call.format.format() == Format::name) {
        call.out.write_foreign(text(*server, "name") + "\n");
    } else {
        print_facts(call.out, server_facts(*server, seen->picture, now_utc()));
    }
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
