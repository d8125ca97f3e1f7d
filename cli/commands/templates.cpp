// search, template list, show, validate, and install: from the marketplace to a server.
#include "cli/commands/all.hpp"
#include "cli/commands/bundle.hpp"
#include "cli/entry_install.hpp"
#include "cli/environment.hpp"
#include "cli/progress.hpp"
#include "cli/selection.hpp"
#include "cli/shell_words.hpp"
#include "cli/start_progress.hpp"
#include "cli/template_values.hpp"
#include "cli/text_input.hpp"
#include "cli/yaml_emitter.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/market_fields.hpp"

namespace mcpm::cli::commands {

namespace {

constexpr std::size_t longest_file = 256UL * 1024;

std::vector<Cell> template_row(const Json& one) {
    const bool is_replaced = !text(one, fields::market::replaced_by).empty();
    const bool is_broken = !text(one, fields::market::broken).empty();
    return {{harmless(text(one, fields::market::id))},
            {text(one, fields::market::category)},
            {text(one, fields::market::starts)},
            {harmless(text(one, fields::market::description)) + (is_broken     ? " (broken as published)"
                                                                 : is_replaced ? " (replaced)"
                                                                               : "")},
            {harmless(source_text(one))}};
}

/// What names a template is its id.
bool print_templates(Invocation& call, const Json& data) {
    if (call.format.format() != Format::name) return print_for_programs(call.out, data, call.format);
    Json ids = Json::array();
    for (const Json& one : data.is_array() ? data : Json::array({data}))
        ids.push_back(text(one, fields::market::id));
    return print_for_programs(call.out, ids, call.format);
}

Result<> print_template_table(Invocation& call, const Json& found) {
    Table table{{{"ID"}, {"CATEGORY"}, {"STARTS"}, {"DESCRIPTION", Shrink::first}}, {}};
    const bool is_wide = call.format.format() == Format::wide;
    if (is_wide) table.columns.push_back({"SOURCE"});
    for (const Json& one : found) {
        table.rows.push_back(template_row(one));
        if (!is_wide) table.rows.back().pop_back();
    }
    return print_table(call.out, table, call.format);
}

/// `words` are of the command line once the options are parsed.
Outcome list_templates(Invocation& call, const std::vector<std::string>& words) {
    std::string category;
    call.options.value("--category", "CATEGORY", category,
                       "only of this category: files, web, code, database, …");
    call.format.declare_table(call.options);
    if (!call.parse()) return call.outcome();
    std::string query;
    for (const auto& word : words) query += (query.empty() ? "" : " ") + word;
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto found = agent->templates(Query().add_if("q", query).add_if("category", category));
    if (!found) return found.error();
    const ExitStatus status = found->empty() && !query.empty() ? ExitStatus::not_found : ExitStatus::done;
    if (print_templates(call, *found)) return status;
    if (const auto printed = print_template_table(call, *found); !printed) return printed.error();
    if (found->empty() && call.out.error_is_terminal())
        call.out.note("nothing fits; `mcpm template list` shows all there are");
    return status;
}

std::string measured_text(const Json& one) {
    const Json& measured = member(one, fields::market::measured);
    std::string out;
    const auto add = [&](const char* key, const char* unit, const char* before = "") {
        if (const auto value = text(measured, key); !value.empty())
            out += (out.empty() ? "" : ", ") + (before + value) + unit;
    };
    add(fields::market::tools, " tools");
    add(fields::market::bytes, " bytes to read them");
    add(fields::market::tokens, " tokens of context");
    if (const auto memory = integer(measured, fields::market::memory_bytes))
        out += (out.empty() ? "" : ", ") + std::to_string(*memory >> 20) + " MiB of memory";
    add(fields::market::runtime, "");
    add(fields::market::revision, "", "MCP ");
    add(fields::market::date, "", "tried ");
    return out;
}

/// What will run and what it may reach, before anything of it is fetched.
Result<> say_plan(Invocation& call, AgentClient& agent, const Json& one, Json body) {
    body[fields::market::dry_run] = true;
    const auto planned = agent.deploy_template(text(one, fields::market::id), body);
    if (!planned) return planned.error();
    for (const auto& line : plan_lines(one, member(*planned, fields::market::definition)))
        call.out.note(line);
    return {};
}

/// How many processes there are of it, as its definition says; "auto" when it does not.
std::string sharing_of(const Json& one) {
    const auto sharing = text(member(one, fields::market::definition), fields::config::sharing);
    return sharing.empty() ? "auto" : sharing;
}

struct TemplateInstall {
    std::string name;  // of the server; empty: the template's id
    std::vector<std::string> words;
    bool start, dry_run, force;
};

Outcome install_template(Invocation& call, AgentClient& agent, const Json& one, TemplateInstall what) {
    if (const auto whole = check_not_broken(one); !whole && !what.force && !what.dry_run)
        return whole.error();
    if (what.name.empty()) what.name = text(one, fields::market::id);
    auto values = read_values(one, what.words);
    if (!values) return values.error();
    if (const auto asked = ask_for_missing(call, one, *values); !asked) return asked.error();
    Json body{{fields::market::name, what.name}, {fields::market::parameters, *values}};
    if (!what.dry_run)
        if (const auto said = say_plan(call, agent, one, body); !said) return said.error();
    if (what.force) body[fields::market::force] = true;
    if (what.start) body[fields::market::start] = true;
    if (what.dry_run) body[fields::market::dry_run] = true;
    const auto deployed = [&] {
        const Progress progress(call.out, "installing " + what.name,
                                what.start ? progress_of_start(what.name) : std::function<std::string()>(),
                                what.dry_run ? "" : agent_goes_on(what.name));
        return agent.deploy_template(text(one, fields::market::id), body);
    }();
    if (!deployed) return deployed.error();
    say_notes(call, *deployed);
    if (print_for_programs(call.out, *deployed, call.format)) return ExitStatus::done;
    if (what.dry_run) {
        call.out.write(to_yaml(*deployed));
        return ExitStatus::done;
    }
    call.out.write_foreign(text(*deployed, fields::market::name) + "\n");
    if (!what.start && call.out.error_is_terminal())
        call.out.note("`mcpm start " + in_shell_words(what.name) + "` starts it");
    return ExitStatus::done;
}

void declare_bundle(Options& options, BundleInstall& carried) {
    options.section("Without a network");
    options.value("--bundle", "FILE", carried.file,
                  "the servers of a file that `mcpm bundle` wrote, with their packages and images");
    options.completes(Completes::files);
    options.value("--digest", "SHA256", carried.digest,
                  "what `mcpm bundle` printed; another file is refused");
    options.flag("--replace", carried.replace, "also servers that are here and defined otherwise");
}

}  // namespace

Outcome template_list(Invocation& call) {
    return list_templates(call, {});
}

Outcome template_search(Invocation& call) {
    std::vector<std::string> words;
    call.options.positionals("WORD…", words, "all of these must fit: name, tag, description, package",
                             Completes::nothing, true);
    return list_templates(call, words);
}

Outcome template_show(Invocation& call) {
    std::string id;
    call.options.positional("TEMPLATE", id, "its id", Completes::templates);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    if (names_an_entry(id)) return show_entry(call, *agent, id);
    const auto one = agent->template_named(id);
    if (!one && is_in_a_catalogue(*agent, id)) return show_entry(call, *agent, id);
    if (!one) return one.error();
    if (print_templates(call, *one)) return ExitStatus::done;
    call.out.start_pager();
    print_facts(call.out,
                {{"id", harmless(text(*one, fields::market::id))},
                 {"name", harmless(text(*one, fields::market::name))},
                 {"what it is", harmless(text(*one, fields::market::description))},
                 {"category", text(*one, fields::market::category)},
                 {"tags", harmless(listed(member(*one, fields::market::tags), ", "))},
                 {"from", harmless(source_text(*one))},
                 {"homepage", harmless(text(*one, fields::market::homepage))},
                 {"licence", harmless(text(*one, fields::market::license))},
                 {"starts", text(*one, fields::market::starts)},
                 {"broken", harmless(text(*one, fields::market::broken))},
                 {"sharing", harmless(sharing_of(*one))},
                 {"measured", harmless(measured_text(*one))},
                 {"it says that it", harmless(listed(member(*one, fields::market::permissions), "; "))},
                 {"note", harmless(text(*one, fields::market::note))},
                 {"replaced by", harmless(text(*one, fields::market::replaced_by))}});
    print_parameters(call, *one);
    return ExitStatus::done;
}

Outcome template_validate(Invocation& call) {
    std::vector<std::string> files;
    call.options.positionals("FILE…", files, "templates, as YAML", Completes::files, true);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    bool is_good = true;
    Json all = Json::array();
    for (const auto& file : files) {
        const auto yaml = read_text_input(file, longest_file);
        if (!yaml) return yaml.error();
        const auto checked = agent->validate_template(*yaml);
        if (!checked) return checked.error();
        is_good = is_good && member(*checked, fields::market::problems).empty();
        all.push_back(Json{{fields::market::name, file},
                           {fields::market::problems, member(*checked, fields::market::problems)}});
    }
    const ExitStatus status = is_good ? ExitStatus::done : ExitStatus::failed;
    if (print_for_programs(call.out, all, call.format)) return status;
    for (const Json& file : all) {
        for (const Json& problem : member(file, fields::market::problems)) {
            call.out.write_foreign(
                text(file, fields::market::name) + ":" + text(problem, fields::market::line) + ":" +
                text(problem, fields::market::column) + ": " + text(problem, fields::market::message) + "\n");
        }
    }
    if (!is_good)
        call.out.note(
            "`mcpm template show filesystem -o yaml` shows a good one; docs/marketplace.md has every key");
    return status;
}

Outcome install(Invocation& call) {
    std::optional<std::string> asked;
    std::string name;
    BundleInstall carried;
    std::vector<std::string> words;
    bool start = false;
    bool dry_run = false;
    bool yes = false;
    bool force = false;
    call.options.positional(
        "TEMPLATE", asked,
        "its id, as `mcpm search WORD` says it; of a registry or catalogue also ID@VERSION; a server.json as "
        "file or URL",
        Completes::templates);
    call.options.positionals(
        "KEY=VALUE", words,
        "values of its parameters; several folders: the same key again. A secret goes to the vault; "
        "secret:NAME uses one that is there");
    call.options.value("--name", "NAME", name, "the server's name (default: the template's id)");
    call.options.flag("--start", start, "start it at once");
    call.options.flag("--dry-run", dry_run, "print the definition, install nothing");
    call.options.flag("--yes", yes, "of a registry or catalogue: do not ask");
    call.options.flag("--force", force, "also a template that is known not to start as it is published");
    declare_bundle(call.options, carried);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    carried.start = start;
    if (!carried.file.empty() && !asked) return install_from_bundle(call, carried);
    if (!asked || !carried.file.empty())
        return Error{ErrorCode::validation_error,
                     "install: TEMPLATE or --bundle FILE is expected, one of them"};
    if (name.empty() && call.options.given("--name"))
        return Error{ErrorCode::validation_error,
                     "--name: a name is expected",
                     {},
                     "without --name it is the template's id"};
    const std::string id = *asked;
    auto agent = call.agent();
    if (!agent) return agent.error();
    const EntryInstall entry{id, name, words, start, dry_run, yes};
    if (names_an_entry(id)) return install_entry(call, *agent, entry);
    const auto one = agent->template_named(id);
    if (!one && is_in_a_catalogue(*agent, id)) return install_entry(call, *agent, entry);
    if (!one) return one.error();
    return install_template(call, *agent, *one, {name, words, start, dry_run, force});
}

}  // namespace mcpm::cli::commands
