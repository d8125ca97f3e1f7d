// The sealed values on disk: FOLDER/NAME.sealed, one file each, and the key in a file of its own elsewhere.
// Every file is whole, the old one or the new one. Blocks on the disk; one caller at a time.
#pragma once

#include "agent/secrets/seal.hpp"
#include "common/error.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::secrets {

inline constexpr std::size_t most_secrets = 1000;
inline constexpr std::size_t longest_value = 64UL << 10;

struct Entry {
    std::string name;
    std::optional<Times> times = {};  // nothing: its file cannot be read, or is none of ours
};

class SecretFiles {
  public:
    /// Nothing of them need exist: the folders are made. The key is made with the first value.
    SecretFiles(std::filesystem::path folder, std::filesystem::path key_file)
        : folder_(std::move(folder)), key_file_(std::move(key_file)) {}

    /// In their order. None when the folder is not there.
    Result<std::vector<std::string>> names() const;
    /// By name. Needs no key.
    Result<std::vector<Entry>> list() const;
    /// validation_error for a name or a value that cannot be one; conflict when there are most_secrets
    /// already, or when values are there and their key is not: a new one would hide that they are
    /// lost.
    Result<> put(std::string_view name, std::string_view value, Timestamp now) const;
    /// not_found; wrong_state when it cannot be opened: its file or the key was changed, or the key is
    /// missing.
    Result<std::string> get(std::string_view name) const;
    /// not_found. Needs no key.
    Result<> remove(std::string_view name) const;

    const std::filesystem::path& folder() const { return folder_; }
    const std::filesystem::path& key_file() const { return key_file_; }
    std::filesystem::path path_of(std::string_view name) const;

  private:
    Result<Key> read_key(std::string_view name) const;
    Result<Key> key_for_writing(std::string_view name, bool is_first) const;
    Result<std::string> read_sealed(std::string_view name) const;

    std::filesystem::path folder_;
    std::filesystem::path key_file_;
};

}  // namespace mcpm::secrets
