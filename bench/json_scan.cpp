// Scan + splice of one message against nlohmann parse + dump, in one run, as a ratio.
//   g++ -std=c++20 -O2 -I. bench/json_scan.cpp common/json_scan.cpp common/json_cursor.cpp -o json_scan
//   && ./json_scan
#include "common/json_scan.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>

namespace {

std::string message_of(std::size_t size) {
    std::string text;
    while (text.size() < size) text += "The quick brown fox jumps over the lazy dog, line 17.\\n";
    return R"({"jsonrpc":"2.0","id":17,"method":"tools/call","params":{"name":"echo","arguments":{"message":")" +
           text.substr(0, size > 130 ? size / 55 * 55 - 110 : 0) + R"("},"_meta":{"progressToken":4}}})";
}

std::size_t rewrite(const std::string& message) {
    const auto scan = mcpm::mcp::scan_message(message);
    const std::array edits{mcpm::mcp::replace(message, scan.id, "123456"),
                           mcpm::mcp::replace(message, scan.meta_token, "123456")};
    return mcpm::mcp::splice(message, edits, mcpm::mcp::Newlines::keep).size();
}

std::size_t rebuild(const std::string& message) {
    auto json = nlohmann::json::parse(message);
    json["id"] = 123456;
    json["params"]["_meta"]["progressToken"] = 123456;
    return json.dump().size();
}

template <typename Work>
double microseconds(const Work& work, int rounds) {
    double best = 1e9;
    std::size_t sum = 0;
    for (int attempt = 0; attempt < 7; ++attempt) {
        const auto from = std::chrono::steady_clock::now();
        for (int i = 0; i < rounds; ++i) sum += work();
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - from;
        best = std::min(best, took.count() / rounds);
    }
    if (sum == 0) std::puts("nothing was done");
    return best;
}

}  // namespace

int main() {
    std::puts("bytes     scan+splice us   nlohmann us   ratio");
    for (const std::size_t size : {200u, 4096u, 102400u}) {
        const std::string message = message_of(size);
        const int rounds = static_cast<int>(20'000'000 / size) / 20 + 1;
        const double ours = microseconds([&] { return rewrite(message); }, rounds * 10);
        const double theirs = microseconds([&] { return rebuild(message); }, rounds);
        std::printf("%7zu %14.3f %14.2f %8.1fx\n", message.size(), ours, theirs, theirs / ours);
    }
}
