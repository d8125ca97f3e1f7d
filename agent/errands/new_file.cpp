#include "agent/errands/new_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace mcpm::errands {

namespace {

std::string beside(const std::string& file) {
    return file + ".part";
}

}  // namespace

Result<NewFile> NewFile::create(std::string file, Replace replace) {
    std::error_code ignored;
    if (replace == Replace::no && std::filesystem::exists(file, ignored))
        return Error{
            ErrorCode::conflict, "write " + file + ": it is there already", {}, "--force replaces it"};
    const std::string part = beside(file);
    ::unlink(part.c_str());
    UniqueFd opened(::open(part.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!opened) return system_error("write " + part, errno);
    return NewFile(std::move(file), std::move(opened));
}

NewFile::NewFile(std::string file, UniqueFd opened) : file_(std::move(file)), opened_(std::move(opened)) {}

NewFile::NewFile(NewFile&& other) noexcept = default;

NewFile::~NewFile() {
    if (opened_) ::unlink(beside(file_).c_str());
}

Result<> NewFile::keep() {
    if (::fsync(opened_.get()) != 0 || ::rename(beside(file_).c_str(), file_.c_str()) != 0)
        return system_error("write " + file_, errno);
    opened_.reset();
    return {};
}

}  // namespace mcpm::errands
