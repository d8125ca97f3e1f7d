// The function of every command; each is in the file of its name.
#pragma once

#include "cli/invocation.hpp"

namespace mcpm::cli::commands {

Outcome add(Invocation& call);
Outcome remove(Invocation& call);
Outcome update(Invocation& call);
Outcome rename(Invocation& call);
Outcome edit(Invocation& call);
Outcome apply(Invocation& call);
Outcome diff(Invocation& call);
Outcome export_servers(Invocation& call);
Outcome bundle(Invocation& call);
Outcome import_servers(Invocation& call);
Outcome up(Invocation& call);
Outcome down(Invocation& call);
Outcome dev(Invocation& call);

Outcome list(Invocation& call);
Outcome show(Invocation& call);
Outcome status(Invocation& call);
Outcome why(Invocation& call);
Outcome logs(Invocation& call);
Outcome health(Invocation& call);
Outcome stats(Invocation& call);
Outcome top(Invocation& call);
Outcome usage(Invocation& call);
Outcome runs(Invocation& call);
Outcome events(Invocation& call);

Outcome start(Invocation& call);
Outcome stop(Invocation& call);
Outcome restart(Invocation& call);
Outcome enable(Invocation& call);
Outcome disable(Invocation& call);
Outcome wait(Invocation& call);
Outcome upgrade(Invocation& call);

Outcome tools_list(Invocation& call);
Outcome tools_inspect(Invocation& call);
Outcome tools_verify(Invocation& call);
Outcome tools_approve(Invocation& call);
Outcome tools_enable(Invocation& call);
Outcome tools_disable(Invocation& call);
Outcome tools_rename(Invocation& call);
Outcome tools_edit(Invocation& call);
Outcome call_tool(Invocation& call);
Outcome connect(Invocation& call);
Outcome trace(Invocation& call);
Outcome inspector(Invocation& call);
Outcome prompts_list(Invocation& call);
Outcome prompts_get(Invocation& call);
Outcome resources_list(Invocation& call);
Outcome resources_read(Invocation& call);
Outcome resources_templates(Invocation& call);

Outcome profile_create(Invocation& call);
Outcome profile_list(Invocation& call);
Outcome profile_show(Invocation& call);
Outcome profile_edit(Invocation& call);
Outcome profile_remove(Invocation& call);
Outcome token_create(Invocation& call);
Outcome token_list(Invocation& call);
Outcome token_revoke(Invocation& call);
Outcome dashboard(Invocation& call);
Outcome client_list(Invocation& call);
Outcome client_status(Invocation& call);
Outcome client_connect(Invocation& call);
Outcome client_disconnect(Invocation& call);
Outcome client_undo(Invocation& call);

Outcome template_list(Invocation& call);
Outcome search(Invocation& call);
Outcome serve_mcp(Invocation& call);
Outcome template_search(Invocation& call);
Outcome template_show(Invocation& call);
Outcome template_validate(Invocation& call);
Outcome install(Invocation& call);

Outcome secret_set(Invocation& call);
Outcome secret_list(Invocation& call);
Outcome secret_remove(Invocation& call);

Outcome back_up(Invocation& call);
Outcome restore(Invocation& call);

Outcome feedback_send(Invocation& call);
Outcome feedback_list(Invocation& call);
Outcome feedback_reply(Invocation& call);
Outcome feedback_stats(Invocation& call);
Outcome notify_list(Invocation& call);
Outcome notify_test(Invocation& call);

Outcome agent_run(Invocation& call);
Outcome agent_start(Invocation& call);
Outcome agent_stop(Invocation& call);
Outcome agent_restart(Invocation& call);
Outcome agent_upgrade(Invocation& call);
Outcome agent_status(Invocation& call);
Outcome agent_logs(Invocation& call);
Outcome agent_install(Invocation& call);
Outcome agent_uninstall(Invocation& call);
Outcome config_show(Invocation& call);
Outcome doctor(Invocation& call);
Outcome completion(Invocation& call);
Outcome version(Invocation& call);
Outcome help(Invocation& call);

Outcome complete_words(Invocation& call);
Outcome print_schema(Invocation& call);
Outcome write_manual(Invocation& call);

}  // namespace mcpm::cli::commands
