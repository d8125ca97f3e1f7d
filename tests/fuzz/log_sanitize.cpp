// Whatever a server writes, what is shown holds no control character but tab and, where colour is kept, SGR.
#include "common/log_format.hpp"
#include "common/log_reader.hpp"
#include "common/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace mcpm;

namespace {

void check(std::string_view shown, Ansi ansi) {
    while (!shown.empty()) {
        const CodePoint code = decode_utf8(shown);
        if (code.bytes == 0) std::abort();
        if (code.value == 0x1b && ansi == Ansi::keep_colour) {
            const std::size_t end = shown.find_first_not_of("0123456789;:", 2);
            if (shown.substr(1, 1) != "[" || end == shown.npos || shown[end] != 'm') std::abort();
        } else if (is_control(code.value) && code.value != '\t') {
            std::abort();
        }
        shown.remove_prefix(code.bytes);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    LogLine line;
    line.text = {reinterpret_cast<const char*>(bytes), size};
    for (const Ansi ansi : {Ansi::keep_colour, Ansi::strip}) {
        std::string shown;
        append_sanitized(shown, line.text, ansi);
        check(shown, ansi);
        for (const LogForm form : {LogForm::text, LogForm::full, LogForm::json_lines}) {
            shown.clear();
            append_line(shown, line, form, ansi);
            if (shown.empty() || shown.back() != '\n') std::abort();
            shown.pop_back();
            check(shown, form == LogForm::json_lines ? Ansi::strip : ansi);
        }
    }
    return 0;
}
