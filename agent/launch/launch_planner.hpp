// The room launch: from a definition and its secrets to a LaunchPlan, and short-lived children. It may
// include runtime, packages, engine, secrets, logs and store. It never starts a server nor changes a
// definition.
//
// Turns a server's spec into a LaunchPlan: program, arguments, environment, folder; everything resolved.
// Needs the login shell's PATH, which is found once. Pure but for looking at the file system.
#pragma once

#include "agent/runtime/runtime.hpp"
#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace mcpm {

class LaunchPlanner {
  public:
    /// `path`: what PATH is for servers. `folders`: below it each server has its own working folder.
    /// `more`: variables of every server that go before those of the agent's own environment.
    LaunchPlanner(std::string path, std::filesystem::path folders,
                  const std::map<std::string, std::string>& more = {});

    /// `secrets`: variable -> value, of every secret that the spec names.
    /// cannot_launch with details {"stage": "resolve", …} when something it needs is not there.
    Result<LaunchPlan> plan(const std::string& server_id, const ServerSpec& spec, std::uint64_t run,
                            const std::map<std::string, std::string>& secrets) const;

    /// What every server gets before its own variables; jobs of ours run with it too.
    const std::map<std::string, std::string>& base_environment() const { return base_environment_; }
    const std::filesystem::path& folders() const { return folders_; }

  private:
    std::map<std::string, std::string> environment_of(
        const ServerSpec& spec, const std::map<std::string, std::string>& secrets) const;
    Result<std::string> folder_of(const std::string& server_id, const ServerSpec& spec) const;

    std::string path_;
    std::filesystem::path folders_;
    std::map<std::string, std::string> base_environment_;
};

}  // namespace mcpm
