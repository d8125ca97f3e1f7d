#include "cli/commands/all.hpp"
#include "cli/environment.hpp"
#include "cli/mcp_content.hpp"
#include "cli/progress.hpp"
#include "cli/selection.hpp"
#include "cli/suggestion.hpp"
#include "cli/tool_arguments.hpp"
#include "common/fields/mcp_fields.hpp"
#include "common/unique_fd.hpp"
#include "common/units.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

namespace mcpm::cli::commands {

namespace {

constexpr std::size_t largest_arguments = 64 * 1024 * 1024;

struct Asked {
    std::string server;
    std::string tool;
    std::vector<std::string> words;
    std::string arguments;  // --args, "-" or empty
    std::string timeout;
    std::string output_file;
};

// NAME TOOL … or NAME/TOOL …: a second word without '=' is the tool.
Result<> split_target(Asked& asked) {
    const bool second_is_tool =
        !asked.words.empty() && asked.words[0] != "-" && asked.words[0].find('=') == std::string::npos;
    if (second_is_tool) {
        asked.tool = asked.words[0];
        asked.words.erase(asked.words.begin());
    } else {
        const std::size_t slash = asked.server.rfind('/');
        if (slash == std::string::npos || slash + 1 == asked.server.size()) {
            return Error{ErrorCode::validation_error,
                         "TOOL is missing",
                         {},
                         "`mcpm tools list " + asked.server + "` shows the tools there are"};
        }
        asked.tool = asked.server.substr(slash + 1);
        asked.server.resize(slash);
    }
    if (!asked.words.empty() && asked.words[0] == "-") {
        asked.arguments = "-";
        asked.words.erase(asked.words.begin());
    }
    return {};
}

Result<Json> arguments_from_json(const Asked& asked) {
    if (asked.arguments.empty()) return ok(Json::object());
    std::string source = asked.arguments;
    if (source == "-") {
        auto input = read_input("-", largest_arguments);
        if (!input) return input.error();
        source = std::move(*input);
    }
    auto json = wire::parse(source);
    if (!json) return Error{ErrorCode::validation_error, "--args: " + json.error().message};
    if (!json->is_object()) return Error{ErrorCode::validation_error, "--args: a JSON object is expected"};
    return json;
}

Result<Json> find_tool(AgentClient& agent, const std::string& server, const std::string& tool) {
    const auto answer = agent.part(server, "tools");
    if (!answer) return with_suggestion(answer.error(), agent, server);
    const Json& tools = answer->is_array() ? *answer : member(*answer, fields::mcp::tools);
    std::vector<std::string> known;
    for (const Json& one : tools) {
        if (text(one, fields::mcp::name) == tool) return ok(one);
        known.push_back(text(one, fields::mcp::name));
    }
    Error error{ErrorCode::not_found, "server '" + server + "' has no tool '" + tool + "'"};
    error.hint = did_you_mean(tool, known);
    if (error.hint.empty()) error.hint = "`mcpm tools list " + server + "` shows the tools there are";
    return error;
}

Result<Json> all_arguments(AgentClient& agent, const Asked& asked) {
    auto arguments = arguments_from_json(asked);
    if (!arguments || asked.words.empty()) return arguments;
    const auto tool = find_tool(agent, asked.server, asked.tool);
    if (!tool) return tool.error();
    auto typed = tool_arguments(asked.words, member(*tool, fields::mcp::input_schema));
    if (!typed) {
        Error error = typed.error();
        error.hint = "`mcpm tools inspect " + asked.server + " " + asked.tool + "` shows what it takes";
        return error;
    }
    arguments->update(*typed);
    return arguments;
}

Result<> save(const std::string& file, const std::string& bytes) {
    const UniqueFd opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!opened) return system_error("write " + file, errno);
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const ssize_t written = ::write(opened.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error("write " + file, errno);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Outcome print_result(Invocation& call, const Asked& asked, const Json& result) {
    const Json& content = member(result, fields::mcp::content);
    const bool failed = is_true(result, fields::mcp::is_error);
    if (!asked.output_file.empty() && !failed) {
        const auto binary = first_binary(content);
        if (const auto saved = save(asked.output_file, binary ? *binary : content_in_words(content)); !saved)
            return saved.error();
        return ExitStatus::done;
    }
    if (call.format.is_data()) {
        print_data(call.out, result, call.format);
    } else if (failed) {
        call.out.flush();
        std::string said = harmless_lines(content_in_words(content));
        call.out.write_error(said.empty() ? "the tool reported an error without saying which\n" : said);
    } else {
        const Json& structured = member(result, fields::mcp::structured_content);
        const bool only_structured = (!content.is_array() || content.empty()) && !structured.is_null();
        call.out.write_foreign(only_structured ? pretty(structured) + "\n" : content_in_words(content));
    }
    return failed ? ExitStatus::wrong_state : ExitStatus::done;
}

}  // namespace

Outcome call_tool(Invocation& call) {
    Asked asked;
    call.options.positional("NAME[/TOOL]", asked.server, "the server, or server and tool",
                            Completes::servers);
    call.options.positionals(
        "TOOL [KEY=VALUE… | KEY:=JSON… | -]", asked.words,
        "the tool and its arguments, typed as its schema says; - reads JSON from standard input",
        Completes::tools);
    call.options.value("--args", "JSON", asked.arguments,
                       "all arguments as one JSON object; - reads it from standard input");
    call.options.value("--timeout", "TIME", asked.timeout,
                       "give up after this long (default: calls.timeout of config.yaml, 60s)");
    call.options.value("--output-file", "FILE", asked.output_file,
                       "write the first image, audio or file, else the text, to a file");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();

    if (auto split = split_target(asked); !split) return split.error();
    if (const auto valid = parse_duration(asked.timeout); !asked.timeout.empty() && !valid)
        return valid.error();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto arguments = all_arguments(*agent, asked);
    if (!arguments) return arguments.error();
    const auto result = [&] {
        const Progress progress(call.out, "calling " + asked.tool);
        return agent->call_tool(asked.server, asked.tool, *arguments,
                                Query().add_if("timeout", asked.timeout));
    }();
    if (!result) {
        // A tool that there is not is the same with arguments and without.
        const auto tool = find_tool(*agent, asked.server, asked.tool);
        if (!tool && tool.error().code == ErrorCode::not_found) return tool.error();
        return with_suggestion(result.error(), *agent, asked.server);
    }
    return print_result(call, asked, *result);
}

Outcome tools_inspect(Invocation& call) {
    std::string server;
    std::string name;
    call.options.positional("NAME", server, "the server", Completes::servers);
    call.options.positional("TOOL", name, "the tool", Completes::tools);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto tool = find_tool(*agent, server, name);
    if (!tool) return tool.error();
    if (print_for_programs(call.out, *tool, call.format)) return ExitStatus::done;
    print_facts(call.out,
                {{"Tool", text(*tool, fields::mcp::name)}, {"Title", text(*tool, fields::mcp::title)}});
    call.out.write(harmless_lines(text(*tool, fields::mcp::description)) + "\n\nArguments\n");
    const Json& schema = member(*tool, fields::mcp::input_schema);
    const Json& properties = member(schema, fields::mcp::properties);
    const Json& required = member(schema, fields::mcp::required);
    Table table{{{"NAME"}, {"TYPE"}, {"REQUIRED"}, {"DESCRIPTION", Shrink::first}}, {}};
    const Json shown = properties.is_object() ? properties : Json::object();
    for (const auto& [key, property] : shown.items()) {
        const std::string type = type_in_words(property, schema);
        const bool needed =
            required.is_array() && std::find(required.begin(), required.end(), Json(key)) != required.end();
        table.rows.push_back({{harmless(key)},
                              {harmless(type)},
                              {needed ? "yes" : ""},
                              {harmless(text(property, fields::mcp::description))}});
    }
    if (table.rows.empty()) {
        call.out.write("  none\n");
    } else {
        print_table(call.out, table, call.format);
    }
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
