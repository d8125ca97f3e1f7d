// The folder of a package, into a bundle and out of one. Blocks on the disk.
#pragma once

#include "agent/bundle/tar_index.hpp"
#include "agent/bundle/tar_writer.hpp"
#include "common/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::bundle {

struct PackedTree {
    std::string record;      // of its files (common/file_record.hpp), also of those that no pin knows
    bool is_native = false;  // a file of it is for one kind of machine (ELF)
};

/// All of `folder`, under `name` in the archive. wrong_state when a file changed meanwhile.
Result<PackedTree> pack_tree(TarWriter& writer, const std::filesystem::path& folder, const std::string& name);

enum class AbsoluteLinks { refused, of_interpreters };

/// The entries of `members` that lie below `name` become `folder`, which is made. Links last, so that nothing
/// is written through one; a link leads out of the folder only where an environment names its Python.
Result<> unpack_tree(int file, const std::vector<Member>& members, std::string_view name,
                     const std::filesystem::path& folder, AbsoluteLinks absolute);

/// The files of `folder` are exactly those of `record`, to the byte; then they have its times too.
Result<> verify_tree(const std::filesystem::path& folder, const std::string& record);

}  // namespace mcpm::bundle
