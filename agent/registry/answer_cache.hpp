// Answers of registries on disk, with the time they came: what was seen once is found again when a registry
// is away. One file an address; at most 500 files and 64 MiB, the oldest go first. Blocks; call it off the
// loop.
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::registry {

struct KeptAnswer {
    std::string address;
    Timestamp at{};
    std::string body;
};

class AnswerCache {
  public:
    explicit AnswerCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Nothing when there is none, or it cannot be read: then it is as if it had never come.
    std::optional<KeptAnswer> find(const std::string& address) const;
    /// Whose address begins so, newest first.
    std::vector<KeptAnswer> all(const std::string& beginning) const;
    /// unavailable: no room; the answer is used nevertheless.
    Result<> keep(const KeptAnswer& answer) const;

  private:
    void make_room() const;
    std::filesystem::path folder_;
};

}  // namespace mcpm::registry
