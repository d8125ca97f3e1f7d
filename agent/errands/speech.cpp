#include "agent/errands/speech.hpp"

#include "common/exit_status.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace mcpm::errands {

Words::Words(const std::vector<std::string_view>& arguments) {
    for (std::size_t at = 1; at < arguments.size(); ++at) {
        const auto word = arguments[at];
        if (word.starts_with("--"))
            flags_.push_back(word);
        else if (file_.empty())
            file_ = word;
        else if (!word.empty())
            second_ = word;
    }
}

std::string Words::typed_file() const {
    return file_.substr(file_.starts_with("./") ? 2 : 0);
}

bool Words::has(std::string_view flag) const {
    return std::find(flags_.begin(), flags_.end(), flag) != flags_.end();
}

std::optional<std::string_view> Words::value_of(std::string_view flag) const {
    for (const auto one : flags_)
        if (one.starts_with(flag) && one.substr(flag.size()).starts_with('='))
            return one.substr(flag.size() + 1);
    return std::nullopt;
}

int say(const Error& error) {
    fmt::print(stderr, "mcpm: {}\n", error.message);
    if (!error.hint.empty()) fmt::print(stderr, "  {}\n", error.hint);
    // No agent is asked here: what is unavailable is a disk.
    const bool is_disk = error.code == ErrorCode::unavailable;
    return static_cast<int>(is_disk ? ExitStatus::failed : exit_status(error.code));
}

Result<std::string> read_standard_input(std::size_t limit, Error too_long) {
    std::string text(limit + 1, '\0');
    std::size_t have = 0;
    while (have < text.size()) {
        const auto got = ::read(STDIN_FILENO, text.data() + have, text.size() - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read standard input", errno);
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    if (have > limit) return too_long;
    text.resize(have);
    return text;
}

}  // namespace mcpm::errands
