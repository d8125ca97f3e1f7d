#include "agent/disk/silent_filesystems.hpp"

#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace mcpm {

namespace {

struct Silent {
    std::uint32_t magic;  // statfs(2)
    std::string_view name;
};

constexpr std::array silent{
    Silent{0x6969, "nfs"},        Silent{0x517b, "smb"},      Silent{0xff534d42, "cifs"},
    Silent{0xfe534d42, "smb2"},   Silent{0x01021997, "9p"},   Silent{0x65735546, "fuse"},
    Silent{0x00c36400, "ceph"},   Silent{0x5346414f, "afs"},  Silent{0x6b414653, "kafs"},
    Silent{0x0bd00bd0, "lustre"}, Silent{0x01161970, "gfs2"}, Silent{0x7461636f, "ocfs2"},
    Silent{0x9fa0, "proc"},       Silent{0x62656572, "sysfs"}};

}  // namespace

std::optional<std::string_view> silent_filesystem(const std::filesystem::path& folder) {
    struct statfs facts {};
    if (::statfs(folder.c_str(), &facts) != 0) return std::nullopt;
    const auto magic = static_cast<std::uint32_t>(facts.f_type);
    const auto* const found =
        std::find_if(silent.begin(), silent.end(), [&](const Silent& one) { return one.magic == magic; });
    if (found == silent.end()) return std::nullopt;
    return found->name;
}

}  // namespace mcpm
