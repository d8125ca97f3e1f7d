#include "agent/logs/run_index.hpp"

#include "common/own_file.hpp"
#include "common/unique_fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace mcpm {
namespace {

constexpr off_t longest_index = 128 << 10;
constexpr std::size_t rows_kept = 1000;

/// The rows that are still worth keeping, the newest at most.
std::string shortened(const std::string& text, std::uint64_t oldest_segment) {
    const auto rows = parse_run_rows(text);
    std::string kept;
    for (std::size_t i = rows.size() > rows_kept ? rows.size() - rows_kept : 0; i < rows.size(); ++i) {
        // A run may reach into the oldest segment from the one before.
        const bool is_own = rows[i].kind == RunKind::own;
        const bool reaches = is_own || i + 1 == rows.size() || rows[i + 1].segment >= oldest_segment ||
                             rows[i + 1].kind == RunKind::own;
        if (reaches) kept += format_run_row(rows[i]);
    }
    return kept;
}

Result<> replace(const std::filesystem::path& folder, const std::string& text) {
    const auto fresh = folder / ".runs.idx";
    const auto file = open_own_file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return file.error();
    const bool written = ::write(file->get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (!written || ::rename(fresh.c_str(), (folder / "runs.idx").c_str()) != 0) {
        const int why = errno;
        ::unlink(fresh.c_str());
        return system_error("shorten the index of runs in " + folder.string(), why);
    }
    return {};
}

}  // namespace

Result<> add_run_row(const std::filesystem::path& folder, const RunRow& row, std::uint64_t oldest_segment) {
    const auto path = folder / "runs.idx";
    auto opened = open_own_file(path, O_RDWR | O_CREAT | O_APPEND);
    if (!opened) return opened.error();
    const UniqueFd file = std::move(*opened);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0)
        return system_error("read the index of runs " + path.string(), errno);
    std::string text = format_run_row(row);
    if (status.st_size > longest_index) {
        std::string old(static_cast<std::size_t>(std::min<off_t>(status.st_size, 8 * longest_index)), '\0');
        const ssize_t got =
            ::pread(file.get(), old.data(), old.size(), status.st_size - static_cast<off_t>(old.size()));
        old.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
        return replace(folder, shortened(old, oldest_segment) + text);
    }
    // A row that was torn by a full disk is ended first; readers leave it out.
    char last = '\n';
    if (status.st_size > 0 && ::pread(file.get(), &last, 1, status.st_size - 1) == 1 && last != '\n')
        text.insert(0, "\n");
    errno = ENOSPC;
    if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        return system_error("add a run to the index " + path.string(), errno);
    }
    return {};
}

}  // namespace mcpm
