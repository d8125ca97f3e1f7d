// Writes a tar archive of any size to a file that can be sought in, a piece at a time. GNU's form: names of
// any length, files above 8 GiB. Blocks on the disk.
#pragma once

#include "common/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mcpm::bundle {

class TarWriter {
  public:
    /// The file is open for writing, and empty; it outlives this.
    explicit TarWriter(int file) : file_(file) {}

    Result<> add_folder(std::string_view path);
    Result<> add_link(std::string_view path, std::string_view target);
    Result<> add_text(std::string_view path, std::string_view text);
    /// A file comes as begin, its bytes, end.
    Result<> begin(std::string_view path, unsigned mode, std::int64_t seconds);
    Result<> append(std::string_view bytes);
    Result<> end();
    /// The two blocks of zeros at the end of an archive.
    Result<> finish();

  private:
    Result<> put(std::string_view bytes);
    Result<> put_long(char type, std::string_view text);

    int file_;
    std::uint64_t at_ = 0;
    std::uint64_t head_at_ = 0;  // of the file that was begun
    std::uint64_t size_ = 0;
    std::string head_ = {};
};

}  // namespace mcpm::bundle
