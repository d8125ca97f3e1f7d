// prompts, resources: what a server offers. Tools are in tools.cpp.
#include "cli/commands/all.hpp"
#include "cli/mcp_content.hpp"
#include "cli/selection.hpp"
#include "cli/tool_arguments.hpp"
#include "common/fields/mcp_fields.hpp"

namespace mcpm::cli::commands {

namespace {

struct Offer {
    const char* part;   // of the API's path
    const char* list;   // the member of the MCP answer
    const char* key;    // what names an item
    const char* title;  // its column
};

std::string first_line(const std::string& text) {
    return harmless(text.substr(0, text.find('\n')));
}

Outcome list_offer(Invocation& call, const Offer& offer) {
    std::string name;
    call.options.positional("NAME", name, "the server", Completes::servers);
    call.format.declare_table(call.options);
    if (!call.parse()) return call.outcome();
    const auto answer = ask_about(call, name, offer.part);
    if (!answer) return answer.error();
    const Json& items = answer->is_array() ? *answer : member(*answer, offer.list);
    Table table{{{offer.title}, {"DESCRIPTION", Shrink::first}}, {}};
    for (const Json& item : items) {
        std::string about = text(item, fields::mcp::description);
        if (about.empty()) about = text(item, fields::mcp::title);
        if (about.empty() && text(item, fields::mcp::name) != text(item, offer.key))
            about = text(item, fields::mcp::name);
        table.rows.push_back({{harmless(text(item, offer.key))}, {first_line(about)}});
    }
    const bool names_alone = call.format.format() == Format::name;
    for (const auto& row : table.rows) {
        if (names_alone) call.out.write(row[0].text + "\n");
    }
    if (names_alone || print_for_programs(call.out, *answer, call.format)) return ExitStatus::done;
    if (const auto printed = print_table(call.out, table, call.format); !printed) return printed.error();
    if (table.rows.empty() && call.out.error_is_terminal()) call.out.note("'" + name + "' offers none");
    return ExitStatus::done;
}

// MCP prompt arguments are strings, all of them.
Result<Json> prompt_arguments(const std::vector<std::string>& words) {
    return tool_arguments(words, nullptr);
}

}  // namespace

Outcome prompts_list(Invocation& call) {
    return list_offer(call, {"prompts", "prompts", fields::mcp::name, "PROMPT"});
}
Outcome resources_list(Invocation& call) {
    return list_offer(call, {"resources", "resources", fields::mcp::uri, "URI"});
}
Outcome resources_templates(Invocation& call) {
    return list_offer(call,
                      {"resource-templates", "resourceTemplates", fields::mcp::uri_template, "URI TEMPLATE"});
}

Outcome prompts_get(Invocation& call) {
    std::string server;
    std::string prompt;
    std::vector<std::string> words;
    call.options.positional("NAME", server, "the server", Completes::servers);
    call.options.positional("PROMPT", prompt, "the prompt", Completes::prompts);
    call.options.positionals("KEY=VALUE…", words, "its arguments");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    const auto arguments = prompt_arguments(words);
    if (!arguments) return arguments.error();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto answer = agent->get_prompt(server, prompt, *arguments);
    if (!answer) return with_suggestion(answer.error(), *agent, server);
    if (print_for_programs(call.out, *answer, call.format)) return ExitStatus::done;
    const Json& messages = member(*answer, fields::mcp::messages);
    if (!messages.is_array()) return ExitStatus::done;
    for (const Json& message : messages) {
        call.out.write_foreign(text(message, fields::mcp::role) + ": " +
                               content_in_words(member(message, fields::mcp::content)));
    }
    return ExitStatus::done;
}

Outcome resources_read(Invocation& call) {
    std::string server;
    std::string uri;
    call.options.positional("NAME", server, "the server", Completes::servers);
    call.options.positional("URI", uri, "the resource");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto answer = agent->read_resource(server, uri);
    if (!answer) return with_suggestion(answer.error(), *agent, server);
    const Json& contents = member(*answer, fields::mcp::contents);
    if (call.format.is_data()) {
        print_data(call.out, *answer, call.format);
    } else if (const auto binary = first_binary(contents); binary && !call.out.is_terminal()) {
        call.out.write(*binary);
    } else {
        call.out.write_foreign(content_in_words(contents));
    }
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
