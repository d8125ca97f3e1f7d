#include "agent/definitions/own_definition.hpp"

#include "common/shell_words.hpp"

#include <algorithm>
#include <utility>

namespace mcpm {

namespace {

constexpr const char* own_label = "mcpm";
constexpr const char* actor = "agent";

bool is_own(const ServerSpec& spec) {
    const auto label = spec.labels.find(own_label);
    return label != spec.labels.end() && label->second == "own";
}

}  // namespace

ServerSpec own_definition(const std::string& mcpmd, const Paths& paths) {
    ServerSpec spec;
    spec.name = "mcpm";
    spec.source = CommandSource{mcpmd, {"ctl", "__mcp"}};
    spec.environment = {{"MCPM_CONFIG_HOME", paths.config.string()},
                        {"MCPM_DATA_HOME", paths.data.string()},
                        {"MCPM_STATE_HOME", paths.state.string()},
                        {"MCPM_RUNTIME_DIR", paths.runtime.string()}};
    spec.lazy = true;
    spec.api = ApiUse::allow;
    spec.labels = {{own_label, "own"}};
    return spec;
}

Task<Result<>> settle_own_server(Supervisor& supervisor, Definitions& definitions, ServerSpec wanted,
                                 OwnServer what) {
    const auto all = supervisor.outlines();
    const auto there = std::find_if(all.begin(), all.end(),
                                    [&](const auto& server) { return server.spec->name == wanted.name; });
    if (what == OwnServer::withheld) {
        if (there == all.end() || !is_own(*there->spec)) co_return Result<>{};
        co_return co_await definitions.remove(there->id, actor);
    }
    if (there != all.end() && !is_own(*there->spec))
        co_return Error{ErrorCode::conflict,
                        "gateway.mcpm is on, but a server of yours is called \"" + wanted.name + "\"",
                        {},
                        "mcpm rename " + in_shell_words(wanted.name) + " OTHER"};
    if (there != all.end() && there->spec->source == wanted.source &&
        there->spec->environment == wanted.environment)
        co_return Result<>{};
    auto settled = there == all.end() ? definitions.define(std::move(wanted), actor)
                                      : definitions.redefine(there->id, std::move(wanted), actor);
    const auto view = co_await std::move(settled);
    if (!view) co_return view.error();
    const auto started = co_await supervisor.start(view->id, actor);
    if (!started) co_return started.error();
    co_return Result<>{};
}

}  // namespace mcpm
