// Where something stands in the text of a catalogue, for those who mend it. Pure; the text is foreign.
#pragma once

#include "agent/registry/catalogues.hpp"

#include <string>
#include <string_view>

namespace mcpm::registry {

/// Puts "NAME:3:5: " before what is said of the first entry that cannot be read, and the place of each entry
/// that cannot be installed. What no line is known of stays as it is: it names the way to it.
void add_places(Catalogue& catalogue, std::string_view text, const std::string& name);

}  // namespace mcpm::registry
