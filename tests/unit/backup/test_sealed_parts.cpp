#include "agent/backup/sealed_parts.hpp"
#include "common/unique_fd.hpp"

#include <doctest/doctest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <string>

using namespace mcpm;
using namespace mcpm::backup;

namespace {

constexpr std::string_view passphrase = "correct horse battery";

Label label() {
    return {"2026-11-28T10:00:00Z", "0.1.0", 8, secrets::Stretching::make()};
}

UniqueFd holding(const std::string& bytes) {
    UniqueFd file(::memfd_create("backup", MFD_CLOEXEC));
    REQUIRE(::write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    ::lseek(file.get(), 0, SEEK_SET);
    return file;
}

std::string content(const UniqueFd& file) {
    std::string bytes(static_cast<std::size_t>(::lseek(file.get(), 0, SEEK_END)), '\0');
    REQUIRE(::pread(file.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
    return bytes;
}

std::string sealed(const std::string& small, const std::string& large) {
    const UniqueFd out = holding("");
    const UniqueFd from = holding(large);
    auto writer = PartWriter::begin(out.get(), label(), passphrase);
    REQUIRE(writer.has_value());
    REQUIRE(writer->add("small", small));
    REQUIRE(writer->add_file("large", from.get()));
    REQUIRE(writer->finish());
    return content(out);
}

/// Reads all of it; empty when it is whole, else what was wrong.
std::string trouble_with(const std::string& bytes) {
    const UniqueFd file = holding(bytes);
    auto reader = PartReader::open(file.get());
    if (!reader) return reader.error().message;
    if (const auto unlocked = reader->unlock(passphrase); !unlocked) return unlocked.error().message;
    for (;;) {
        const auto part = reader->next();
        if (!part) return part.error().message;
        if (!*part) return {};
        if (const auto text = reader->take(**part, 10U << 20U); !text) return text.error().message;
    }
}

}  // namespace

TEST_CASE("A label says what is needed to open the backup, and nothing else is one") {
    const auto made = label();
    const auto text = write_label(made);
    const auto read = read_label(text);
    REQUIRE(read.has_value());
    CHECK(read->created_at == made.created_at);
    CHECK(read->version == made.version);
    CHECK(read->schema == made.schema);
    CHECK(read->stretching.salt == made.stretching.salt);
    CHECK(read->stretching.passes == made.stretching.passes);
    CHECK(read->stretching.memory == made.stretching.memory);
    for (const std::string bad :
         {"", "mcpm-backup 1\n", "mcpm-backup 1\n[]\n", "mcpm-backup 2\n{}\n", "{}\n"})
        CHECK(read_label(bad).has_error());
}

TEST_CASE("Parts come back as they were, whatever their length") {
    for (const std::size_t size :
         {0UL, 1UL, secrets::frame_bytes - 40, secrets::frame_bytes, 3 * secrets::frame_bytes + 7}) {
        const std::string large(size, 'x');
        const UniqueFd file = holding(sealed("a\nb", large));
        auto reader = PartReader::open(file.get());
        REQUIRE(reader.has_value());
        CHECK(reader->label().schema == 8);
        REQUIRE(reader->unlock(passphrase));
        auto part = reader->next();
        REQUIRE(part.has_value());
        REQUIRE(part->has_value());
        CHECK((*part)->name == "small");
        CHECK(reader->take(**part, 100).value() == "a\nb");
        part = reader->next();
        REQUIRE(part.has_value());
        REQUIRE(part->has_value());
        CHECK((*part)->name == "large");
        const UniqueFd into = holding("");
        REQUIRE(reader->take_into(**part, into.get()));
        CHECK(content(into) == large);
        part = reader->next();
        REQUIRE(part.has_value());
        CHECK_FALSE(part->has_value());
    }
}

TEST_CASE("Another passphrase opens nothing") {
    const UniqueFd file = holding(sealed("a", "b"));
    auto reader = PartReader::open(file.get());
    REQUIRE(reader.has_value());
    const auto unlocked = reader->unlock("correct horse batterx");
    REQUIRE_FALSE(unlocked);
    CHECK(unlocked.error().code == ErrorCode::forbidden);
}

TEST_CASE("A part that is longer than its reader allows is not read") {
    const UniqueFd file = holding(sealed("12345", ""));
    auto reader = PartReader::open(file.get());
    REQUIRE(reader.has_value());
    REQUIRE(reader->unlock(passphrase));
    const auto part = reader->next();
    REQUIRE(part.has_value());
    CHECK(reader->take(**part, 4).has_error());
}

TEST_CASE("A backup that was changed or cut off is no backup, wherever that was") {
    const std::string whole = sealed("small", std::string(2 * secrets::frame_bytes, 'y'));
    CHECK(trouble_with(whole).empty());
    CHECK(trouble_with("").find("does not begin") != std::string::npos);
    CHECK(trouble_with("SQLite format 3").find("does not begin") != std::string::npos);
    // Each byte costs a key, so some stand for all: label, prelude, frames, the last byte.
    for (const std::size_t at : {std::size_t{20}, whole.size() / 3, whole.size() / 2, whole.size() - 1}) {
        auto changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        CHECK_FALSE(trouble_with(changed).empty());
        CHECK_FALSE(trouble_with(whole.substr(0, at)).empty());
    }
    // At the border of a frame too.
    const auto frames = whole.find('\n', whole.find('\n') + 1) + 1 + secrets::prelude_bytes;
    CHECK_FALSE(
        trouble_with(whole.substr(0, frames + secrets::frame_bytes + secrets::frame_overhead)).empty());
}
