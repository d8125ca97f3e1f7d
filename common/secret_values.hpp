// What is secret by its shape, in a definition or a text: the password in a URL, the value of --token=…,
// ?key=…, Authorization: …. looks_secret() says which names tell. Pure.
#pragma once

#include "common/server_spec.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::wire {

struct SecretPart {
    std::size_t begin = 0, end = 0;
};

/// In order, none within another.
std::vector<SecretPart> secret_parts(std::string_view text);

/// With "***" in place of each of them.
std::string masked_text(std::string_view text);

/// As masked_text(); all of an argument when the one before it is a flag that names a secret.
std::string masked_argument(std::string_view before, std::string_view argument);

/// All of a variable or header when its name tells, else as masked_text().
std::string masked_variable(std::string_view name, std::string_view value);

/// What a definition has in plain, as it stands there and as a program sees it: a password of a URL also
/// decoded, a credential also without its scheme. Without what says nothing: "true", "none", short numbers.
std::vector<std::string> secret_values(const ServerSpec& spec);

}  // namespace mcpm::wire
