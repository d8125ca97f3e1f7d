// token create, list, revoke: credentials for who comes by TCP.
#include "cli/commands/all.hpp"
#include "cli/selection.hpp"

namespace mcpm::cli::commands {

Outcome token_create(Invocation& call) {
    std::string name;
    std::string kind = "client";
    std::string profile;
    std::string expires;
    bool quiet = false;
    call.options.positional("NAME", name, "what it is called: the client or the program that gets it");
    call.options.value("--kind", "KIND", kind, "client reaches MCP alone, api everything (default: client)");
    call.options.choices({"client", "api"});
    call.options.value("--profile", "PROFILE", profile, "only this profile (of a client)");
    call.options.value("--expires", "TIME", expires,
                       "not valid after this long, e.g. 30d (default: until revoked)");
    call.options.flag("-q,--quiet", quiet, "print the secret alone");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    Json body{{"name", name}, {"kind", kind}};
    if (!profile.empty()) body["profile"] = profile;
    if (!expires.empty()) body["expiresIn"] = expires;
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto token = agent->create_token(body);
    if (!token) return token.error();
    if (call.format.is_data()) {
        print_data(call.out, *token, call.format.format());
        return ExitStatus::done;
    }
    call.out.write(harmless(text(*token, "token")) + "\n");
    if (!quiet && call.out.error_is_terminal())
        call.out.note("this is the only time it is shown; send it as \"Authorization: Bearer …\"");
    return ExitStatus::done;
}

Outcome token_list(Invocation& call) {
    bool quiet = false;
    call.options.flag("-q,--quiet", quiet, "names only");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto tokens = agent->tokens();
    if (!tokens) return tokens.error();
    if (call.format.is_data()) {
        print_data(call.out, *tokens, call.format.format());
        return ExitStatus::done;
    }
    Table table{{{"NAME"}, {"KIND"}, {"PROFILE"}, {"CREATED"}, {"EXPIRES"}, {"LAST USED"}}, {}};
    for (const Json& token : *tokens) {
        if (quiet || call.format.format() == Format::name) {
            call.out.write_foreign(text(token, "name") + "\n");
            continue;
        }
        const bool expired = is_true(token, "expired");
        table.rows.push_back(
            {{harmless(text(token, "name"))},
             {text(token, "kind")},
             {harmless(text(token, "profile"))},
             {text(token, "createdAt")},
             {text(token, "expiresAt") + (expired ? " (over)" : ""), expired ? Colour::yellow : Colour::none},
             {text(token, "lastUsedAt")}});
    }
    if (!quiet && call.format.format() != Format::name) print_table(call.out, table, call.format);
    return ExitStatus::done;
}

Outcome token_revoke(Invocation& call) {
    return for_each_name(call, "the tokens", &AgentClient::revoke_token);
}

}  // namespace mcpm::cli::commands
