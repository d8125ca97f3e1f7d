// What waited to be said when the agent ended, for the next one: a small file that only we read. Written at
// the end and taken away when it is read. The text of it is pure; save and take block for a moment on the
// disk.
#pragma once

#include "agent/notify/messages.hpp"
#include "common/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::notify {

/// Of one channel.
struct Kept {
    NotifyChannel channel = NotifyChannel::slack;
    Notices notices = {};
    std::vector<Letter> letters = {};  // to who is not of the team
};

std::string kept_text(const std::vector<Kept>& kept);
/// What is not as it was written is left out.
std::vector<Kept> read_kept(std::string_view text);

Result<> save_kept(const std::filesystem::path& file, const std::vector<Kept>& kept);
/// Empty when there is nothing, or it cannot be read.
std::vector<Kept> take_kept(const std::filesystem::path& file);

}  // namespace mcpm::notify
