// `mcpm install --bundle FILE`, which `install` leaves to the file of `bundle`.
#pragma once

#include "cli/invocation.hpp"

#include <string>

namespace mcpm::cli::commands {

struct BundleInstall {
    std::string file;
    std::string digest = {};  // "sha256:…" of the whole file; empty: any
    bool start = false;
    bool replace = false;
};

Outcome install_from_bundle(Invocation& call, const BundleInstall& words);

}  // namespace mcpm::cli::commands
