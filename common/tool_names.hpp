// Names of tools as servers give them and as rules name them. Texts that may hold anything, NUL included:
// never C strings. Pure.
#pragma once

#include <string_view>

namespace mcpm {

/// 1 to 128 characters of UTF-8, none of them invisible, no blank at either end. Others look like another
/// name to a person, or end early in a program; the tools are left out.
bool is_lawful_tool_name(std::string_view name);

/// Whether a word of the rules names more than one tool: '*', '?', '[…]' or '\'.
bool is_glob(std::string_view pattern);

/// As fnmatch(3) without flags: '*' any characters, '?' one, '[a-z]' and '[!a-z]' one of some, '\' takes the
/// meaning from what follows. Characters are those of UTF-8.
bool glob_matches(std::string_view pattern, std::string_view name);

}  // namespace mcpm
