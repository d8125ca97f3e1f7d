// A stdio MCP server that costs next to nothing: one tool, `echo`, that gives back its message. Answers
// everything of one read in one write.
#include <unistd.h>

#include <string>

#include "bench/mcp_scan.hpp"

namespace {

constexpr std::string_view initialized =
    R"({"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"echo","version":"1"}})";
constexpr std::string_view tools =
    R"({"tools":[{"name":"echo","inputSchema":{"type":"object","properties":{"message":{"type":"string"}}}}]})";

void answer(std::string& out, std::string_view line) {
    const Found found = look(line);
    if (found.id.empty() || found.method.empty()) return;
    out.append(R"({"jsonrpc":"2.0","id":)").append(found.id);
    if (found.method == R"("tools/call")") {
        constexpr std::string_view key = R"("message":)";
        const auto at = line.find(key);
        const char* const from = line.data() + (at == line.npos ? line.size() : at + key.size());
        const char* const end = line.data() + line.size();
        out.append(R"(,"result":{"content":[{"type":"text","text":)")
            .append(from, from < end ? past_string(from, end) : from)
            .append("}]}}\n");
    } else if (found.method == R"("initialize")") {
        out.append(R"(,"result":)").append(initialized).append("}\n");
    } else if (found.method == R"("tools/list")") {
        out.append(R"(,"result":)").append(tools).append("}\n");
    } else if (found.method == R"("ping")") {
        out.append(",\"result\":{}}\n");
    } else {
        out.append(",\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}\n");
    }
}

bool write_all(std::string& out) {
    std::string_view rest = out;
    while (!rest.empty()) {
        const ssize_t count = ::write(1, rest.data(), rest.size());
        if (count <= 0) return false;
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
    out.clear();
    return true;
}

}  // namespace

int main() {
    std::string in, out;
    static char piece[256 << 10];
    for (;;) {
        const ssize_t count = ::read(0, piece, sizeof(piece));
        if (count <= 0) return 0;
        in.append(piece, static_cast<std::size_t>(count));
        std::size_t from = 0;
        for (auto newline = in.find('\n', in.size() - static_cast<std::size_t>(count)); newline != in.npos;
             newline = in.find('\n', from)) {
            answer(out, std::string_view(in).substr(from, newline - from));
            from = newline + 1;
        }
        in.erase(0, from);
        if (!write_all(out)) return 0;
    }
}
