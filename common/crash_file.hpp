// What an agent that crashed left behind: a small text, written by its signal handler (agent/crash), a line a
// fact. Read by the agent after it and by `mcpm doctor`.
//
//   mcpm-crash 1
//   version 0.1.0
//   build-id 1f2e…            hexadecimal, of the program
//   time 1700000000           seconds since 1970
//   signal 11
//   address 0x0               what was touched, of SIGSEGV and SIGBUS that nobody sent
//   frame 0x55…2a mcpmd 0x12a the innermost first: address, module, offset in it
//   end
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

struct CrashFrame {
    std::uint64_t address = 0;
    std::string module = {};
    std::uint64_t offset = 0;
};

struct CrashReport {
    std::string name = {};  // of the file
    std::string version, build_id = {};
    Timestamp at{};
    int signal = 0;
    std::optional<std::uint64_t> address = {};
    std::vector<CrashFrame> frames = {};
    bool is_whole = false;  // its end is there
    bool is_sent = false;
};

constexpr std::string_view crash_suffix = ".crash";
constexpr std::string_view sent_suffix = ".crash-sent";

/// Where they lie.
inline std::filesystem::path crash_folder(const std::filesystem::path& state) {
    return state / "crashes";
}

/// What can be read of it; validation_error when it is no such text.
Result<CrashReport> read_crash(std::string_view text);

/// Of the state folder, the newest first; what cannot be read is passed over.
std::vector<CrashReport> list_crashes(const std::filesystem::path& folder);

/// "SIGSEGV", or "signal 40".
std::string signal_word(int signal);

}  // namespace mcpm
