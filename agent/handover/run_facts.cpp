#include "agent/handover/run_facts.hpp"

#include "common/own_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace mcpm {

namespace {

constexpr std::uint64_t record_magic = 0x314e55524d50434dULL;  // "MCPMRUN1"
constexpr off_t carry_place = 256;
constexpr off_t session_place = 33024;
static_assert(carry_place + 2 * static_cast<off_t>(RunFacts::carry_limit) == session_place);

/// Only ever grows at its end, within 256 bytes.
struct FixedPart {
    std::uint64_t magic = record_magic;
    std::uint64_t next_request_id = 1;
    std::uint32_t carry_size[2] = {0, 0};
    std::uint8_t read_pending[2] = {0, 0};
    std::uint8_t half_written = 0;
    std::uint8_t input_within_line = 0;
    std::uint8_t is_own = 0;
    std::uint8_t underway = 0;
    std::uint8_t reserved[2] = {};
    std::uint64_t taken[2] = {0, 0};
    StreamMarks marks[2] = {};
    std::uint64_t definition = 0;
};
static_assert(sizeof(FixedPart) == 200);

std::size_t index_of(OutputStream stream) {
    return stream == OutputStream::standard_output ? 0 : 1;
}

bool write_at(int file, const void* bytes, std::size_t size, off_t place) {
    const char* at = static_cast<const char*>(bytes);
    while (size > 0) {
        const ssize_t written = ::pwrite(file, at, size, place);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        at += written;
        place += written;
        size -= static_cast<std::size_t>(written);
    }
    return true;
}

bool read_at(int file, void* bytes, std::size_t size, off_t place) {
    char* at = static_cast<char*>(bytes);
    while (size > 0) {
        const ssize_t got = ::pread(file, at, size, place);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        at += got;
        place += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

/// One field of the fixed part. A memfd of ours takes and gives its bytes; out of memory, the fact is lost
/// and the next agent acts as if it had never been set.
template <typename Field>
void store(int file, std::size_t offset, const Field& value) {
    write_at(file, &value, sizeof value, static_cast<off_t>(offset));
}

template <typename Field>
Field load(int file, std::size_t offset) {
    Field value{};
    read_at(file, &value, sizeof value, static_cast<off_t>(offset));
    return value;
}

std::size_t pending_place(OutputStream stream) {
    return offsetof(FixedPart, read_pending) + index_of(stream);
}

std::size_t carry_size_place(OutputStream stream) {
    return offsetof(FixedPart, carry_size) + sizeof(std::uint32_t) * index_of(stream);
}

off_t carry_bytes_place(OutputStream stream) {
    return carry_place + static_cast<off_t>(RunFacts::carry_limit * index_of(stream));
}

Error not_ours(const char* why) {
    return Error{ErrorCode::internal_error, std::string("take over the record of a run: ") + why};
}

}  // namespace

Result<RunFacts> RunFacts::create() {
    UniqueFd file(::memfd_create("mcpm-run", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file) return system_error("make the record of a run", errno);
    const auto begun = begin(file);
    if (!begun) return begun.error();
    return RunFacts(std::move(file));
}

Result<> RunFacts::begin(const UniqueFd& file) {
    const FixedPart fixed;
    // Sparse: a page is only there once it was written.
    if (::ftruncate(file.get(), session_place + static_cast<off_t>(sizeof(std::uint32_t) + session_limit)) <
            0 ||
        !write_at(file.get(), &fixed, sizeof fixed, 0)) {
        return system_error("write the record of a run", errno);
    }
    return {};
}

Result<RunFacts> RunFacts::create_file(const std::string& path) {
    ::unlink(path.c_str());
    UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return system_error("make " + path, errno);
    const auto begun = begin(file);
    if (!begun) return begun.error();
    return RunFacts(std::move(file), true);
}

Result<RunFacts> RunFacts::adopt_file(const std::string& path) {
    auto file = open_own_file(path, O_RDWR);
    if (!file) return file.error();
    auto facts = adopt(std::move(*file));
    if (facts) facts->counts_ = true;
    return facts;
}

Result<RunFacts> RunFacts::share() const {
    UniqueFd file = duplicate();
    if (!file) return system_error("share the record of a run", errno);
    return RunFacts(std::move(file), counts_);
}

void RunFacts::add_taken(OutputStream stream, std::uint64_t bytes) {
    if (!counts_) return;
    const std::size_t place = offsetof(FixedPart, taken) + sizeof(std::uint64_t) * index_of(stream);
    store(memfd_.get(), place, load<std::uint64_t>(memfd_.get(), place) + bytes);
}

std::uint64_t RunFacts::taken(OutputStream stream) const {
    return load<std::uint64_t>(memfd_.get(),
                               offsetof(FixedPart, taken) + sizeof(std::uint64_t) * index_of(stream));
}

void RunFacts::set_own(bool is_own) {
    store(memfd_.get(), offsetof(FixedPart, is_own), static_cast<std::uint8_t>(is_own));
}

bool RunFacts::is_own() const {
    return load<std::uint8_t>(memfd_.get(), offsetof(FixedPart, is_own)) != 0;
}

void RunFacts::set_underway(Underway what) {
    store(memfd_.get(), offsetof(FixedPart, underway), static_cast<std::uint8_t>(what));
}

RunFacts::Underway RunFacts::underway() const {
    const auto what = load<std::uint8_t>(memfd_.get(), offsetof(FixedPart, underway));
    return what <= static_cast<std::uint8_t>(Underway::removal) ? static_cast<Underway>(what)
                                                                : Underway::nothing;
}

void RunFacts::set_definition(std::uint64_t mark) {
    store(memfd_.get(), offsetof(FixedPart, definition), mark);
}

std::uint64_t RunFacts::definition() const {
    return load<std::uint64_t>(memfd_.get(), offsetof(FixedPart, definition));
}

void RunFacts::set_marks(OutputStream stream, const StreamMarks& marks) {
    store(memfd_.get(), offsetof(FixedPart, marks) + sizeof(StreamMarks) * index_of(stream), marks);
}

StreamMarks RunFacts::marks(OutputStream stream) const {
    return load<StreamMarks>(memfd_.get(),
                             offsetof(FixedPart, marks) + sizeof(StreamMarks) * index_of(stream));
}

void RunFacts::set_input_within_line(bool within) {
    store(memfd_.get(), offsetof(FixedPart, input_within_line), static_cast<std::uint8_t>(within));
}

bool RunFacts::input_within_line() const {
    return load<std::uint8_t>(memfd_.get(), offsetof(FixedPart, input_within_line)) != 0;
}

Result<RunFacts> RunFacts::adopt(UniqueFd memfd) {
    FixedPart fixed;
    struct stat status {};
    if (!memfd || ::fstat(memfd.get(), &status) < 0) return not_ours("there is none");
    if (status.st_size < session_place) return not_ours("it is too short");
    if (!read_at(memfd.get(), &fixed, sizeof fixed, 0)) return not_ours("it cannot be read");
    if (fixed.magic != record_magic) return not_ours("it is of another kind");
    if (fixed.carry_size[0] > carry_limit || fixed.carry_size[1] > carry_limit)
        return not_ours("its sizes are wrong");
    return RunFacts(std::move(memfd));
}

UniqueFd RunFacts::duplicate() const {
    return UniqueFd(::fcntl(memfd_.get(), F_DUPFD_CLOEXEC, 3));
}

void RunFacts::set_message_half_written(bool half) {
    store(memfd_.get(), offsetof(FixedPart, half_written), static_cast<std::uint8_t>(half));
}

bool RunFacts::message_half_written() const {
    return load<std::uint8_t>(memfd_.get(), offsetof(FixedPart, half_written)) != 0;
}

void RunFacts::set_read_pending(OutputStream stream, bool pending) {
    store(memfd_.get(), pending_place(stream), static_cast<std::uint8_t>(pending));
}

bool RunFacts::read_pending(OutputStream stream) const {
    return load<std::uint8_t>(memfd_.get(), pending_place(stream)) != 0;
}

void RunFacts::set_carry(OutputStream stream, std::string_view bytes) {
    if (bytes.size() > carry_limit) throw std::length_error("the carry of a stream is longer than its place");
    // Never a size with another carry's bytes: whoever reads in between sees an empty carry.
    if (bytes.empty() || load<std::uint32_t>(memfd_.get(), carry_size_place(stream)) != 0) {
        store(memfd_.get(), carry_size_place(stream), std::uint32_t{0});
    }
    if (bytes.empty()) return;
    if (!write_at(memfd_.get(), bytes.data(), bytes.size(), carry_bytes_place(stream))) return;
    store(memfd_.get(), carry_size_place(stream), static_cast<std::uint32_t>(bytes.size()));
}

std::string RunFacts::carry(OutputStream stream) const {
    const auto size = load<std::uint32_t>(memfd_.get(), carry_size_place(stream));
    std::string bytes(std::min<std::size_t>(size, carry_limit), '\0');
    if (!read_at(memfd_.get(), bytes.data(), bytes.size(), carry_bytes_place(stream))) bytes.clear();
    return bytes;
}

Result<> RunFacts::set_session(std::string_view json) {
    if (json.size() > session_limit) {
        return Error{ErrorCode::payload_too_large, "keep the session of a run: it is longer than 1 MiB"};
    }
    const auto text = session_place + static_cast<off_t>(sizeof(std::uint32_t));
    store(memfd_.get(), static_cast<std::size_t>(session_place), std::uint32_t{0});
    if (!write_at(memfd_.get(), json.data(), json.size(), text)) {
        return system_error("write the session into the record of a run", errno);
    }
    store(memfd_.get(), static_cast<std::size_t>(session_place), static_cast<std::uint32_t>(json.size()));
    return {};
}

std::string RunFacts::session() const {
    const auto size = load<std::uint32_t>(memfd_.get(), static_cast<std::size_t>(session_place));
    std::string json(std::min<std::size_t>(size, session_limit), '\0');
    const auto text = session_place + static_cast<off_t>(sizeof(std::uint32_t));
    if (!read_at(memfd_.get(), json.data(), json.size(), text)) json.clear();
    return json;
}

void RunFacts::set_next_request_id(std::uint64_t id) {
    store(memfd_.get(), offsetof(FixedPart, next_request_id), id);
}

std::uint64_t RunFacts::next_request_id() const {
    return load<std::uint64_t>(memfd_.get(), offsetof(FixedPart, next_request_id));
}

}  // namespace mcpm
