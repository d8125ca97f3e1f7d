// Where the value of a secret comes from, as a definition names it: the name of a stored one, or
//   env:NAME             a variable of the agent's own environment
//   file:/path           a file; its last line break is not part of the value
//   cmd:PROGRAM ARG…     what a program prints; or cmd:["PROGRAM", "ARG with blanks"]. Never a shell line
//   credential:NAME      what systemd gave the agent (CREDENTIALS_DIRECTORY)
//   keyring:KEY=VALUE,…  the desktop's keyring, by the attributes that it was stored with
// Pure.
#pragma once

#include "common/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

enum class SecretPlace { vault, environment, file, command, credential, keyring };

struct SecretReference {
    SecretPlace place = SecretPlace::vault;
    std::vector<std::string> words;  // the name, the path, the arguments, or the keyring's keys and values
};

/// validation_error that says what was expected; it does not repeat a command, which may have a value in it.
Result<SecretReference> read_secret_reference(std::string_view text);

}  // namespace mcpm
