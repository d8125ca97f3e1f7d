#include "cli/agent_absence.hpp"
#include "cli/commands/all.hpp"
#include "cli/effective.hpp"
#include "cli/selection.hpp"
#include "cli/server_names.hpp"
#include "cli/server_view.hpp"
#include "cli/snapshot.hpp"
#include "cli/suggestion.hpp"
#include "common/enum_names.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/server_fields.hpp"
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

struct FilterWords {
    std::string_view key;
    std::vector<std::string> words;
};

// Checked here too, so that a wrong word is one whether the agent runs or not.
Result<> check_value(const std::string& key, const std::string& value) {
    static const std::vector<FilterWords> known{
        {"status", every_name<ShownStatus>()},
        {"type", {"process", "container", "remote", "nodejs", "python"}},
        {"health", every_name<Health>()},
    };
    for (const FilterWords& row : known) {
        if (row.key != key || std::find(row.words.begin(), row.words.end(), value) != row.words.end())
            continue;
        std::string all;
        for (const std::string& word : row.words) all += (all.empty() ? "" : ", ") + word;
        return Error{ErrorCode::validation_error,
                     "--filter: " + key + "=" + value + ": expected one of " + all,
                     {},
                     did_you_mean(value, row.words)};
    }
    return {};
}

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
        if (auto good = check_value(key, text.substr(equals + 1)); !good) return good.error();
        out.push_back({key == "name" ? "q" : key, text.substr(equals + 1)});
    }
    for (const std::string& label : labels) out.push_back({"label", label});
    return out;
}

bool has_label(const Json& server, const std::string& wanted) {
    const Json& labels = member(member(server, fields::server::config), fields::config::labels);
    const std::size_t equals = wanted.find('=');
    const std::string key = wanted.substr(0, equals);
    if (!labels.is_object() || !labels.contains(key)) return false;
    return equals == std::string::npos || text(labels, key) == wanted.substr(equals + 1);
}

// What the agent does with the query, for the picture without it.
bool matches(const Json& server, const Filter& filter) {
    if (filter.key == "q") return text(server, fields::server::name).find(filter.value) != std::string::npos;
    if (filter.key == "label") return has_label(server, filter.value);
    return text(server, filter.key == "health" ? fields::server::health_status : filter.key) == filter.value;
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

Result<> print_servers(Invocation& call, const Json& servers, Picture picture) {
    if (print_for_programs(call.out, servers, call.format)) return {};
    const Width width = call.format.format() == Format::wide ? Width::wide
                        : call.format.cuts()                 ? Width::usual
                                                             : Width::whole;
    return print_table(call.out, server_table(servers, width, picture, now_utc()), call.format);
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
    say_stale(call.out, *snapshot, absence_in_words(*paths, servers.error()),
              way_out_of_absence(*paths, servers.error()), now_utc());
    return Seen{matching(snapshot->servers, filters), Picture::stale};
}

// A hint for a person; a script sees an empty list.
void say_nothing_found(Invocation& call, const Seen& seen, bool is_filtered) {
    if (!seen.servers.empty() || seen.picture != Picture::live || !call.out.error_is_terminal()) return;
    call.out.note(is_filtered ? "no server matches; `mcpm list` shows all"
                              : "no servers yet; the first: `mcpm add everything --npm "
                                "@modelcontextprotocol/server-everything --start`");
}

Result<Json> find_shown(const Json& servers, const std::vector<std::string>& words) {
    const auto names = named_servers(servers, words);
    if (!names) return names.error();
    Json found = Json::array();
    for (const std::string& name : *names) {
        auto server = find_server(servers, name);
        if (!server) return server;
        found.push_back(std::move(*server));
    }
    return ok(std::move(found));
}

}  // namespace

Outcome list(Invocation& call) {
    std::vector<std::string> filter_texts;
    std::vector<std::string> labels;
    call.options.list(
        "-f,--filter", "KEY=VALUE", filter_texts,
        "status=stopped, starting, running, stopping, error or unknown; type=process, container or "
        "remote; health=healthy, unhealthy or unknown; label=KEY[=VALUE]; name=PART");
    call.options.completes(Completes::filters);
    call.options.list("-l,--label", "KEY[=VALUE]", labels, "only servers with this label");
    call.options.completes(Completes::labels);
    call.format.declare_table(call.options);
    if (!call.parse()) return call.outcome();

    const auto filters = read_filters(filter_texts, labels);
    if (!filters) return filters.error();
    const auto seen = see_servers(call, *filters);
    if (!seen) return seen.error();
    if (const auto printed = print_servers(call, seen->servers, seen->picture); !printed)
        return printed.error();
    say_nothing_found(call, *seen, !filters->empty());
    return ExitStatus::done;
}

Outcome show(Invocation& call) {
    std::vector<std::string> words;
    bool effective = false;
    call.options.positionals("NAME…", words, "servers: names, ids, or patterns such as 'db-*'",
                             Completes::servers, true);
    call.options.flag("--effective", effective, "with every default, and what the agent adds");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();

    const auto seen = see_servers(call, {});
    if (!seen) return seen.error();
    auto found = find_shown(seen->servers, words);
    if (!found) return found.error();
    if (effective) {
        const auto paths = find_paths();
        if (!paths) return paths.error();
        for (Json& server : *found) add_effective_values(server, *paths);
    }
    // One that was named alone is itself; several, and what a pattern finds, are a list.
    const bool is_one = words.size() == 1 && found->size() == 1 && !is_pattern(words[0]);
    if (print_for_programs(call.out, is_one ? found->front() : *found, call.format)) return ExitStatus::done;
    call.out.start_pager();
    for (const Json& server : *found) {
        if (&server != &found->front()) call.out.write("\n");
        print_facts(call.out, server_facts(server, seen->picture, now_utc()));
    }
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
