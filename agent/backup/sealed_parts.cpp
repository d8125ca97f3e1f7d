#include "agent/backup/sealed_parts.hpp"

#include "common/base64.hpp"
#include "common/json_members.hpp"

#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace mcpm::backup {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view mark = "mcpm-backup 1\n";
constexpr std::size_t longest_label = 4096;
constexpr std::size_t longest_part_line = 4096;

Error no_backup(const std::string& why) {
    return Error{ErrorCode::validation_error, "read the backup: " + why};
}

Error will_not_open() {
    return Error{ErrorCode::forbidden,
                 "open the backup: it is another passphrase's, or the file was changed or cut off"};
}

Result<> write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error("write the backup", errno, ErrorCode::unavailable);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

/// So many bytes, or fewer at the file's end.
Result<std::string> read_up_to(int file, std::size_t wanted, std::string_view attempted) {
    std::string bytes(wanted, '\0');
    std::size_t have = 0;
    while (have < wanted) {
        const auto got = ::read(file, bytes.data() + have, wanted - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error(attempted, errno, ErrorCode::unavailable);
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    bytes.resize(have);
    return bytes;
}

std::uint64_t whole_number(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace

std::string write_label(const Label& label) {
    const Json facts{{"created", label.created_at},
                     {"version", label.version},
                     {"schema", label.schema},
                     {"salt", base64::encode(label.stretching.salt)},
                     {"passes", label.stretching.passes},
                     {"memory", label.stretching.memory}};
    return std::string(mark) + facts.dump(-1, ' ', true) + "\n";
}

Result<Label> read_label(std::string_view text) {
    if (!text.starts_with(mark)) return no_backup("it does not begin as a backup of mcpm does");
    const auto facts = Json::parse(text.substr(mark.size()), nullptr, false);
    if (!facts.is_object()) return no_backup("its second line is no JSON object");
    const auto salt = base64::decode(text_at(facts, "salt"));
    if (!salt) return no_backup("its salt is not base64");
    return Label{text_at(facts, "created"),
                 text_at(facts, "version"),
                 static_cast<int>(std::min<std::uint64_t>(whole_number(facts, "schema"), 1'000'000)),
                 {*salt, whole_number(facts, "passes"), whole_number(facts, "memory")}};
}

Result<PartWriter> PartWriter::begin(int file, const Label& label, std::string_view passphrase) {
    const std::string head = write_label(label);
    const auto key = secrets::stretch(passphrase, label.stretching);
    if (!key) return key.error();
    PartWriter writer(file, secrets::StreamSealer(*key, head));
    if (const auto written = write_all(file, head + writer.sealer_.prelude()); !written)
        return written.error();
    return writer;
}

Result<> PartWriter::flush(secrets::Frame frame) {
    const auto sealed = sealer_.seal(waiting_, frame);
    secrets::wipe(waiting_);
    return write_all(file_, sealed);
}

Result<> PartWriter::put(std::string_view bytes) {
    while (!bytes.empty()) {
        if (waiting_.size() == secrets::frame_bytes) {
            if (auto flushed = flush(secrets::Frame::more); !flushed) return flushed;
        }
        const auto fits = std::min(bytes.size(), secrets::frame_bytes - waiting_.size());
        waiting_ += bytes.substr(0, fits);
        bytes.remove_prefix(fits);
    }
    return {};
}

Result<> PartWriter::add(std::string_view name, std::string_view bytes) {
    const Json line{{"part", name}, {"bytes", bytes.size()}};
    if (auto begun = put(line.dump(-1, ' ', true) + "\n"); !begun) return begun;
    return put(bytes);
}

Result<> PartWriter::add_file(std::string_view name, int from) {
    const off_t end = ::lseek(from, 0, SEEK_END);
    if (end < 0 || ::lseek(from, 0, SEEK_SET) != 0)
        return system_error("read " + std::string(name), errno, ErrorCode::unavailable);
    auto left = static_cast<std::uint64_t>(end);
    const Json line{{"part", name}, {"bytes", left}};
    if (auto begun = put(line.dump(-1, ' ', true) + "\n"); !begun) return begun;
    while (left > 0) {
        const auto piece = read_up_to(from, std::min<std::uint64_t>(left, secrets::frame_bytes),
                                      "read a part of the backup");
        if (!piece) return piece.error();
        if (piece->empty())
            return Error{ErrorCode::unavailable, std::string(name) + " became shorter while it was read"};
        left -= piece->size();
        if (auto stored = put(*piece); !stored) return stored;
    }
    return {};
}

Result<> PartWriter::finish() {
    return flush(secrets::Frame::last);
}

Result<PartReader> PartReader::open(int file) {
    PartReader reader(file);
    // Byte by byte: what comes after the second line is the sealed stream's.
    for (unsigned lines = 0; lines < 2;) {
        const auto byte = read_up_to(file, 1, "read the backup");
        if (!byte) return byte.error();
        if (byte->empty() || reader.head_.size() >= longest_label)
            return no_backup("it does not begin as a backup of mcpm does");
        reader.head_ += *byte;
        if (*byte == "\n" && ++lines == 1 && reader.head_ != mark) break;
    }
    auto label = read_label(reader.head_);
    if (!label) return label.error();
    reader.label_ = std::move(*label);
    return reader;
}

Result<> PartReader::unlock(std::string_view passphrase) {
    const auto key = secrets::stretch(passphrase, label_.stretching);
    if (!key) return key.error();
    const auto prelude = read_up_to(file_, secrets::prelude_bytes, "read the backup");
    if (!prelude) return prelude.error();
    opener_.emplace(*key, head_, *prelude);
    return fill();
}

Result<> PartReader::fill() {
    const auto sealed = read_up_to(file_, secrets::frame_bytes + secrets::frame_overhead, "read the backup");
    if (!sealed) return sealed.error();
    auto opened = opener_ ? opener_->open(*sealed) : std::nullopt;
    if (!opened) return will_not_open();
    is_at_end_ = opened->frame == secrets::Frame::last;
    plain_ += opened->plain;
    return {};
}

Result<std::optional<Part>> PartReader::next() {
    while (plain_.find('\n') == std::string::npos && !is_at_end_ && plain_.size() <= longest_part_line) {
        if (const auto filled = fill(); !filled) return filled.error();
    }
    if (plain_.empty() && is_at_end_) return std::optional<Part>();
    const auto end = plain_.find('\n');
    const auto line = end < longest_part_line ? Json::parse(plain_.substr(0, end), nullptr, false) : Json();
    if (!line.is_object()) return no_backup("a part of it has no name");
    plain_.erase(0, end + 1);
    return std::optional<Part>(Part{text_at(line, "part"), whole_number(line, "bytes")});
}

Result<std::string> PartReader::some(std::uint64_t at_most) {
    if (plain_.empty() && !is_at_end_) {
        if (const auto filled = fill(); !filled) return filled.error();
    }
    if (plain_.empty()) return no_backup("a part of it is shorter than it says");
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(at_most, plain_.size()));
    std::string piece = plain_.substr(0, size);
    plain_.erase(0, size);
    return piece;
}

Result<std::string> PartReader::take(const Part& part, std::size_t limit) {
    if (part.bytes > limit) return no_backup(part.name + " in it is too long");
    std::string all;
    while (all.size() < part.bytes) {
        const auto piece = some(part.bytes - all.size());
        if (!piece) return piece.error();
        all += *piece;
    }
    return all;
}

Result<> PartReader::take_into(const Part& part, int file) {
    for (auto left = part.bytes; left > 0;) {
        const auto piece = some(left);
        if (!piece) return piece.error();
        left -= piece->size();
        if (auto written = write_all(file, *piece); !written) return written;
    }
    return {};
}

}  // namespace mcpm::backup
