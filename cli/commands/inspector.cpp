#include "cli/inspector.hpp"

#include "cli/commands/all.hpp"
#include "cli/selection.hpp"
#include "common/fields/agent_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/fields/token_fields.hpp"

#include <unistd.h>

#include <utility>

namespace mcpm::cli::commands {

namespace {

/// The first TCP address that the agent serves.
Result<std::string> address_of(AgentClient& agent) {
    const auto facts = agent.agent();
    if (!facts) return facts.error();
    for (const Json& one : member(*facts, fields::agent::tcp)) {
        if (is_true(one, fields::agent::listening)) return text(one, fields::agent::address);
    }
    return Error{
        ErrorCode::wrong_state,
        "the agent serves no TCP address, and the inspector knows no unix socket",
        {},
        "set http.listen in config.yaml; `mcpm agent status -o json` says what is wrong with an address"};
}

/// A token for the inspector alone; gone with this object.
class BorrowedToken {
  public:
    static Result<BorrowedToken> create(AgentClient& agent, const Paths& paths) {
        std::string name = "inspector-" + std::to_string(::getpid());
        // Should this program be killed, a day ends it.
        const Json asked{
            {fields::token::name, name}, {fields::token::kind, "client"}, {fields::token::expires_in, "24h"}};
        const auto made = agent.create_token(asked);
        if (!made) return made.error();
        return BorrowedToken(paths, std::move(name), text(*made, fields::token::token));
    }
    BorrowedToken(BorrowedToken&& other) noexcept
        : paths_(std::exchange(other.paths_, nullptr)),
          name_(std::move(other.name_)),
          secret_(std::move(other.secret_)) {}
    BorrowedToken(const BorrowedToken&) = delete;
    BorrowedToken& operator=(const BorrowedToken&) = delete;
    BorrowedToken& operator=(BorrowedToken&&) = delete;
    ~BorrowedToken() {
        if (paths_ == nullptr) return;
        // The connection that it was made over has been silent for too long to be there still.
        auto agent = AgentClient::connect(*paths_);
        if (agent) (void)agent->revoke_token(name_);
    }

    const std::string& name() const { return name_; }
    const std::string& secret() const { return secret_; }

  private:
    BorrowedToken(const Paths& paths, std::string name, std::string secret)
        : paths_(&paths), name_(std::move(name)), secret_(std::move(secret)) {}
    const Paths* paths_;
    std::string name_;
    std::string secret_;
};

}  // namespace

Outcome inspector(Invocation& call) {
    std::string server;
    bool as_cli = false;
    std::vector<std::string> words;
    call.options.positional("NAME", server, "the server", Completes::servers);
    call.options.flag("--cli", as_cli, "the inspector's command line instead of its web page");
    call.options.rest("ARGS…", words, "arguments for the inspector, e.g. --method tools/list");
    if (!call.parse()) return call.outcome();
    if (const auto good = check_node(); !good) return good.error();
    const auto paths = find_paths();
    if (!paths) return paths.error();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto found = agent->server(server);
    if (!found) return with_suggestion(found.error(), *agent, server);
    const auto address = address_of(*agent);
    if (!address) return address.error();
    const std::string url =
        "http://" + *address + "/mcp/" + percent_encode(text(*found, fields::server::name));
    const auto token = BorrowedToken::create(*agent, *paths);
    if (!token) return token.error();
    InspectorFile file(*paths, server, url, token->secret());
    if (const auto written = file.write(); !written) return written.error();
    call.out.note("the MCP Inspector on " + url + " with the token " + token->name() +
                  ", which ends with it");
    const auto status = run_inspector(inspector_words(as_cli, file.path(), server, words));
    if (!status) return status.error();
    return *status == 0 ? ExitStatus::done : ExitStatus::failed;
}

}  // namespace mcpm::cli::commands
