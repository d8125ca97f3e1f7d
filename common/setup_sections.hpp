// The parts of a servers file beside its servers: profiles, and the digests of approved tools. For
// common/spec_file alone.
#pragma once

#include "common/spec_file.hpp"
#include "common/yaml_tree.hpp"

#include <string>

namespace mcpm {

/// Each adds what it finds to the file, and what is wrong to its problems.
void read_profiles(const YamlNode& key, const YamlNode& profiles, SpecFile& file);
void read_approvals(const YamlNode& key, const YamlNode& approvals, SpecFile& file);

/// Whole sections with their keys, or nothing.
std::string write_profiles(const std::vector<Profile>& profiles);
std::string write_approvals(const std::vector<ApprovedTools>& approvals);

}  // namespace mcpm
