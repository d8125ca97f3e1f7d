// Reports that wait to be sent, a file each: what is not sent today is sent by the agent of tomorrow. Bounded
// in number and size; the oldest go. Blocks on the disk: called off the loop, by any thread.
#pragma once

#include "common/error.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::reports {

class Spool {
  public:
    static constexpr std::size_t most_files = 100;
    static constexpr std::uint64_t most_bytes = 2U << 20U;

    explicit Spool(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// How many of the oldest had to go for it.
    Result<std::size_t> add(std::string_view text) const;
    struct Entry {
        std::string name, text;
    };
    std::optional<Entry> oldest() const;
    void remove(const std::string& name) const;
    std::size_t size() const { return names().size(); }

  private:
    std::vector<std::string> names() const;  // the oldest first
    std::filesystem::path folder_;
};

}  // namespace mcpm::reports
