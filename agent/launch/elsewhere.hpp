// Secrets that are kept elsewhere: read when a server is started, held no longer than that; what a command
// printed is kept for five minutes, so that ten servers that name it do not ask ten times. Bounded: 64 KiB a
// value, 64 commands, 30 seconds each. No value stands in an error, a log or a command line.
#pragma once

#include "agent/async/offload.hpp"
#include "agent/packages/job.hpp"
#include "common/error.hpp"
#include "common/paths.hpp"
#include "common/secret_reference.hpp"

#include <map>
#include <string>
#include <vector>

namespace mcpm {

class Elsewhere {
  public:
    static constexpr Duration command_limit = std::chrono::seconds(30);
    static constexpr Duration kept_for = std::chrono::minutes(5);
    static constexpr std::size_t longest_value = 64U << 10U;

    /// `environment` is the agent's own; the workers outlive it.
    Elsewhere(Workers& workers, JobRunner run_job, std::map<std::string, std::string> environment);
    ~Elsewhere();
    Elsewhere(const Elsewhere&) = delete;
    Elsewhere& operator=(const Elsewhere&) = delete;

    /// Not of the vault. not_found: no such variable, file, credential, entry; unavailable: the command
    /// failed, or there is no keyring here.
    Task<Result<std::string>> get(SecretReference from);

  private:
    struct Kept {
        std::string value;
        Clock::time_point until;
    };
    Task<Result<std::string>> file(std::string path, std::string what);
    Task<Result<std::string>> command(std::vector<std::string> words, std::string what);
    std::string variable(const char* name) const;
    void keep(const std::string& key, const std::string& value);

    Workers& workers_;
    JobRunner run_job_;
    std::map<std::string, std::string> environment_;
    std::map<std::string, Kept> kept_;
};

}  // namespace mcpm
