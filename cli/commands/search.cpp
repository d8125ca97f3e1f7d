// search: templates, and what the configured registry and catalogues have.
#include "cli/commands/all.hpp"
#include "cli/progress.hpp"
#include "cli/template_values.hpp"
#include "cli/when.hpp"
#include "common/fields/market_fields.hpp"
#include "common/fields/registry_fields.hpp"

namespace mcpm::cli::commands {

namespace {

struct Searched {
    std::string query, category;
    bool only_templates = false;
};

/// Nobody has tried a registry's entry here; a template was tried on the day that it says.
std::string vouched(const Json& one) {
    if (text(one, fields::market::origin) == "custom") return "yours";
    if (text(one, fields::market::origin) != "built-in") return text(one, fields::registry::verified);
    return "mcpm";
}

std::string day(const Json& one) {
    const std::string updated = text(one, fields::registry::updated_at);
    return updated.empty() ? text(member(one, fields::market::measured), fields::market::date)
                           : updated.substr(0, 10);
}

std::vector<Cell> row_of(const Json& one) {
    const std::string from = text(one, fields::registry::from);
    const std::string state = !text(one, fields::registry::problem).empty()     ? " (cannot be installed)"
                              : !text(one, fields::market::broken).empty()      ? " (broken as published)"
                              : !text(one, fields::market::replaced_by).empty() ? " (replaced)"
                              : !text(one, fields::registry::status).empty()
                                  ? " (" + text(one, fields::registry::status) + ")"
                                  : "";
    return {{harmless(text(one, fields::market::id))},
            {harmless(from.empty() ? "mcpm" : from)},
            {harmless(vouched(one))},
            {harmless(text(one, fields::market::license))},
            {harmless(day(one))},
            {harmless(text(one, fields::market::description) + state)}};
}

void say_sources(Invocation& call, const Json& found) {
    bool has_problem = false;
    for (const Json& source : member(found, fields::registry::sources)) {
        const std::string problem = text(source, fields::registry::problem);
        if (problem.empty()) continue;
        const std::string as_of = text(source, fields::registry::as_of);
        const std::string name = text(source, fields::market::name);
        const bool has_place = problem.starts_with(name + ":");
        call.out.note((has_place ? "" : harmless(name) + ": ") + harmless(problem) +
                      (as_of.empty() ? "; nothing from it is shown" : "; shown as of " + as_of));
        has_problem = true;
    }
    if (has_problem)
        call.out.note(
            "what is asked is in config.yaml: registry.url, registry.catalogues; search --templates asks "
            "nobody");
    if (is_true(found, fields::registry::more)) call.out.note("there is more; another word narrows it");
}

}  // namespace

Outcome search(Invocation& call) {
    std::vector<std::string> words;
    Searched asked;
    call.options.positionals("WORD…", words, "all of these must fit: name, tag, description, package",
                             Completes::nothing, true);
    call.options.value("--category", "CATEGORY", asked.category,
                       "only templates of this category: files, web, code, database, …");
    call.options.flag("--templates", asked.only_templates, "only templates: no registry is asked");
    call.format.declare_table(call.options);
    if (!call.parse()) return call.outcome();
    for (const auto& word : words) asked.query += (asked.query.empty() ? "" : " ") + word;
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto templates =
        agent->templates(Query().add_if("q", asked.query).add_if("category", asked.category));
    if (!templates) return templates.error();
    Json all = *templates;
    Json found = Json::object();
    if (!asked.only_templates && asked.category.empty()) {
        const auto answered = [&] {
            const Progress progress(call.out, "asking the registry");
            return agent->registry(Query().add_if("q", asked.query));
        }();
        if (!answered) return answered.error();
        found = *answered;
        for (const Json& entry : member(found, fields::registry::entries)) all.push_back(entry);
    }
    const ExitStatus status = all.empty() && !asked.query.empty() ? ExitStatus::not_found : ExitStatus::done;
    say_sources(call, found);
    if (call.format.format() == Format::name) {
        Json ids = Json::array();
        for (const Json& one : all) ids.push_back(text(one, fields::market::id));
        print_for_programs(call.out, ids, call.format);
        return status;
    }
    if (print_for_programs(call.out, all, call.format)) return status;
    Table table{{{"ID"}, {"FROM"}, {"VERIFIED"}, {"LICENCE"}, {"DATE"}, {"DESCRIPTION", Shrink::first}}, {}};
    for (const Json& one : all) table.rows.push_back(row_of(one));
    if (const auto printed = print_table(call.out, table, call.format); !printed) return printed.error();
    if (all.empty() && call.out.error_is_terminal())
        call.out.note("nothing fits; `mcpm template list` shows all templates there are");
    return status;
}

}  // namespace mcpm::cli::commands
