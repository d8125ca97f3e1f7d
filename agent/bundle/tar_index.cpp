#include "agent/bundle/tar_index.hpp"

#include "agent/bundle/tar_head.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace mcpm::bundle {

namespace {

constexpr std::size_t piece_bytes = 256UL << 10U;

Error no_bundle(const std::string& why) {
    return Error{ErrorCode::validation_error, "this is no bundle of mcpm, or not all of it: " + why};
}

Result<> read_at(int file, std::uint64_t at, char* into, std::size_t size) {
    while (size > 0) {
        const auto got = ::pread(file, into, size, static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read the bundle", errno, ErrorCode::unavailable);
        if (got == 0) return no_bundle("it ends too early");
        at += static_cast<std::uint64_t>(got);
        into += got;
        size -= static_cast<std::size_t>(got);
    }
    return {};
}

/// Relative, and below where it begins.
bool is_path_within(std::string_view path) {
    if (path.empty() || path.size() > longest_path || path.find('\0') != std::string_view::npos) return false;
    for (std::size_t at = 0; at <= path.size();) {
        const auto end = std::min(path.find('/', at), path.size());
        const auto name = path.substr(at, end - at);
        if (name.empty() || name == "." || name == "..") return false;
        at = end + 1;
    }
    return true;
}

/// Reads one head after the other.
class IndexReader {
  public:
    IndexReader(int file, std::uint64_t size) : file_(file), size_(size) {}

    Result<std::vector<Member>> read() {
        std::string block(tar_block, '\0');
        for (;;) {
            if (size_ - at_ < tar_block) return no_bundle("it has no end");
            if (auto got = read_at(file_, at_, block.data(), block.size()); !got) return got.error();
            if (block.find_first_not_of('\0') == std::string::npos) return std::move(members_);
            const auto head = read_head(block);
            if (!head) return no_bundle("byte " + std::to_string(at_) + " begins no file");
            at_ += tar_block;
            if (padded(head->size) < head->size || padded(head->size) > size_ - at_)
                return no_bundle("a file in it is longer than the archive");
            if (auto taken = take(*head); !taken) return taken.error();
            at_ += padded(head->size);
        }
    }

  private:
    Result<> take(const TarHead& head) {
        if (head.type == 'L' || head.type == 'K') return take_long(head);
        Member member;
        member.path = std::exchange(long_path_, {});
        if (member.path.empty()) member.path = head.path;
        member.target = std::exchange(long_target_, {});
        if (member.target.empty()) member.target = head.target;
        member.mode = head.mode;
        member.at = at_;
        member.size = head.size;
        if (head.type == '5') {
            member.kind = MemberKind::folder;
            if (member.path.ends_with('/')) member.path.pop_back();
        } else if (head.type == '2') {
            member.kind = MemberKind::link;
        } else if (head.type != '0') {
            return no_bundle("\"" + member.path + "\" is neither file, folder nor link");
        }
        if (!is_path_within(member.path)) return no_bundle("\"" + member.path + "\" leads out of it");
        if (members_.size() == most_members) return no_bundle("it has more than 2,000,000 files");
        members_.push_back(std::move(member));
        return {};
    }

    Result<> take_long(const TarHead& head) {
        if (head.size == 0 || head.size > longest_path + 1) return no_bundle("a name in it is too long");
        std::string text(static_cast<std::size_t>(head.size), '\0');
        if (auto got = read_at(file_, at_, text.data(), text.size()); !got) return got;
        text.resize(std::min(text.find('\0'), text.size()));
        (head.type == 'L' ? long_path_ : long_target_) = std::move(text);
        return {};
    }

    int file_;
    std::uint64_t size_;
    std::uint64_t at_ = 0;
    std::string long_path_ = {}, long_target_ = {};
    std::vector<Member> members_ = {};
};

}  // namespace

Result<std::vector<Member>> read_index(int file) {
    struct stat facts {};
    if (::fstat(file, &facts) != 0) return system_error("look at the bundle", errno);
    if (!S_ISREG(facts.st_mode)) return no_bundle("it is no file");
    return IndexReader(file, static_cast<std::uint64_t>(facts.st_size)).read();
}

Result<> read_member(int file, const Member& member, const std::function<Result<>(std::string_view)>& take) {
    std::string piece(piece_bytes, '\0');
    for (std::uint64_t done = 0; done < member.size;) {
        const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), member.size - done));
        if (auto got = read_at(file, member.at + done, piece.data(), now); !got) return got;
        if (auto taken = take(std::string_view(piece).substr(0, now)); !taken) return taken;
        done += now;
    }
    return {};
}

Result<std::string> text_of(int file, const Member& member, std::uint64_t limit) {
    if (member.size > limit)
        return Error{ErrorCode::payload_too_large, "\"" + member.path + "\" of the bundle is too large"};
    std::string text;
    const auto read = read_member(file, member, [&](std::string_view bytes) -> Result<> {
        text += bytes;
        return {};
    });
    if (!read) return read.error();
    return text;
}

}  // namespace mcpm::bundle
