// Words as a shell reads them, for commands that are shown to be typed: in_shell_words of common.
#pragma once

#include "common/shell_words.hpp"  // IWYU pragma: export
