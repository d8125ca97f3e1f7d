// What the engine tells while it pulls an image: JSON objects, one a line -> one sum of progress, or why it
// failed. Pure and bounded.
#pragma once

#include "agent/engine/types.hpp"
#include "common/error.hpp"
#include "common/whole_lines.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::engine {

class PullReader {
  public:
    /// The next bytes; the progress after them, nothing when it did not change.
    std::optional<PullProgress> feed(std::string_view bytes);
    /// At the end of the stream: what the engine said went wrong (sanitized), if anything.
    const std::optional<std::string>& failure() const { return failure_; }

  private:
    struct Layer {
        std::uint64_t done = 0, size = 0;
        bool is_complete = false;
    };
    static constexpr std::size_t longest_line = 64u << 10;  // longer than any of an engine's

    bool take_line(std::string_view line);

    WholeLines lines_{longest_line};
    std::map<std::string, Layer> layers_;
    std::string status_;
    std::optional<std::string> failure_;
};

/// "pulling IMAGE: 3 of 7 layers, 12.1 MiB of 40 MiB"; without numbers before there are any.
std::string pull_text(std::string_view reference, const PullProgress& progress);

/// An image's reference taken apart as POST /images/create wants it. "name" means "name:latest", as docker
/// has it: an engine without a tag would pull all of them.
struct PullTarget {
    std::string name;      // with its digest, if it has one
    std::string tag;       // empty with a digest
    std::string registry;  // "ghcr.io", "localhost:5000"; "docker.io" when it names none
};
PullTarget pull_target(std::string_view reference);

/// The reference under which `mirror` ("host:5000/hub") has an image of docker.io: "time" ->
/// "host:5000/hub/library/time". Unchanged without a mirror, and for images of other registries.
std::string mirrored(std::string_view reference, std::string_view mirror);

}  // namespace mcpm::engine
