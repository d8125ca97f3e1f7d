// What a bundle says of itself, as JSON: bundle.json, its last member. Pure; what is read is foreign.
#pragma once

#include "common/error.hpp"
#include "common/wire.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::bundle {

inline constexpr const char* contents_name = "bundle.json";
inline constexpr std::uint64_t longest_contents = 64ULL << 20U;

/// A folder of the agent's packages: "npm/NAME/VERSION-HASH".
struct PackageFolder {
    std::string place;
    std::string files = {};   // the digest of the record that is pinned; empty: none was kept
    std::string record = {};  // the digest of the record of what is in the bundle
    bool is_native = false;   // the package has programs of one kind of machine
};

struct ImageFile {
    std::string reference;
    std::string id;
    std::string member = {};  // "images/0.tar"
    std::string sha256 = {};
    std::uint64_t bytes = 0;
};

struct Contents {
    std::string made_by = {};                  // the version of mcpm
    std::string platform = {};                 // "x86_64 glibc"
    wire::Json setup = wire::Json::object();   // as `mcpm export` has it
    wire::Json missing = wire::Json::array();  // what it has not, in words for people
    std::vector<PackageFolder> packages = {};
    std::vector<ImageFile> images = {};
};

wire::Json to_json(const Contents& contents);
/// validation_error: no such document, or one of a later form.
Result<Contents> read_contents(std::string_view text);

/// "REGISTRY/NAME/VERSION-HASH", and nothing else.
bool is_place(std::string_view place);

/// The platform of this machine, as Contents::platform has it.
std::string own_platform();

}  // namespace mcpm::bundle
