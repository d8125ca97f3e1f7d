// secret set, list, remove: values that servers get at their start and that nobody is shown.
#include "cli/commands/all.hpp"
#include "cli/hidden_input.hpp"
#include "cli/selection.hpp"
#include "common/fields/secret_fields.hpp"

namespace mcpm::cli::commands {

namespace {

constexpr std::size_t longest_value = 64UL << 10;

std::vector<Cell> secret_row(const Json& secret) {
    std::string users;
    for (const Json& name : member(secret, fields::secret::used_by)) {
        if (name.is_string()) users += (users.empty() ? "" : ", ") + name.get<std::string>();
    }
    const bool damaged = is_true(secret, fields::secret::damaged);
    return {{harmless(text(secret, fields::secret::name))},
            {damaged ? "damaged" : text(secret, fields::secret::created_at),
             damaged ? Colour::red : Colour::none},
            {text(secret, fields::secret::updated_at)},
            {harmless(users)}};
}

}  // namespace

Outcome secret_set(Invocation& call) {
    std::string name;
    call.options.positional("NAME", name,
                            "what it is called: letters, digits, `_`, `.` and `-`; the value comes "
                            "from a prompt or standard input, never from the command line",
                            Completes::secrets);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    const auto value = read_hidden("value of " + harmless(name) + " (not shown): ", longest_value);
    if (!value) return value.error();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto stored = agent->set_secret(name, *value);
    if (!stored) return stored.error();
    (void)print_for_programs(call.out, Json{{fields::secret::name, name}}, call.format);
    return ExitStatus::done;
}

Outcome secret_list(Invocation& call) {
    return list_all(call, &AgentClient::secrets,
                    {{"NAME"}, {"CREATED"}, {"CHANGED"}, {"USED BY", Shrink::first}}, secret_row);
}

Outcome secret_remove(Invocation& call) {
    bool force = false;
    call.options.flag("-f,--force", force, "although servers use them; those cannot be started then");
    const auto remove = [&force](AgentClient& agent, const std::string& name) {
        return agent.remove_secret(name, force);
    };
    return for_each_name(call, "the secrets", "remove the secrets", remove, Completes::secrets);
}

}  // namespace mcpm::cli::commands
