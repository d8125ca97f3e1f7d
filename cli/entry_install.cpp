#include "cli/entry_install.hpp"

#include "cli/clients/document_place.hpp"
#include "cli/confirm.hpp"
#include "cli/environment.hpp"
#include "cli/progress.hpp"
#include "cli/selection.hpp"
#include "cli/shell_words.hpp"
#include "cli/table.hpp"
#include "cli/template_values.hpp"
#include "cli/text_input.hpp"
#include "cli/yaml_emitter.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/market_fields.hpp"
#include "common/fields/registry_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/url.hpp"

#include <array>
#include <filesystem>
#include <system_error>

namespace mcpm::cli {

namespace {

constexpr std::size_t longest_file = 256UL * 1024;

bool is_bundle(const std::string& text) {
    return text.ends_with(".mcpb") || text.ends_with(".dxt");
}

/// How the agent is asked for it.
Result<Json> request_for(const std::string& which) {
    if (is_bundle(which)) {
        std::error_code ignored;
        return ok(Json{{fields::registry::bundle,
                        is_web_url(which)
                            ? which
                            : std::filesystem::absolute(which, ignored).lexically_normal().string()}});
    }
    if (is_web_url(which)) return ok(Json{{"url", which}});
    if (which.ends_with(".json")) {
        const auto text = read_text_input(which, longest_file);
        if (!text) return text.error();
        if (const auto good = check_json(which, *text); !good) return good.error();
        return ok(Json{{fields::registry::document, *text}});
    }
    Json request{{"id", which}};
    const auto at = which.find('@', which.rfind('/') == std::string::npos ? 1 : which.rfind('/'));
    if (at != std::string::npos && at + 1 < which.size()) {
        request[fields::market::id] = which.substr(0, at);
        request[fields::market::version] = which.substr(at + 1);
    }
    return ok(std::move(request));
}

/// What the agent answers of a file or an address, with its name and the line.
Error about(const std::string& which, const Json& request, Error error) {
    const bool is_place =
        is_bundle(which) || is_web_url(which) || request.contains(fields::registry::document);
    return is_place ? with_place(std::move(error), which, text(request, fields::registry::document)) : error;
}

std::string arguments_text(const Json& source) {
    std::string out;
    for (const Json& one : member(source, fields::server::args))
        if (one.is_string()) out += " " + in_shell_words(one.get<std::string>());
    return out;
}

/// " with a, b, by Python 3.12": what a package of PyPI asks for beside itself.
std::string beside_text(const Json& source) {
    const std::string with = listed(member(source, fields::server::with), ", ");
    const std::string python = text(source, fields::server::python);
    return (with.empty() ? "" : " with " + with) + (python.empty() ? "" : ", by Python " + python);
}

std::string after_with(const std::string& arguments) {
    return arguments.empty() ? "" : ", with the arguments:" + arguments;
}

std::string command_text(const Json& definition) {
    constexpr std::array launchers{std::pair{"npm", ", by node"}, std::pair{"pypi", ", by python"},
                                   std::pair{"go", ", built here"}, std::pair{"cargo", ", built here"},
                                   std::pair{"binary", ", a program that is ready to run"}};
    for (const auto& [kind, launcher] : launchers) {
        const Json& source = member(definition, kind);
        if (!source.is_object()) continue;
        const auto version = text(source, fields::market::version);
        return std::string(kind) + " package " + text(source, fields::market::package) +
               (version.empty() ? ", the newest" : " " + version) + beside_text(source) + launcher +
               after_with(arguments_text(source));
    }
    if (const Json& bundle = member(definition, fields::server::mcpb); bundle.is_object())
        return "bundle " + text(bundle, fields::market::package) + " (" +
               text(bundle, fields::server::digest) + ")" + after_with(arguments_text(bundle));
    if (const auto image = text(definition, fields::server::image); !image.empty())
        return "image " + image + after_with(arguments_text(definition));
    return text(definition, fields::server::command) + arguments_text(definition);
}

bool runs_scripts(const Json& definition) {
    for (const char* kind : {fields::server::npm, "pypi", fields::server::cargo})
        if (is_true(member(definition, kind), fields::server::allow_scripts)) return true;
    return false;
}

std::string names_in(const Json& object) {
    std::string out;
    for (const auto& [name, value] : object.items()) out += (out.empty() ? "" : ", ") + name;
    return out;
}

void say_plan(Invocation& call, const Json& entry, const Json& definition) {
    for (const auto& line : plan_lines(entry, definition)) call.out.note(line);
}

}  // namespace

bool names_an_entry(const std::string& text) {
    return is_web_url(text) || is_bundle(text) || text.ends_with(".json") ||
           text.find('/') != std::string::npos;
}

bool is_in_a_catalogue(AgentClient& agent, const std::string& id) {
    const auto request = request_for(id);
    return request && agent.registry_entry(*request);
}

std::vector<std::string> plan_lines(const Json& entry, const Json& definition) {
    const Json& config = member(definition, fields::server::config);
    const std::string url = text(definition, fields::server::url);
    std::vector<std::string> lines;
    const std::string version = text(entry, fields::market::version);
    const std::string from = text(entry, fields::registry::from);
    lines.push_back(text(entry, fields::market::id) + (version.empty() ? "" : " " + version) + " from " +
                    (!from.empty()                                     ? from
                     : text(entry, fields::market::origin) == "custom" ? "your own templates"
                                                                       : "the templates of mcpm"));
    const std::string verified = text(entry, fields::registry::verified);
    if (!from.empty()) lines.push_back("  vouched for by: " + (verified.empty() ? "nobody" : verified));
    if (const auto status = text(entry, fields::registry::status); !status.empty())
        lines.push_back("  it is " + status);
    lines.push_back(url.empty() ? "  runs: " + command_text(definition) : "  calls: " + url);
    if (runs_scripts(definition))
        lines.emplace_back(
            "  its own build or install scripts run when it is installed, and those of what it needs");
    if (const auto names = names_in(member(config, fields::config::environment)); !names.empty())
        lines.push_back("  is given: " + names);
    if (const auto names = names_in(member(config, fields::config::secrets)); !names.empty())
        lines.push_back("  is given the secrets: " + names);
    const std::string says = listed(member(entry, fields::market::permissions), "; ");
    if (!says.empty())
        lines.push_back((from.empty() ? "  the template says that it " : "  the registry says that it ") +
                        says);
    const bool is_container = !text(definition, fields::server::image).empty();
    if (!url.empty())
        lines.emplace_back("  may reach: what your AI clients send it");
    else if (is_container)
        lines.push_back("  may reach: the network, and these of your folders: " +
                        (member(config, fields::config::volumes).empty()
                             ? "none"
                             : listed(member(config, fields::config::volumes), ", ")));
    else
        lines.emplace_back(
            "  may reach: every file and host that you may reach yourself; it is not confined");
    for (const Json& note : member(entry, fields::registry::notes))
        if (note.is_string()) lines.push_back("  note: " + note.get<std::string>());
    if (const auto note = text(entry, fields::market::note); !note.empty())
        lines.push_back("  note: " + note);
    return lines;
}

Outcome show_entry(Invocation& call, AgentClient& agent, const std::string& which) {
    const auto request = request_for(which);
    if (!request) return request.error();
    const auto entry = agent.registry_entry(*request);
    if (!entry) return about(which, *request, entry.error());
    if (print_for_programs(call.out, *entry, call.format)) return ExitStatus::done;
    call.out.start_pager();
    const auto shown = [&](const char* key) { return harmless(text(*entry, key)); };
    print_facts(
        call.out,
        {{"id", shown(fields::market::id)},
         {"version", shown(fields::market::version)},
         {"name", shown(fields::market::name)},
         {"what it is", shown(fields::market::description)},
         {"read from", shown(fields::registry::from)},
         {"vouched for by",
          text(*entry, fields::registry::verified).empty() ? "nobody" : shown(fields::registry::verified)},
         {"updated", shown(fields::registry::updated_at)},
         {"status", shown(fields::registry::status)},
         {"from", harmless(source_text(*entry))},
         {"homepage", shown(fields::market::homepage)},
         {"licence", shown(fields::market::license)},
         {"it says that it", harmless(listed(member(*entry, fields::market::permissions), "; "))},
         {"note", harmless(listed(member(*entry, fields::registry::notes), "; "))},
         {"cannot be installed", shown(fields::registry::problem)}});
    print_parameters(call, *entry);
    return ExitStatus::done;
}

Outcome install_entry(Invocation& call, AgentClient& agent, const EntryInstall& what) {
    const auto request = request_for(what.which);
    if (!request) return request.error();
    const auto entry = [&] {
        const Progress progress(call.out, "looking at " + what.which);
        return agent.registry_entry(*request);
    }();
    if (!entry) return about(what.which, *request, entry.error());
    auto values = read_values(*entry, what.words);
    if (!values) return values.error();
    if (const auto asked = ask_for_missing(call, *entry, *values); !asked) return asked.error();
    Json body = *request;
    body[fields::market::parameters] = *values;
    if (!what.name.empty()) body[fields::market::name] = what.name;
    Json look = body;
    look[fields::market::dry_run] = true;
    const auto planned = agent.deploy_registry_entry(look);
    if (!planned) return about(what.which, *request, planned.error());
    if (what.dry_run) {
        if (!print_for_programs(call.out, *planned, call.format)) call.out.write(to_yaml(*planned));
        return ExitStatus::done;
    }
    say_plan(call, *entry, member(*planned, fields::market::definition));
    if (!what.yes)
        if (const auto agreed = confirm(call.out, "Install it?", "--yes"); !agreed) return agreed.error();
    // What was shown is what is installed, whatever its registry says by now.
    if (body.contains(fields::market::id) && !text(*entry, fields::market::version).empty())
        body[fields::market::version] = text(*entry, fields::market::version);
    const std::string digest = text(
        member(member(*planned, fields::market::definition), fields::server::mcpb), fields::server::digest);
    if (body.contains(fields::registry::bundle) && !digest.empty()) body[fields::registry::digest] = digest;
    if (what.start) body[fields::market::start] = true;
    const std::string named = what.name.empty() ? text(*entry, fields::market::id) : what.name;
    const auto deployed = [&] {
        const Progress progress(call.out, "installing " + named, {},
                                "interrupted; the agent goes on with it: `mcpm list` shows what came of it");
        return agent.deploy_registry_entry(body);
    }();
    if (!deployed) return about(what.which, *request, deployed.error());
    say_notes(call, *deployed);
    if (print_for_programs(call.out, *deployed, call.format)) return ExitStatus::done;
    call.out.write_foreign(text(*deployed, fields::server::name) + "\n");
    if (!what.start && call.out.error_is_terminal())
        call.out.note("`mcpm start " + in_shell_words(text(*deployed, fields::server::name)) + "` starts it");
    return ExitStatus::done;
}

}  // namespace mcpm::cli
