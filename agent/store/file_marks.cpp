#include "agent/store/file_marks.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <string>

namespace mcpm::store {

std::optional<FileMark> mark_file(const std::filesystem::path& path) {
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) != 0) return std::nullopt;
    return FileMark{facts.st_dev, facts.st_ino, facts.st_size,
                    std::int64_t{facts.st_mtim.tv_sec} * 1'000'000'000 + facts.st_mtim.tv_nsec,
                    S_ISREG(facts.st_mode)};
}

FileMarks mark_files(const std::filesystem::path& database) {
    FileMarks marks;
    marks.database = mark_file(database);
    if (!marks.database && errno != ENOENT && errno != ENOTDIR) marks.hidden_by = errno;
    marks.log = mark_file(database.string() + "-wal");
    return marks;
}

FileChange compare(const FileMarks& left, const FileMarks& found) {
    if (!left.database) return FileChange::none;  // it could not be looked at when it was opened
    if (found.hidden_by != 0) return FileChange::hidden;
    if (!found.database) return FileChange::gone;
    if (!left.database->is_same_file(*found.database)) return FileChange::replaced;
    if (left.log && !found.log) return FileChange::gone;
    if (left.log && !left.log->is_same_file(*found.log)) return FileChange::replaced;
    return *left.database == *found.database ? FileChange::none : FileChange::touched;
}

}  // namespace mcpm::store
