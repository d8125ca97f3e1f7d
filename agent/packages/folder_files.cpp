#include "agent/packages/folder_files.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <ios>
#include <sstream>
#include <utility>

namespace mcpm {

std::string text_of_file(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return std::move(text).str();
}

Result<> write_file(const std::filesystem::path& file, std::string_view bytes) {
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    if (!stream) return system_error("write " + file.string(), errno, ErrorCode::unavailable);
    return {};
}

Timestamp time_of_file(const std::filesystem::path& file) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) return now_utc();
    return Timestamp(std::chrono::seconds(found.st_mtime));
}

}  // namespace mcpm
