#include "agent/definitions/definitions.hpp"

#include "agent/definitions/image_upgrade.hpp"
#include "agent/definitions/package_pin.hpp"
#include "agent/supervisor/name_taken.hpp"
#include "common/shell_words.hpp"

#include <optional>
#include <utility>
#include <variant>

namespace mcpm {

Definitions::Definitions(Loop& loop, Supervisor& supervisor, HealthWatch& health, PackageDesk& packages,
                         engine::Engine& engine, Forget forget, StartTest::AskTools ask_tools)
    : supervisor_(supervisor),
      start_test_(supervisor, health, std::move(ask_tools)),
      packages_(packages),
      engine_(engine),
      forget_(std::move(forget)),
      removed_(loop) {}

/// While it lives, changes wait.
class Definitions::Removal {
  public:
    Removal(bool& is_on, Notifier& over) : is_on_(is_on), over_(over) { is_on_ = true; }
    ~Removal() {
        is_on_ = false;
        over_.notify_all();
    }
    Removal(const Removal&) = delete;
    Removal& operator=(const Removal&) = delete;

  private:
    bool& is_on_;
    Notifier& over_;
};

Task<> Definitions::await_removal() {
    while (is_removing_) co_await removed_.wait();
}

/// A version that no definition names goes with the upgrade or the removal that left it alone; of several at
/// once, the one that is at it looks again for the others. What keeps it now (a change, a server that was not
/// restarted since) lets the next one take it away.
Task<> Definitions::remove_unused_packages() {
    has_left_packages_ = true;
    if (changes_ != 0 || is_removing_) co_return;
    const Removal removal(is_removing_, removed_);
    while (std::exchange(has_left_packages_, false)) {
        auto in_use = package_folders_in_use(supervisor_.outlines());
        if (!in_use) co_return;
        const auto removed = co_await packages_.remove_unused(std::move(*in_use));
        (void)removed;  // what is left is taken away the next time
    }
}

Result<> Definitions::check_name_is_free(const std::string& name, const std::string& own_id) const {
    for (const auto& server : supervisor_.outlines()) {
        if (server.spec->name != name || server.id == own_id) continue;
        return name_taken(name);
    }
    return {};
}

std::vector<std::string> Definitions::notes(const ServerSpec& spec) const {
    std::vector<std::string> notes;
    for (const auto& dependency : spec.depends_on) {
        if (!supervisor_.find(dependency.server))
            notes.push_back("it depends on \"" + dependency.server + "\", which does not exist");
    }
    const auto* const package = std::get_if<PackageSource>(&spec.source);
    if (package == nullptr || !package->pin) return notes;
    for (auto& note : packages_.said_of(*package->pin)) notes.push_back(std::move(note));
    return notes;
}

Task<Result<ServerSpec>> Definitions::make_whole(ServerSpec spec) {
    if (!needs_package(spec)) co_return spec;
    co_return co_await packages_.prepare(std::move(spec));
}

Task<Result<ServerView>> Definitions::define(ServerSpec spec, std::string actor) {
    if (const auto good = validate(spec); !good) co_return good.error();
    if (const auto free = check_name_is_free(spec.name, {}); !free) co_return free.error();
    settle_pin(nullptr, spec);
    co_await await_removal();
    const Change change(changes_);
    auto whole = co_await make_whole(std::move(spec));
    if (!whole) co_return whole.error();
    co_return co_await supervisor_.create(std::move(*whole), std::move(actor));
}

Task<Result<ServerView>> Definitions::redefine(std::string id, ServerSpec spec, std::string actor) {
    const auto before = supervisor_.find(id);
    if (!before) co_return before.error();
    if (const auto good = validate(spec); !good) co_return good.error();
    if (const auto free = check_name_is_free(spec.name, id); !free) co_return free.error();
    settle_pin(&before->spec, spec);
    co_await await_removal();
    const Change change(changes_);
    auto whole = co_await make_whole(std::move(spec));
    if (!whole) co_return whole.error();
    co_return co_await supervisor_.update(std::move(id), std::move(*whole), std::move(actor));
}

Task<Result<>> Definitions::remove(std::string id, std::string actor) {
    const auto server = supervisor_.find(id);
    const auto removed = co_await supervisor_.remove(std::move(id), std::move(actor));
    if (removed && server && forget_) forget_(server->id);
    const bool was_package = server && std::holds_alternative<PackageSource>(server->spec.source);
    if (removed && was_package) co_await remove_unused_packages();
    co_return removed;
}

/// A new version that does not pass its start test gives way to the one before it.
Task<Result<>> Definitions::try_new(ServerView before, std::string actor) {
    const auto tried = co_await start_test_.pass(before, actor);
    if (tried) co_return Result<>{};
    const bool is_image = std::holds_alternative<ImageSource>(before.spec.source);
    const std::string what = is_image ? "image" : "version";
    Error error = tried.error();
    error.message = "the new " + what + " of \"" + before.spec.name + "\" is not taken: " + error.message;
    error.hint = "mcpm logs " + in_shell_words(before.spec.name) + " has what it said";
    ServerSpec spec = before.spec;
    const auto updated = co_await supervisor_.update(before.id, std::move(spec), actor);
    if (!updated) co_return updated.error();
    const bool was_up = before.status.desired == Desired::up;
    const auto back = co_await start_test_.put_back(std::move(before), std::move(actor));
    if (back && was_up)
        error.message += "; the " + what + " before it runs again";
    else if (back)
        error.message += "; the " + what + " before it is pinned again";
    else
        error.message += "; the " + what + " before it is pinned again, and: " + back.error().message;
    co_return error;
}

Task<Result<UpgradeOutcome>> Definitions::look(ServerView server, Upgrade what, std::string version) {
    if (std::holds_alternative<ImageSource>(server.spec.source))
        return upgrade_image(engine_, std::move(server), what, std::move(version));
    return packages_.upgrade(std::move(server), what, std::move(version));
}

Task<Result<UpgradeOutcome>> Definitions::upgrade(ServerView server, Upgrade what, std::string version,
                                                  std::string actor) {
    const bool is_package = std::holds_alternative<PackageSource>(server.spec.source);
    const bool is_performed = what == Upgrade::perform;
    co_await await_removal();
    std::optional<Change> change(std::in_place, changes_);
    auto outcome = co_await upgrade_now(std::move(server), what, std::move(version), std::move(actor));
    change.reset();
    // A new version that was installed and not taken is unused now, too.
    if (is_package && is_performed) co_await remove_unused_packages();
    co_return outcome;
}

Task<Result<UpgradeOutcome>> Definitions::upgrade_now(ServerView server, Upgrade what, std::string version,
                                                      std::string actor) {
    const bool is_image = std::holds_alternative<ImageSource>(server.spec.source);
    if (!is_image && !std::holds_alternative<PackageSource>(server.spec.source)) {
        co_return Error{ErrorCode::validation_error, "upgrading server '" + server.spec.name +
                                                         "': it does not come from a package or an image"};
    }
    const ServerView before = server;
    const bool is_tried = !is_image || server.status.state == ServerState::running;
    auto outcome = co_await look(std::move(server), what, std::move(version));
    if (!outcome || !outcome->installed) co_return outcome;
    ServerSpec installed = *outcome->installed;
    const auto updated = co_await supervisor_.update(before.id, std::move(installed), actor);
    if (!updated) co_return updated.error();
    if (is_tried) {
        const auto tried = co_await try_new(before, actor);
        if (!tried) co_return tried.error();
    }
    co_return outcome;
}

}  // namespace mcpm
