// profile create, list, show, edit, remove: named choices of servers and tools for MCP clients.
#include "cli/commands/all.hpp"
#include "cli/environment.hpp"
#include "cli/profile_choice.hpp"
#include "cli/selection.hpp"
#include "cli/text_input.hpp"
#include "common/fields/profile_fields.hpp"

namespace mcpm::cli::commands {

namespace {

void declare_words(Options& options, ProfileWords& words) {
    options.list("-s,--server", "SERVER", words.servers, "a server of the profile");
    options.completes(Completes::servers);
    options.list("-t,--tool", "[SERVER/]GLOB", words.tools,
                 "only tools of this name; may be given many times (default: all)");
    options.list("--deny", "[SERVER/]GLOB", words.denied, "no tools of this name");
}

constexpr std::size_t longest_instructions = 64UL * 1024;

/// `TEXT`, or `@FILE` (`@-` is standard input).
Result<std::string> instructions_of(const std::string& word) {
    if (!word.starts_with('@')) return word;
    return read_text_input(word.substr(1), longest_instructions);
}

std::string joined(const Json& list) {
    std::string out;
    if (!list.is_array()) return out;
    for (const Json& one : list) {
        if (one.is_string()) out += (out.empty() ? "" : ", ") + one.get<std::string>();
    }
    return out;
}

std::string server_names(const Json& profile) {
    auto names = Json::array();
    const Json& servers = member(profile, fields::profile::servers);
    if (!servers.is_array()) return {};
    for (const Json& one : servers) names.push_back(text(one, fields::profile::server));
    return joined(names);
}

std::vector<Cell> profile_row(const Json& profile) {
    return {{harmless(text(profile, fields::profile::name))},
            {harmless(server_names(profile))},
            {harmless(text(profile, fields::profile::description))}};
}

void print_profile(Invocation& call, const Json& profile) {
    print_facts(call.out, {{"Name", text(profile, fields::profile::name)},
                           {"Description", text(profile, fields::profile::description)},
                           {"Instructions", text(profile, fields::profile::instructions)},
                           {"Address", "/mcp/p/" + text(profile, fields::profile::name)},
                           {"Created", text(profile, fields::profile::created_at)},
                           {"Changed", text(profile, fields::profile::updated_at)}});
    Table table{{{"SERVER"}, {"TOOLS", Shrink::first}, {"NOT", Shrink::first}}, {}};
    const Json& servers = member(profile, fields::profile::servers);
    if (!servers.is_array()) return;
    for (const Json& one : servers) {
        const Json& tools = member(one, fields::profile::tools);
        const std::string allowed = joined(member(tools, fields::profile::allow));
        table.rows.push_back({{harmless(text(one, fields::profile::server))},
                              {allowed.empty() ? "all" : harmless(allowed)},
                              {harmless(joined(member(tools, fields::profile::deny)))}});
    }
    if (!table.rows.empty()) call.out.write("\n");
    if (!table.rows.empty()) print_table(call.out, table, call.format);
}

}  // namespace

Outcome profile_create(Invocation& call) {
    std::string name;
    std::string description;
    std::string instructions;
    ProfileWords words;
    call.options.positional("NAME", name, "the profile");
    call.options.value("-d,--description", "TEXT", description, "what it is for");
    call.options.value("--instructions", "TEXT | @FILE", instructions,
                       "what a model is told before it uses it");
    declare_words(call.options, words);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto servers = profile_servers(Json::array(), words);
    if (!servers) return servers.error();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto told = instructions_of(instructions);
    if (!told) return told.error();
    const auto made = agent->create_profile(Json{{"name", name},
                                                 {"description", description},
                                                 {"instructions", *told},
                                                 {"servers", std::move(*servers)}});
    if (!made) return made.error();
    (void)print_for_programs(call.out, *made, call.format);
    return ExitStatus::done;
}

Outcome profile_list(Invocation& call) {
    return list_all(call, &AgentClient::profiles,
                    {{"NAME"}, {"SERVERS", Shrink::first}, {"DESCRIPTION", Shrink::first}}, profile_row);
}

Outcome profile_show(Invocation& call) {
    std::string name;
    call.options.positional("NAME", name, "the profile", Completes::profiles);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto profile = agent->profile(name);
    if (!profile) return profile.error();
    if (!print_for_programs(call.out, *profile, call.format)) {
        print_profile(call, *profile);
    }
    return ExitStatus::done;
}

Outcome profile_edit(Invocation& call) {
    std::string name;
    std::optional<std::string> description;
    std::optional<std::string> instructions;
    ProfileWords words;
    call.options.positional("NAME", name, "the profile", Completes::profiles);
    call.options.value("-d,--description", "TEXT", description, "what it is for");
    call.options.value("--instructions", "TEXT | @FILE", instructions,
                       "what a model is told before it uses it; an empty text takes it back");
    declare_words(call.options, words);
    call.options.list("--remove-server", "SERVER", words.removed, "no longer a server of the profile");
    call.options.completes(Completes::servers);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto before = agent->profile(name);
    if (!before) return before.error();
    auto servers = profile_servers(member(*before, fields::profile::servers), words);
    if (!servers) return servers.error();
    Json patch{{fields::profile::servers, std::move(*servers)}};
    if (description) patch[fields::profile::description] = *description;
    if (instructions) {
        const auto told = instructions_of(*instructions);
        if (!told) return told.error();
        patch[fields::profile::instructions] = *told;
    }
    const auto changed = agent->patch_profile(name, patch);
    if (!changed) return changed.error();
    (void)print_for_programs(call.out, *changed, call.format);
    return ExitStatus::done;
}

Outcome profile_remove(Invocation& call) {
    return for_each_name(call, "the profiles", "remove the profiles", &AgentClient::remove_profile,
                         Completes::profiles);
}

}  // namespace mcpm::cli::commands
