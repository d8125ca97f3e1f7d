#include "common/http_answer.hpp"

#include "common/ascii.hpp"
#include "common/number.hpp"
#include "common/words.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace mcpm {

namespace {

constexpr std::size_t longest_head = 64UL * 1024;
constexpr std::size_t longest_line = 16UL * 1024;

/// Half of the type's room is left, for sums.
std::optional<std::uint64_t> length_of(std::string_view text, int base) {
    const auto length = parse_number<std::uint64_t>(text, base);
    return length && *length <= std::numeric_limits<std::uint64_t>::max() >> 1U ? length : std::nullopt;
}

}  // namespace

Error HttpAnswer::malformed(std::string_view what) const {
    return {ErrorCode::internal_error, form_.from + "'s answer is malformed: " + std::string(what)};
}

Result<> HttpAnswer::feed(std::string_view bytes, const Sink& sink) {
    while (!bytes.empty() && !complete()) {
        if (state_ == State::sized || state_ == State::until_end || state_ == State::chunk_data) {
            give(bytes, sink);
            continue;
        }
        const auto whole = gather_line(bytes);
        if (!whole) return whole.error();
        if (!*whole) return {};
        const std::string line = std::move(line_);
        line_.clear();
        auto taken = state_ != State::head ? take_line_of_chunks(line)
                     : line.empty()        ? begin_body()
                     : status_seen_        ? take_field(line)
                                           : take_status_line(line);
        if (!taken) return taken;
    }
    surplus_ = surplus_ || !bytes.empty();
    return {};
}

Result<> HttpAnswer::end() {
    if (complete()) return {};
    if (state_ == State::until_end) {
        state_ = State::complete;
        close_ = true;
        return {};
    }
    return Error{ErrorCode::unavailable,
                 form_.from + (head_bytes_ == 0 && line_.empty()
                                   ? " closed the connection without an answer"
                                   : " closed the connection in the middle of its answer")};
}

Result<bool> HttpAnswer::gather_line(std::string_view& bytes) {
    const std::size_t newline = bytes.find('\n');
    const std::size_t length = std::min(newline, bytes.size());
    if (line_.size() + length > longest_line) return malformed("a line of its head is longer than 16KiB");
    line_.append(bytes.substr(0, length));
    if (newline == std::string_view::npos) {
        bytes = {};
        return false;
    }
    bytes.remove_prefix(newline + 1);
    head_bytes_ += line_.size() + 1;
    if (state_ == State::head && head_bytes_ > longest_head)
        return malformed("its head is longer than 64KiB");
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();
    const bool control = std::any_of(line_.begin(), line_.end(),
                                     [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7F; });
    if (control) return malformed("a control character in its head");
    return true;
}

Result<> HttpAnswer::take_status_line(std::string_view line) {
    const bool ours = line.size() >= 12 && line.substr(0, 7) == "HTTP/1." &&
                      (line[7] == '0' || line[7] == '1') && line[8] == ' ' &&
                      (line.size() == 12 || line[12] == ' ');
    const auto status = ours ? parse_number<std::uint64_t>(line.substr(9, 3)) : std::nullopt;
    if (!status || *status < 100 || *status > 599) return malformed("no HTTP/1.1 status line");
    status_ = static_cast<unsigned>(*status);
    status_seen_ = true;
    close_ = line[7] == '0';
    return {};
}

Result<> HttpAnswer::take_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || line.find_first_of(" \t") < colon)
        return malformed("a header without a name");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (ascii::same(name, "content-length")) {
        const auto length = length_of(value, 10);
        if (!length || (has_length_ && *length != rest_)) return malformed("bad Content-Length");
        has_length_ = true;
        rest_ = *length;
    } else if (ascii::same(name, "transfer-encoding")) {
        if (chunked_ || !ascii::same(value, "chunked"))
            return malformed("a Transfer-Encoding other than chunked");
        chunked_ = true;
    } else if (ascii::same(name, "connection")) {
        close_ = close_ || ascii::same(value, "close");
    } else if (ascii::same(name, "content-type")) {
        content_type_ = std::string(value);
    }
    return {};
}

Result<> HttpAnswer::begin_body() {
    if (!status_seen_) return malformed("no HTTP/1.1 status line");
    if (status_ == 101) {
        if (!form_.may_switch) return malformed("the protocol was switched unasked");
        state_ = State::until_end;
        return {};
    }
    if (status_ < 200) {  // an interim answer: the real one follows
        status_seen_ = has_length_ = chunked_ = false;
        content_type_.clear();
        return {};
    }
    if (chunked_ && has_length_) return malformed("both Content-Length and Transfer-Encoding");
    if (!form_.has_body || status_ == 204 || status_ == 304)
        state_ = State::complete;
    else if (chunked_)
        state_ = State::chunk_size;
    else if (has_length_)
        state_ = rest_ == 0 ? State::complete : State::sized;
    else
        state_ = State::until_end;
    return {};
}

Result<> HttpAnswer::take_line_of_chunks(std::string_view line) {
    if (state_ == State::chunk_end) {
        if (!line.empty()) return malformed("a chunk longer than its size");
        state_ = State::chunk_size;
        return {};
    }
    if (state_ == State::trailer) {
        if (line.empty()) state_ = State::complete;
        if (++rest_ > 100) return malformed("more than 100 trailers");
        return {};
    }
    const auto size = length_of(trimmed(line.substr(0, line.find(';'))), 16);
    if (!size) return malformed("bad size of a chunk");
    rest_ = *size;
    state_ = rest_ == 0 ? State::trailer : State::chunk_data;
    return {};
}

void HttpAnswer::give(std::string_view& bytes, const Sink& sink) {
    std::size_t length = bytes.size();
    if (state_ != State::until_end) length = static_cast<std::size_t>(std::min<std::uint64_t>(length, rest_));
    const bool go_on = sink(bytes.substr(0, length));
    bytes.remove_prefix(length);
    if (state_ != State::until_end && (rest_ -= length) == 0)
        state_ = state_ == State::sized ? State::complete : State::chunk_end;
    if (!go_on) state_ = State::stopped;
}

}  // namespace mcpm
