// The child of the log benchmarks: writes BYTES bytes of 100-byte lines to standard output, "block" 64 KiB at
// a time or "line" one write() a line; one line in a million has a needle.
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace {
void write_all(const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t written = ::write(1, data, size);
        if (written <= 0) std::_Exit(1);
        data += written;
        size -= static_cast<std::size_t>(written);
    }
}
}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    const bool block = std::strcmp(argv[1], "block") == 0;
    const long long budget = std::atoll(argv[2]);
    const std::string line =
        "the quick brown fox jumps over the lazy dog and writes a line of one hundred bytes about it, "
        "quickly\n";
    std::string needle = line;
    needle.replace(10, 17, "needle-in-the-hay");
    std::string buffer;
    long long written = 0;
    for (long long number = 0; written < budget; ++number) {
        const std::string& text = number % 1000000 == 500000 ? needle : line;
        written += static_cast<long long>(text.size());
        if (!block) {
            write_all(text.data(), text.size());
            continue;
        }
        buffer += text;
        if (buffer.size() >= 65536) {
            write_all(buffer.data(), buffer.size());
            buffer.clear();
        }
    }
    write_all(buffer.data(), buffer.size());
}
