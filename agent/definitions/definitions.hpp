// The room definitions: servers are defined, changed, removed and upgraded, with all that belongs to it (a
// package installed, an image pinned, the image before it when the new one is not well). For REST, apply,
// templates and imports alike. It may include supervisor, health, launch, packages, engine and runtime. It
// never reads a request nor writes an answer.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/definitions/package_desk.hpp"
#include "agent/definitions/start_test.hpp"
#include "agent/definitions/upgrade_outcome.hpp"
#include "agent/engine/engine.hpp"
#include "agent/health/health_watch.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "common/error.hpp"
#include "common/server_spec.hpp"
#include "common/server_status.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mcpm {

/// `actor` is who is named in events. A change that was begun is not left half done only if the task that
/// awaits it is not cancelled; who may be cancelled runs it in a task of its own.
class Definitions {
  public:
    /// What the other rooms remember of a server that is removed.
    using Forget = std::function<void(const std::string& server_id)>;

    /// All outlive it.
    Definitions(Loop& loop, Supervisor& supervisor, HealthWatch& health, PackageDesk& packages,
                engine::Engine& engine, Forget forget = {}, StartTest::AskTools ask_tools = {});

    /// validation_error, conflict (the name), or what the installation of its package failed with.
    Task<Result<ServerView>> define(ServerSpec spec, std::string actor);
    /// Fails as define(); the pin stays when both definitions name the same package or image.
    Task<Result<ServerView>> redefine(std::string id, ServerSpec spec, std::string actor);
    Task<Result<>> remove(std::string id, std::string actor);

    /// check: looks only. perform: installs and pins what is newer, and starts it (a server from an image
    /// only if it ran); when it does not become ready, nor healthy where its definition says how to look, nor
    /// lists tools, the version before it is pinned again, and what was installed goes. validation_error for
    /// a server that comes neither from a package nor from an image.
    Task<Result<UpgradeOutcome>> upgrade(ServerView server, Upgrade what, std::string version,
                                         std::string actor);

    /// Looked at before something is downloaded or stored for a server: a conflict when another one than
    /// `own_id` has the name. Defining looks again.
    Result<> check_name_is_free(const std::string& name, const std::string& own_id = {}) const;

    /// What was accepted but will not do as it stands: "it depends on "x", which does not exist".
    std::vector<std::string> notes(const ServerSpec& spec) const;

  private:
    /// While one lives, packages are installed that no definition names yet: none is taken away.
    class Change {
      public:
        explicit Change(unsigned& count) : count_(count) { ++count_; }
        ~Change() { --count_; }
        Change(const Change&) = delete;
        Change& operator=(const Change&) = delete;

      private:
        unsigned& count_;
    };
    class Removal;
    Task<> await_removal();
    Task<> remove_unused_packages();
    Task<Result<ServerSpec>> make_whole(ServerSpec spec);
    Task<Result<UpgradeOutcome>> upgrade_now(ServerView server, Upgrade what, std::string version,
                                             std::string actor);
    Task<Result<UpgradeOutcome>> look(ServerView server, Upgrade what, std::string version);
    Task<Result<>> try_new(ServerView before, std::string actor);

    Supervisor& supervisor_;
    StartTest start_test_;
    PackageDesk& packages_;
    engine::Engine& engine_;
    Forget forget_;
    unsigned changes_ = 0;  // under way
    bool is_removing_ = false;
    bool has_left_packages_ = false;  // by a removal or an upgrade since the last look
    Notifier removed_;
};

}  // namespace mcpm
