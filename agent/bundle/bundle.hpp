// The room bundle: one file with all that a machine without a network needs to install given servers. It may
// include packages and engine. It never reads the database and never starts a server: who asks for a bundle
// brings the definitions, and defines what comes out of one.
//
// A tar archive: packages/REGISTRY/NAME/VERSION-HASH/… as installed here, packages/….record with the SHA-256
// of each of its files, images/N.tar as the engine saves them, and bundle.json (agent/bundle/contents.hpp)
// with the digests of these, last. Blocks.
#pragma once

#include "agent/bundle/contents.hpp"
#include "agent/bundle/image_carrier.hpp"
#include "common/error.hpp"
#include "common/unique_fd.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace mcpm::bundle {

/// What is to be carried: places and digests of packages, references and ids of images, the set-up.
/// validation_error for what is no such order.
Result<Contents> read_order(std::string_view text);

/// Into `file`, which is open, empty and can be sought in. wrong_state: a package's files are not those that
/// were installed, or the image of a name is another one by now.
Result<Contents> make_bundle(int file, Contents order, const std::filesystem::path& packages,
                             ImageCarrier& images);

/// What install_bundle did. The lock is held until this goes.
struct Arrived {
    Contents contents;
    std::vector<std::filesystem::path> made = {};  // folders that were not there before
    UniqueFd lock = {};
};

/// Packages into the folder `packages`, images into the engine. Nothing of it stays when it fails, but for
/// images that the engine has taken. `path`: where interpreters are looked for.
Result<Arrived> install_bundle(int file, const std::filesystem::path& packages, const std::string& path,
                               ImageCarrier& images);

/// Takes the folders away again.
void take_back(const Arrived& arrived);

}  // namespace mcpm::bundle
