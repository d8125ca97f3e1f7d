#include "agent/api/package_pin.hpp"

namespace mcpm::api {

bool needs_package(const ServerSpec& spec) {
    const auto* package = std::get_if<PackageSource>(&spec.source);
    return package != nullptr && !package->pin;
}

}  // namespace mcpm::api
