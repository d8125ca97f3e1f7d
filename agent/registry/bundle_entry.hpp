// An MCP bundle as an entry: its user_config becomes parameters, its mcp_config the definition. Pure; the
// manifest is foreign.
#pragma once

#include "agent/registry/entry.hpp"
#include "common/error.hpp"

#include <string>

namespace mcpm::registry {

/// Where the bundle is, and what its bytes have.
struct BundlePlace {
    std::string place;   // an absolute path, or an address
    std::string digest;  // "sha256:…"
    std::string home;    // what ${HOME} stands for
};

/// validation_error naming the field. What cannot be run here is an entry with a problem.
Result<Entry> read_bundle(const wire::Json& manifest, const BundlePlace& from);

}  // namespace mcpm::registry
