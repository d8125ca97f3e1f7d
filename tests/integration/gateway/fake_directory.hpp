// The rest of the agent as a few tables: which servers there are, what is kept of them, who is in which
// profile; and what the gateway asked of it. For the tests of this folder.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/gateway/gateway.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::test {

class FakeDirectory {
  public:
    struct Entry {
        gateway::Target target;
        bool is_up = true;
        gateway::KeptPtr kept;
    };
    /// Begins a session under that key, for a client with those capabilities.
    using Attach = std::function<void(const std::string& key, std::string capabilities)>;
    using IsOpen = std::function<bool(const std::string& key)>;

    FakeDirectory(Loop& loop, Attach attach, IsOpen is_open)
        : opened_(loop), attach_(std::move(attach)), is_open_(std::move(is_open)) {}

    std::map<std::string, Entry> servers;  // by id
    std::map<std::string, std::vector<gateway::Choice>> profiles;
    std::optional<Error> refuses_to_start;  // why nothing can be woken

    // what was asked of it
    std::vector<std::string> woken, looked_at_again, orphans, own_started, own_ended;
    std::map<std::string, int> held;  // by server id, at present
    int session_changes = 0;

    /// What `servers` says has changed.
    void changed() { ++version_; }
    void session_opened() { opened_.notify_all(); }

    gateway::Surroundings surroundings() {
        gateway::Surroundings around;
        around.servers = [this] {
            std::map<std::string, gateway::Target> by_name;
            for (const auto& [id, entry] : servers) by_name[entry.target.name] = entry.target;
            std::vector<gateway::Target> targets;
            for (auto& [name, target] : by_name) targets.push_back(std::move(target));
            return targets;
        };
        around.servers_version = [this] { return version_; };
        around.is_up = [this](const std::string& id) { return servers.contains(id) && servers[id].is_up; };
        around.wake = [this](std::string id) { return wake(this, std::move(id)); };
        around.hold = [this](const std::string& id) {
            ++held[id];
            return std::shared_ptr<void>(nullptr, [this, id](void*) { --held[id]; });
        };
        around.kept = [this](const std::string& id) { return servers[id].kept; };
        around.look_again = [this](const std::string& id) { looked_at_again.push_back(id); };
        around.profile = [this](const std::string& name) -> std::optional<std::vector<gateway::Choice>> {
            const auto found = profiles.find(name);
            if (found == profiles.end()) return std::nullopt;
            return found->second;
        };
        around.start_own = [this](std::string id, std::string key, std::string owner,
                                  std::string capabilities) {
            own_started.push_back(key + " for " + owner);
            return start(this, std::move(id), std::move(key), std::move(capabilities));
        };
        around.end_own = [this](const std::string& key) { own_ended.push_back(key); };
        around.sessions_changed = [this] { ++session_changes; };
        around.orphan = [this](const std::string& id, std::string_view text) {
            orphans.push_back(id + " " + std::string(text));
        };
        return around;
    }

  private:
    static Task<Result<>> wake(FakeDirectory* self, std::string id) {
        self->woken.push_back(id);
        return start(self, id, id, "{}");
    }
    static Task<Result<>> start(FakeDirectory* self, std::string id, std::string key,
                                std::string capabilities) {
        if (self->refuses_to_start) co_return *self->refuses_to_start;
        if (!self->servers.contains(id)) co_return Error{ErrorCode::server_not_found, "no such server"};
        if (!self->is_open_(key) && self->starting_.insert(key).second)
            self->attach_(key, std::move(capabilities));
        while (!self->is_open_(key)) co_await self->opened_.wait();
        self->starting_.erase(key);
        co_return Result<>{};
    }

    Notifier opened_;
    Attach attach_;
    IsOpen is_open_;
    std::set<std::string> starting_;
    std::uint64_t version_ = 1;
};

}  // namespace mcpm::test
