#include "agent/bundle/tar_writer.hpp"

#include "agent/bundle/tar_head.hpp"

#include <unistd.h>

#include <cerrno>

namespace mcpm::bundle {

namespace {

constexpr const char* long_name = "././@LongLink";

Error not_written(int why) {
    return system_error("write the bundle", why, ErrorCode::unavailable);
}

}  // namespace

Result<> TarWriter::put(std::string_view bytes) {
    at_ += bytes.size();
    while (!bytes.empty()) {
        const auto written = ::write(file_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return not_written(errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<> TarWriter::put_long(char type, std::string_view text) {
    if (text.size() <= tar_name_bytes) return {};
    TarHead head{type, long_name};
    head.size = text.size() + 1;
    std::string bytes = write_head(head) + std::string(text);
    bytes.resize(tar_block + padded(head.size), '\0');
    return put(bytes);
}

Result<> TarWriter::add_folder(std::string_view path) {
    TarHead head{'5', std::string(path) + "/"};
    head.mode = 0755;
    if (auto named = put_long('L', head.path); !named) return named;
    return put(write_head(head));
}

Result<> TarWriter::add_link(std::string_view path, std::string_view target) {
    TarHead head{'2', std::string(path), std::string(target)};
    head.mode = 0777;
    if (auto named = put_long('K', target); !named) return named;
    if (auto named = put_long('L', path); !named) return named;
    return put(write_head(head));
}

Result<> TarWriter::add_text(std::string_view path, std::string_view text) {
    if (auto begun = begin(path, 0644, 0); !begun) return begun;
    if (auto added = append(text); !added) return added;
    return end();
}

Result<> TarWriter::begin(std::string_view path, unsigned mode, std::int64_t seconds) {
    if (auto named = put_long('L', path); !named) return named;
    TarHead head{'0', std::string(path)};
    head.mode = mode;
    head.seconds = seconds;
    head_ = write_head(head);
    head_at_ = at_;
    size_ = 0;
    return put(head_);
}

Result<> TarWriter::append(std::string_view bytes) {
    size_ += bytes.size();
    return put(bytes);
}

Result<> TarWriter::end() {
    if (auto filled = put(std::string(padded(size_) - size_, '\0')); !filled) return filled;
    auto head = read_head(head_);
    if (!head) return Error{ErrorCode::internal_error, "write the bundle: a file ends that was not begun"};
    head->size = size_;
    const std::string block = write_head(*head);
    if (::pwrite(file_, block.data(), block.size(), static_cast<off_t>(head_at_)) !=
        static_cast<ssize_t>(block.size()))
        return not_written(errno);
    return {};
}

Result<> TarWriter::finish() {
    return put(std::string(2 * tar_block, '\0'));
}

}  // namespace mcpm::bundle
