#include "agent/api/package_pin.hpp"

namespace mcpm::api {

void settle_pin(const ServerSpec* before, ServerSpec& after) {
    auto* asked = std::get_if<PackageSource>(&after.source);
    if (asked == nullptr) return;
    asked->pin.reset();
    const auto* had = before != nullptr ? std::get_if<PackageSource>(&before->source) : nullptr;
    if (had == nullptr) return;
    const bool is_same = had->registry == asked->registry && had->package == asked->package &&
                         had->version == asked->version && had->program == asked->program;
    if (is_same) asked->pin = had->pin;
}

bool needs_package(const ServerSpec& spec) {
    const auto* package = std::get_if<PackageSource>(&spec.source);
    return package != nullptr && !package->pin;
}

}  // namespace mcpm::api
