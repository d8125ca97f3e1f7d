#include "agent/logs/record_builder.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace mcpm;

namespace {

constexpr LogTime some_time{std::chrono::seconds(1763835591)};

struct Built {
    std::vector<std::string> records;  // tag and text
    RecordCounts counts;
    std::string carry;
};

/// Feeds the pieces one after another, each with its own builder, as capture does.
Built build(const std::vector<std::string>& pieces, bool finish = true) {
    Built built;
    std::vector<char> buffer(RecordBuilder<int>::minimum_buffer);
    bool in_fragment = false;
    const auto take = [&](std::string_view records, const RecordCounts& counts) {
        built.counts.records += counts.records;
        built.counts.lines += counts.lines;
        built.counts.bytes += counts.bytes;
        while (!records.empty()) {
            const std::size_t end = records.find('\n');
            REQUIRE(end != records.npos);
            const auto record = parse_log_record(records.substr(0, end));
            REQUIRE(record);
            built.records.push_back((record->partial ? "P:" : "F:") + std::string(record->text));
            records.remove_prefix(end + 1);
        }
    };
    for (std::size_t i = 0; i <= pieces.size(); ++i) {
        RecordBuilder builder(buffer, some_time, LogStream::error_output, take);
        builder.set_in_fragment(in_fragment);
        if (i < pieces.size()) {
            builder.feed(pieces[i], built.carry);
        } else if (finish) {
            builder.finish(built.carry);
        }
        builder.flush();
        in_fragment = builder.in_fragment();
    }
    return built;
}

}  // namespace

TEST_CASE("Lines are cut at newlines, and CRLF counts as one") {
    const Built built = build({"one\ntwo\r\n\nlone\rcarriage\n"});
    CHECK(built.records == std::vector<std::string>{"F:one", "F:two", "F:", "F:lone\rcarriage"});
    CHECK(built.counts.lines == 4);
}

TEST_CASE("A line that comes in pieces is one record, wherever it is cut") {
    const std::string text = "first line\r\nsecond\n";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        CAPTURE(cut);
        const Built built = build({text.substr(0, cut), text.substr(cut)});
        CHECK(built.records == std::vector<std::string>{"F:first line", "F:second"});
    }
}

TEST_CASE("A line of exactly the limit is whole, one byte more makes a fragment") {
    const std::string full(RecordBuilder<int>::line_limit, 'x');
    CHECK(build({full + "\n"}).records == std::vector<std::string>{"F:" + full});
    CHECK(build({full, "\n"}).records == std::vector<std::string>{"F:" + full});
    CHECK(build({full, "\r\n"}).records.back().find('\r') == std::string::npos);
    CHECK(build({full + "y\n"}).records == std::vector<std::string>{"P:" + full, "F:y"});
    CHECK(build({full, "y\n"}).records == std::vector<std::string>{"P:" + full, "F:y"});
}

TEST_CASE("A flood without a newline needs no more memory than one line") {
    const std::string flood(1 << 20, 'x');
    const Built built = build({flood, flood}, false);
    CHECK(built.records.size() == 2 * (1 << 20) / RecordBuilder<int>::line_limit - 1);
    CHECK(built.carry.size() <= RecordBuilder<int>::line_limit);
    CHECK(built.records.back().starts_with("P:"));
}

TEST_CASE("The end of input ends the unfinished line, also one whose fragments are written") {
    CHECK(build({"unfinished"}).records == std::vector<std::string>{"F:unfinished"});
    CHECK(build({"whole\n"}).records == std::vector<std::string>{"F:whole"});
    const std::string full(RecordBuilder<int>::line_limit, 'x');
    CHECK(build({full + "y"}).records == std::vector<std::string>{"P:" + full, "F:y"});
}

TEST_CASE("Bytes are kept as they are") {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        if (i != '\n' && i != '\r') bytes += static_cast<char>(i);
    }
    CHECK(build({bytes + "\n"}).records == std::vector<std::string>{"F:" + bytes});
}

TEST_CASE("Counts are those of the text, newlines included") {
    const Built built = build({"ab\ncd\n"});
    CHECK(built.counts.bytes == 6);
    CHECK(built.counts.records == 2);
}
