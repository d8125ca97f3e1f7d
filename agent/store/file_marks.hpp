// Whether the database's files are still those we opened, as we left them. SQLite writes on into a file that
// was deleted or replaced, and answers "done".
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>

namespace mcpm::store {

struct FileMark {
    dev_t device = 0;
    ino_t inode = 0;
    std::int64_t size = 0;
    std::int64_t written_at = 0;  // nanoseconds since 1970
    bool is_regular = false;      // else a fifo, a folder, a link: not ours

    bool is_same_file(const FileMark& other) const { return device == other.device && inode == other.inode; }
    bool operator==(const FileMark&) const = default;
};

struct FileMarks {
    std::optional<FileMark> database = {};
    std::optional<FileMark> log = {};  // the write-ahead log beside it
    int hidden_by = 0;                 // errno: whether they are there can't be seen now
};

/// Nothing when it cannot be looked at; errno says why.
std::optional<FileMark> mark_file(const std::filesystem::path& path);
FileMarks mark_files(const std::filesystem::path& database);

enum class FileChange {
    none,
    touched,   // another wrote into it: to be checked
    replaced,  // another file lies there
    gone,
    hidden,  // nobody can say now
};
FileChange compare(const FileMarks& left, const FileMarks& found);

}  // namespace mcpm::store
