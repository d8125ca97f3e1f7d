#include "agent/definitions/package_pin.hpp"

namespace mcpm {

bool needs_package(const ServerSpec& spec) {
    const auto* package = std::get_if<PackageSource>(&spec.source);
    return package != nullptr && !package->pin;
}

}  // namespace mcpm
