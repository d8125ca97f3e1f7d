#include "cli/clients/client_change.hpp"

#include "cli/clients/text_diff.hpp"
#include "cli/confirm.hpp"
#include "cli/environment.hpp"
#include "common/hidden_values.hpp"
#include "common/secret_values.hpp"

namespace mcpm::cli {

namespace {

/// Values of a file that nobody should see on a screen: by the name of their key, or by the flag before them.
void add_secrets(const DocumentNode& node, std::string_view name, std::vector<std::string>& out) {
    if (node.is_text() && wire::masked_variable(name, node.text) == "***") out.push_back(node.text);
    for (const auto& [key, value] : node.members) add_secrets(value, key.text, out);
    std::string before;
    for (const DocumentNode& item : node.items) {
        if (item.is_text() && wire::masked_argument(before, item.text) == "***") out.push_back(item.text);
        before = item.text;
        add_secrets(item, "", out);
    }
}

std::string without_secrets(const ClientWords& words, const ClientText& before, std::string diff) {
    const auto client = client_named(words.client);
    const auto root =
        client ? read_document((*client)->format, before.text) : Result<DocumentNode>(client.error());
    if (!root) return diff;
    std::vector<std::string> secrets;
    add_secrets(*root, "", secrets);
    HiddenValues hidden;
    hidden.add(secrets);
    return hidden.hide(std::move(diff));
}

}  // namespace

void declare_where(Invocation& call, ClientWords& words) {
    call.options.positional("CLIENT", words.client, "its id, as `mcpm client list` has it",
                            Completes::clients);
    call.options.value("--file", "FILE", words.where.file,
                       "another file of the same form than the client's own");
    call.options.completes(Completes::files);
    call.options.flag("--project", words.where.project, "the client's file in the current folder");
}

void declare_change(Invocation& call, ClientWords& words) {
    call.options.flag("--dry-run", words.dry, "only show what would change");
    call.options.flag("-y,--yes", words.yes, "do not ask");
}

Result<ClientState> look_at(const ClientWords& words) {
    const auto client = client_named(words.client);
    if (!client) return client.error();
    return look_at_client(**client, words.where);
}

Json state_as_data(const ClientRow& client, const Result<ClientState>& state) {
    Json out{{"name", client.id}, {"title", client.title}};
    if (!state) {
        out["file"] = place_of(client, process_environment()).file.string();
        out["state"] = "unreadable";
        out["problem"] = state.error().message;
        return out;
    }
    out["file"] = state->text.path.string();
    out["exists"] = state->text.exists;
    out["state"] = !state->ours.empty() ? "connected" : state->text.exists ? "not connected" : "no file";
    Json entries = Json::array();
    for (const std::string& name : state->ours) {
        const DocumentNode* const entry = find_entry(state->root, entry_place(state->layout, name));
        entries.push_back(Json{{"name", name}, {"by", entry_in_words(*entry)}});
    }
    out["entries"] = std::move(entries);
    out["others"] = state->others;
    return out;
}

Result<> agree(Invocation& call, const ClientWords& words, const ClientText& before, std::string_view after) {
    const std::string diff = text_diff(before.text, after);
    const bool wants_diff = words.dry || !words.yes;
    if (wants_diff) {
        const std::string shown = before.path.string();
        call.out.write_foreign("--- " + (before.exists ? shown : "/dev/null") + "\n+++ " + shown + "\n");
        call.out.write(harmless_lines(without_secrets(words, before, diff)));
        call.out.flush();
    }
    if (words.dry || words.yes) return {};
    return confirm(call.out, "change this file?", "--yes");
}

Outcome write_plan(Invocation& call, const ClientWords& words, ClientHistory& history, const ClientPlan& plan,
                   ClientChange change) {
    change.client = words.client;
    if (auto written = change_client_file(history, change, plan.state.text, plan.text); !written)
        return written.error();
    const ClientWhere where{plan.state.text.path.string(), false};
    const Json data = state_as_data(*plan.state.client, look_at_client(*plan.state.client, where));
    if (!print_for_programs(call.out, data, call.format) && call.out.error_is_terminal())
        call.out.note("written; start " + std::string(plan.state.client->title) +
                      " again. `mcpm client undo " + words.client + "` takes it back");
    return ExitStatus::done;
}

void revoke_tokens(Invocation& call, const std::vector<std::string>& names) {
    if (names.empty()) return;
    auto agent = call.agent();
    if (!agent) return call.out.error(agent.error());
    for (const std::string& name : names) {
        const auto revoked = agent->revoke_token(name);
        if (!revoked && revoked.error().code != ErrorCode::not_found) call.out.error(revoked.error());
    }
}

}  // namespace mcpm::cli
