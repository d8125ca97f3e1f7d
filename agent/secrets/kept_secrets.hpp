// What the vault's files were when they were whole: those that are deleted, replaced or garbled under a
// running agent are written anew, and those that cannot be are named. Values stay sealed here, at most 4 MiB
// of them; the key stays on the disk, held by a descriptor. The names outlive the agent in a file of their
// own, so that the next agent says what is lost. Blocks on the disk; one caller at a time.
#pragma once

#include "agent/secrets/secret_files.hpp"
#include "agent/store/file_marks.hpp"
#include "common/error.hpp"
#include "common/unique_fd.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::secrets {

class KeptSecrets {
  public:
    struct Look {
        std::vector<std::string> written_anew = {};
        /// Whose values cannot be had: all of them, each time.
        std::vector<std::string> lost = {};
        bool has_new_key_file = false;  // the key was written anew
        bool is_unsettled = false;      // something could not be read or written now
    };

    /// Without `names_file` the names do not outlive it.
    explicit KeptSecrets(SecretFiles files, std::filesystem::path names_file = {});

    /// Looks at what changed since the last time, mends what can be mended. Costs one lstat(2) for each
    /// secret.
    Look look();
    /// Stored a moment ago: known from now on.
    void stored(std::string_view name);
    /// Not to be missed any more. Whether its value was lost.
    bool removed(std::string_view name);

  private:
    struct One {
        std::optional<store::FileMark> mark = {};  // as it was when its value was had
        std::string sealed = {};                   // empty: beyond what is held
        bool is_lost = false;
    };
    void read_names();
    void keep_names();
    void adopt_what_is_there();
    bool mend_key();
    bool opens_any() const;
    bool mend(const std::string& name, One& one);
    void hold(const std::string& name, One& one);
    bool write_anew(const std::string& name, const One& one) const;

    SecretFiles files_;
    std::filesystem::path names_file_;
    std::map<std::string, One, std::less<>> known_;
    std::vector<std::string> kept_names_;
    std::size_t held_ = 0;  // bytes
    bool is_unsettled_ = false;
    UniqueFd key_;
    std::optional<store::FileMark> key_mark_;
};

}  // namespace mcpm::secrets
