// How far a start came before it failed: the values, and their words on the wire, in the store and from the
// keeper.
#pragma once

#include "common/named_values.hpp"

namespace mcpm {

enum class StartStage {
    none,        // not said
    disabled,    // refused: no run number was used
    dependency,  // waited in vain for another server: no run number was used
    policy,
    secret,
    files,      // an installed package was changed
    left_over,  // a copy of an earlier run is still there
    install,    // of a package, when it is defined
    resolve,    // the program, or whatever else is started, was not found
    engine,
    image,
    platform,
    port,
    container,
    // of the keeper
    request,
    table,
    pipes,
    clone,
    session,
    cgroup,
    limits,
    cwd,
    stdio,
    exec,
    // of a process or a connection there is
    ready,
    running,
    other,  // a word that this version does not know
};

template <>
struct EnumNames<StartStage> {
    static constexpr std::array<NamedValue<StartStage>, 27> all{{{StartStage::none, ""},
                                                                 {StartStage::disabled, "disabled"},
                                                                 {StartStage::dependency, "dependency"},
                                                                 {StartStage::policy, "policy"},
                                                                 {StartStage::secret, "secret"},
                                                                 {StartStage::files, "files"},
                                                                 {StartStage::left_over, "left-over"},
                                                                 {StartStage::install, "install"},
                                                                 {StartStage::resolve, "resolve"},
                                                                 {StartStage::engine, "engine"},
                                                                 {StartStage::image, "image"},
                                                                 {StartStage::platform, "platform"},
                                                                 {StartStage::port, "port"},
                                                                 {StartStage::container, "container"},
                                                                 {StartStage::request, "request"},
                                                                 {StartStage::table, "table"},
                                                                 {StartStage::pipes, "pipes"},
                                                                 {StartStage::clone, "clone"},
                                                                 {StartStage::session, "session"},
                                                                 {StartStage::cgroup, "cgroup"},
                                                                 {StartStage::limits, "limits"},
                                                                 {StartStage::cwd, "cwd"},
                                                                 {StartStage::stdio, "stdio"},
                                                                 {StartStage::exec, "exec"},
                                                                 {StartStage::ready, "ready"},
                                                                 {StartStage::running, "running"},
                                                                 {StartStage::other, "unknown"}}};
};

/// Of a word that another version wrote: `other` when it is not known here.
constexpr StartStage start_stage_of(std::string_view word) {
    return value_of<StartStage>(word).value_or(StartStage::other);
}

}  // namespace mcpm
