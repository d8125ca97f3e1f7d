// A file that is written beside its place and gets its name when it is whole: what has the name is never half
// of it. What is not kept is removed.
#pragma once

#include "common/error.hpp"
#include "common/unique_fd.hpp"

#include <string>

namespace mcpm::errands {

class NewFile {
  public:
    enum class Replace { no, yes };

    /// conflict when `file` is there and is not to be replaced.
    static Result<NewFile> create(std::string file, Replace replace);
    NewFile(NewFile&& other) noexcept;
    NewFile& operator=(NewFile&&) = delete;
    ~NewFile();

    /// To write into, and to read again.
    int descriptor() const { return opened_.get(); }
    /// On the disk, and under its name.
    Result<> keep();

  private:
    NewFile(std::string file, UniqueFd opened);

    std::string file_;
    UniqueFd opened_;  // empty: kept, or moved away
};

}  // namespace mcpm::errands
