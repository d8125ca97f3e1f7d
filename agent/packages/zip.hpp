// A ZIP archive (APPNOTE 6.3, no encryption, no ZIP64), read and unpacked. The bytes are foreign: paths that
// lead out, links, doubles, overlapping entries and what unpacks to more than it may are refused as a whole.
#pragma once

#include "common/error.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

struct ZipLimits {
    std::size_t entries = 20'000;
    std::uint64_t bytes = 1ULL << 30U;  // unpacked, all together
    std::uint64_t one = 256ULL << 20U;  // unpacked, of one file
};

struct ZipEntry {
    std::string path;  // relative, with '/', without "." and ".."; a folder's ends with '/'
    std::uint32_t crc = 0;
    std::uint64_t packed = 0, size = 0, offset = 0;
    unsigned method = 0;
    bool is_program = false;
};

/// The table of contents. validation_error that names the entry.
Result<std::vector<ZipEntry>> read_zip(std::string_view archive, ZipLimits limits = {});

/// One file's bytes, its checksum looked at.
Result<std::string> read_entry(std::string_view archive, const ZipEntry& entry);

/// Everything below `folder`, which is new. What fails leaves the caller's folder to be removed. Blocks.
Result<> unpack_zip(std::string_view archive, const std::vector<ZipEntry>& entries,
                    const std::filesystem::path& folder);

/// CRC-32 (ISO-HDLC).
std::uint32_t crc32(std::string_view bytes);

}  // namespace mcpm
