// The rest of the agent as a few tables: which servers there are, what is kept of them, who is in which
// profile; and what the gateway asked of it. For tests of the gateway and its parts.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/gateway/directory.hpp"

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

class FakeDirectory : public gateway::Directory {
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

    std::map<std::string, Entry> entries;  // by server id
    std::map<std::string, std::vector<gateway::Choice>> profiles;
    std::optional<Error> refuses_to_start;  // why nothing can be woken

    // what was asked of it
    std::vector<std::string> woken, looked_at_again, orphans, own_started, own_ended;
    std::map<std::string, int> held;  // by server id, at present
    int session_changes = 0;

    /// What servers() says has changed.
    void changed() { ++version_; }
    void session_opened() { opened_.notify_all(); }

    std::vector<gateway::Target> servers() override {
        std::map<std::string, gateway::Target> by_name;
        for (const auto& [id, entry] : entries) by_name[entry.target.name] = entry.target;
        std::vector<gateway::Target> targets;
        for (auto& [name, target] : by_name) targets.push_back(std::move(target));
        return targets;
    }
    std::uint64_t servers_version() override { return version_; }
    bool is_defined(const std::string& id) override { return entries.contains(id); }
    bool is_up(const std::string& id) override {
        const auto found = entries.find(id);
        return found != entries.end() && found->second.is_up;
    }
    gateway::KeptPtr kept(const std::string& id) override {
        const auto found = entries.find(id);
        return found == entries.end() ? nullptr : found->second.kept;
    }
    std::optional<std::vector<gateway::Choice>> profile(const std::string& name) override {
        const auto found = profiles.find(name);
        if (found == profiles.end()) return std::nullopt;
        return found->second;
    }
    Task<Result<>> wake(std::string id) override {
        woken.push_back(id);
        return start(this, id, id, "{}");
    }
    std::shared_ptr<void> hold(const std::string& id) override {
        ++held[id];
        return std::shared_ptr<void>(this, [this, id](void*) { --held[id]; });
    }
    Task<Result<>> start_own(std::string id, std::string key, std::string owner,
                             std::string capabilities) override {
        own_started.push_back(key + " for " + owner);
        return start(this, std::move(id), std::move(key), std::move(capabilities));
    }
    void end_own(const std::string& key) override { own_ended.push_back(key); }
    void look_again(const std::string& id) override { looked_at_again.push_back(id); }
    std::map<std::string, std::uint64_t> runs;  // by session key; 0: not known
    std::uint64_t run_of(const std::string& key) override { return runs[key]; }
    void sessions_changed() override { ++session_changes; }
    void orphan(const std::string& id, std::string_view text) override {
        orphans.push_back(id + " " + std::string(text));
    }

  private:
    static Task<Result<>> start(FakeDirectory* self, std::string id, std::string key,
                                std::string capabilities) {
        if (self->refuses_to_start) co_return *self->refuses_to_start;
        if (!self->entries.contains(id)) co_return Error{ErrorCode::server_not_found, "no such server"};
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
