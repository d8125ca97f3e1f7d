#include "agent/registry/answer_cache.hpp"

#include "common/own_file.hpp"
#include "common/sha256.hpp"
#include "common/units.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace mcpm::registry {

namespace {

constexpr std::size_t most_files = 500;
constexpr std::uintmax_t most_bytes = 64U << 20U;
constexpr std::size_t longest = 17U << 20U;
constexpr std::string_view ending = ".answer";

/// The first line is the time, the second the address; the rest is the body.
std::optional<KeptAnswer> read(const std::filesystem::path& file) {
    const auto text = read_own_file(file, longest);
    if (!text) return std::nullopt;
    const auto first = text->find('\n');
    const auto second = first == std::string::npos ? first : text->find('\n', first + 1);
    if (second == std::string::npos) return std::nullopt;
    const auto at = parse_time(text->substr(0, first));
    if (!at) return std::nullopt;
    return KeptAnswer{text->substr(first + 1, second - first - 1), *at, text->substr(second + 1)};
}

std::vector<std::filesystem::directory_entry> files_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::directory_entry> files;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error))
        if (entry->path().filename().string().ends_with(ending)) files.push_back(*entry);
    return files;
}

Result<> write(const std::filesystem::path& file, std::string_view text) {
    const std::filesystem::path fresh = file.string() + ".new";
    const auto opened = open_own_file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
    if (!opened) return opened.error();
    while (!text.empty()) {
        const auto written = ::write(opened->get(), text.data(), text.size());
        if (written < 0) {
            const int why = errno;
            ::unlink(fresh.c_str());
            return system_error("keep the answer of a registry in " + fresh.string(), why,
                                ErrorCode::unavailable);
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::rename(fresh.c_str(), file.c_str()) == 0) return {};
    return system_error("keep the answer of a registry in " + file.string(), errno, ErrorCode::unavailable);
}

}  // namespace

std::optional<KeptAnswer> AnswerCache::find(const std::string& address) const {
    auto kept = read(folder_ / (sha256_hex(address) + std::string(ending)));
    if (!kept || kept->address != address) return std::nullopt;
    return kept;
}

std::vector<KeptAnswer> AnswerCache::all(const std::string& beginning) const {
    std::vector<KeptAnswer> found;
    for (const auto& file : files_in(folder_)) {
        auto kept = read(file.path());
        if (kept && kept->address.starts_with(beginning)) found.push_back(std::move(*kept));
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.at > b.at; });
    return found;
}

Result<> AnswerCache::keep(const KeptAnswer& answer) const {
    if (answer.body.size() > longest - 4096 || answer.address.find('\n') != std::string::npos) return {};
    if (const auto made = make_own_folder(folder_); !made) return made.error();
    const auto file = folder_ / (sha256_hex(answer.address) + std::string(ending));
    auto written = write(file, format_time(answer.at) + "\n" + answer.address + "\n" + answer.body);
    make_room();
    return written;
}

void AnswerCache::make_room() const {
    auto files = files_in(folder_);
    std::error_code error;
    std::sort(files.begin(), files.end(), [&error](const auto& a, const auto& b) {
        return a.last_write_time(error) > b.last_write_time(error);
    });
    std::uintmax_t bytes = 0;
    std::size_t count = 0;
    for (const auto& file : files) {
        const auto size = file.file_size(error);
        bytes += error ? 0 : size;
        if (++count > most_files || bytes > most_bytes) std::filesystem::remove(file.path(), error);
    }
}

}  // namespace mcpm::registry
