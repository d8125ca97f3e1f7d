// A file of another program, read and replaced so that nothing of it is lost: whole or not at all, mode and
// group kept, only when nobody changed it meanwhile. A link is followed and stays. Blocks on the disk.
#pragma once

#include "common/error.hpp"
#include "common/own_file.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace mcpm::cli {

struct ClientText {
    std::filesystem::path path;    // as it was asked for
    std::filesystem::path target;  // where it is
    std::string text;
    bool exists = false;
    mode_t mode = 0600;  // of a new one: it may come to hold a token
    gid_t group = static_cast<gid_t>(-1);
};

/// One that is not there is empty. conflict: no file, or a link that leads nowhere; forbidden: another
/// user's, or not to be read; payload_too_large above 32 MiB.
Result<ClientText> read_client_file(const std::filesystem::path& path);

/// Any file up to 32 MiB; forbidden when it cannot be read.
Result<std::string> read_foreign_file(const std::filesystem::path& path, Owner owner);

/// conflict when it is not what was read any more; forbidden when it is read-only; unavailable when the
/// folder is.
Result<> replace_client_file(const ClientText& before, std::string_view text);

/// Takes back a file that was not there before us.
Result<> remove_client_file(const ClientText& before);

}  // namespace mcpm::cli
