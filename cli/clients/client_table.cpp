#include "cli/clients/client_table.hpp"

#include "common/suggest.hpp"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

namespace mcpm::cli {

namespace {

// clang-format off
constexpr EntryForm plain{"command", "args", "", "url", "headers"};
constexpr EntryForm stdio_only{"command", "args", ""};
constexpr EntryForm typed{"command", "args", R"({"type": "stdio"})", "url", "headers", R"({"type": "http"})"};
constexpr EntryForm http_typed{"command", "args", "", "url", "headers", R"({"type": "http"})"};
constexpr EntryForm server_url{"command", "args", "", "serverUrl", "headers"};
constexpr EntryForm http_url{"command", "args", "", "httpUrl", "headers"};
constexpr EntryForm cline_form{"command", "args", "", "url", "headers", R"({"type": "streamableHttp"})"};
constexpr EntryForm kilo_form{"command", "args", "", "url", "headers", R"({"type": "streamable-http"})"};
constexpr EntryForm copilot_form{"command", "args", R"({"type": "local", "tools": ["*"]})", "url", "headers", R"({"type": "http", "tools": ["*"]})"};
constexpr EntryForm opencode_form{"command", "", R"({"type": "local", "enabled": true})", "url", "headers", R"({"type": "remote", "enabled": true})"};
constexpr EntryForm opencode_newer{"command", "", R"({"type": "local"})", "url", "headers", R"({"type": "remote"})"};
constexpr EntryForm continue_form{"command", "args", "", "", "", "", true};
constexpr EntryForm goose_form{"cmd", "args", R"({"type": "stdio", "enabled": true, "timeout": 300})", "uri", "headers", R"({"type": "streamable_http", "enabled": true, "timeout": 300})", true};
constexpr EntryForm codex_form{"command", "args", "", "url", "http_headers"};
constexpr EntryForm vibe_form{"command", "args", R"({"transport": "stdio"})", "url", "headers", R"({"transport": "streamable-http"})", true};

constexpr Layout std_layout{"mcpServers", Keyed::by_key, &plain};
constexpr Layout shim_layout{"mcpServers", Keyed::by_key, &stdio_only};
constexpr Layout typed_layout{"mcpServers", Keyed::by_key, &typed};
constexpr Layout http_layout{"mcpServers", Keyed::by_key, &http_typed};
constexpr Layout server_url_layout{"mcpServers", Keyed::by_key, &server_url};
constexpr Layout gemini_layout{"mcpServers", Keyed::by_key, &http_url};
constexpr Layout cline_layout{"mcpServers", Keyed::by_key, &cline_form};
constexpr Layout kilo_layout{"mcpServers", Keyed::by_key, &kilo_form};
constexpr Layout copilot_layout{"mcpServers", Keyed::by_key, &copilot_form};
constexpr Layout vscode_layout{"servers", Keyed::by_key, &typed};
constexpr Layout zed_layout{"context_servers", Keyed::by_key, &plain};
constexpr Layout amp_layout{"amp.mcpServers", Keyed::by_key, &plain};
constexpr Layout crush_layout{"mcp", Keyed::by_key, &typed};
constexpr Layout opencode_layout{"mcp", Keyed::by_key, &opencode_form};
constexpr Layout opencode_newer_layout{"mcp/servers", Keyed::by_key, &opencode_newer};
constexpr Layout continue_layout{"mcpServers", Keyed::by_name, &continue_form};
constexpr Layout goose_layout{"extensions", Keyed::by_key, &goose_form};
constexpr Layout codex_layout{"mcp_servers", Keyed::by_key, &codex_form};
constexpr Layout grok_layout{"mcp_servers", Keyed::by_key, &plain};
constexpr Layout vibe_layout{"mcp_servers", Keyed::by_name, &vibe_form};

constexpr std::array claude_desktop{ClientFile{"$config/Claude/claude_desktop_config.json", &shim_layout}, ClientFile{"$config/claude/claude_desktop_config.json", &shim_layout}};
constexpr std::array claude_code{ClientFile{"${CLAUDE_CONFIG_DIR:-~}/.claude.json", &typed_layout}};
constexpr std::array cursor{ClientFile{"~/.cursor/mcp.json", &std_layout}};
constexpr std::array vscode{ClientFile{"$config/Code/User/mcp.json", &vscode_layout}, ClientFile{"~/.vscode-server/data/User/mcp.json", &vscode_layout}};
constexpr std::array vscode_insiders{ClientFile{"$config/Code - Insiders/User/mcp.json", &vscode_layout}};
constexpr std::array windsurf{ClientFile{"~/.codeium/windsurf/mcp_config.json", &server_url_layout}, ClientFile{"~/.codeium/mcp_config.json", &server_url_layout}};
constexpr std::array devin{ClientFile{"$config/devin/mcp_config.json", &std_layout}};
constexpr std::array zed{ClientFile{"~/.config/zed/settings.json", &zed_layout}};
constexpr std::array cline{ClientFile{"$config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json", &cline_layout}, ClientFile{"${CLINE_DIR:-~/.cline}/data/settings/cline_mcp_settings.json", &cline_layout}};
constexpr std::array roo{ClientFile{"$config/Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json", &kilo_layout}};
constexpr std::array kilo{ClientFile{"~/.kilocode/cli/global/settings/mcp_settings.json", &kilo_layout}, ClientFile{"$config/kilo/kilo.json", &opencode_layout}};
constexpr std::array continue_files{ClientFile{"~/.continue/config.yaml", &continue_layout}};
constexpr std::array codex{ClientFile{"${CODEX_HOME:-~/.codex}/config.toml", &codex_layout}};
constexpr std::array gemini{ClientFile{"~/.gemini/settings.json", &gemini_layout}};
constexpr std::array antigravity{ClientFile{"~/.gemini/config/mcp_config.json", &shim_layout}, ClientFile{"~/.gemini/antigravity-cli/mcp_config.json", &shim_layout}, ClientFile{"~/.gemini/antigravity/mcp_config.json", &shim_layout}};
constexpr std::array goose{ClientFile{"$config/goose/config.yaml", &goose_layout}};
constexpr std::array opencode{ClientFile{"~/.config/opencode/opencode.jsonc", &opencode_layout}, ClientFile{"~/.config/opencode/opencode.json", &opencode_layout}};
constexpr std::array amazon_q{ClientFile{"~/.aws/amazonq/agents/default.json", &http_layout}, ClientFile{"~/.aws/amazonq/mcp.json", &http_layout}};
constexpr std::array kiro{ClientFile{"~/.kiro/settings/mcp.json", &std_layout}};
constexpr std::array junie{ClientFile{"~/.junie/mcp/mcp.json", &shim_layout}};
constexpr std::array copilot_jetbrains{ClientFile{"$config/github-copilot/intellij/mcp.json", &vscode_layout}};
constexpr std::array copilot{ClientFile{"${COPILOT_HOME:-~/.copilot}/mcp-config.json", &copilot_layout}};
constexpr std::array lm_studio{ClientFile{"~/.lmstudio/mcp.json", &std_layout}, ClientFile{"~/.cache/lm-studio/mcp.json", &std_layout}};
constexpr std::array amp{ClientFile{"$config/amp/settings.json", &amp_layout}};
constexpr std::array warp{ClientFile{"~/.warp/.mcp.json", &std_layout}};
constexpr std::array trae{ClientFile{"$config/Trae/User/mcp.json", &std_layout}};
constexpr std::array crush{ClientFile{"$config/crush/crush.json", &crush_layout}};
constexpr std::array droid{ClientFile{"~/.factory/mcp.json", &http_layout}};
constexpr std::array kimi{ClientFile{"~/.kimi/mcp.json", &std_layout}, ClientFile{"~/.kimi-code/mcp.json", &std_layout}};
constexpr std::array qoder{ClientFile{"~/.qoder/settings.json", &std_layout}, ClientFile{"~/.qoder/mcp.json", &std_layout}, ClientFile{"$config/Qoder/User/mcp.json", &std_layout}};
constexpr std::array vibe{ClientFile{"${VIBE_HOME:-~/.vibe}/config.toml", &vibe_layout}};
constexpr std::array grok{ClientFile{"~/.grok/config.toml", &grok_layout}};

using enum DocumentFormat;
constexpr std::array table{
    ClientRow{"claude-desktop", "Claude Desktop", jsonc, claude_desktop, "", nullptr, 0, 64},
    ClientRow{"claude-code", "Claude Code", jsonc, claude_code, ".mcp.json", nullptr, 0, 57},
    ClientRow{"cursor", "Cursor", jsonc, cursor, ".cursor/mcp.json", nullptr, 0, 60},
    ClientRow{"vscode", "VS Code", jsonc, vscode, ".vscode/mcp.json", nullptr, 128, 64},
    ClientRow{"vscode-insiders", "VS Code Insiders", jsonc, vscode_insiders, ".vscode/mcp.json", nullptr, 128, 64},
    ClientRow{"codex", "Codex", toml, codex, ".codex/config.toml", nullptr, 0, 64},
    ClientRow{"copilot", "Copilot CLI", jsonc, copilot, ".mcp.json", nullptr, 128, 64},
    ClientRow{"copilot-jetbrains", "Copilot in JetBrains", jsonc, copilot_jetbrains, "", nullptr, 128, 64},
    ClientRow{"gemini", "Gemini CLI", jsonc, gemini, ".gemini/settings.json", nullptr, 0, 64, Offered::existing},
    ClientRow{"antigravity", "Antigravity", jsonc, antigravity, ".agents/mcp_config.json", nullptr, 0, 64},
    ClientRow{"opencode", "opencode", jsonc, opencode, "opencode.json", &opencode_newer_layout, 0, 64},
    ClientRow{"goose", "Goose", yaml, goose, "", nullptr, 0, 64},
    ClientRow{"zed", "Zed", jsonc, zed, ".zed/settings.json", nullptr, 0, 64},
    ClientRow{"windsurf", "Windsurf", jsonc, windsurf, "", nullptr, 0, 64, Offered::existing},
    ClientRow{"devin", "Devin Desktop", jsonc, devin, ".devin/mcp_config.json", nullptr, 0, 64},
    ClientRow{"cline", "Cline", jsonc, cline, "", nullptr, 0, 64},
    ClientRow{"roo", "Roo Code", jsonc, roo, "", nullptr, 0, 64, Offered::existing, "2026-05"},
    ClientRow{"kilo", "Kilo", jsonc, kilo, ".kilocode/mcp.json", nullptr, 0, 64, Offered::existing},
    ClientRow{"continue", "Continue", yaml, continue_files, "", nullptr, 0, 64},
    ClientRow{"amazon-q", "Amazon Q", jsonc, amazon_q, ".amazonq/mcp.json", nullptr, 0, 64},
    ClientRow{"kiro", "Kiro", jsonc, kiro, ".kiro/settings/mcp.json", nullptr, 0, 64},
    ClientRow{"junie", "Junie", jsonc, junie, ".junie/mcp/mcp.json", nullptr, 0, 64},
    ClientRow{"lm-studio", "LM Studio", jsonc, lm_studio, "", nullptr, 0, 64},
    ClientRow{"amp", "Amp", jsonc, amp, "", nullptr, 0, 64},
    ClientRow{"warp", "Warp", jsonc, warp, "", nullptr, 0, 64},
    ClientRow{"trae", "Trae", jsonc, trae, "", nullptr, 0, 64},
    ClientRow{"crush", "Crush", jsonc, crush, ".crush.json", nullptr, 0, 64},
    ClientRow{"droid", "Factory Droid", jsonc, droid, "", nullptr, 0, 64},
    ClientRow{"kimi", "Kimi", jsonc, kimi, "", nullptr, 0, 64},
    ClientRow{"qoder", "Qoder", jsonc, qoder, "", nullptr, 0, 64, Offered::existing},
    ClientRow{"vibe", "Mistral Vibe", toml, vibe, "", nullptr, 0, 64},
    ClientRow{"grok", "Grok Build", toml, grok, "", nullptr, 0, 64},
};
// clang-format on

std::string value_of(const Environment& environment, const char* name) {
    return environment(name).value_or("");
}

}  // namespace

std::span<const ClientRow> all_clients() {
    return table;
}

std::string_view program_of(std::string_view id) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 12> programs{{
        {"claude-code", "claude"},
        {"cursor", "cursor"},
        {"vscode", "code"},
        {"vscode-insiders", "code-insiders"},
        {"codex", "codex"},
        {"gemini", "gemini"},
        {"antigravity", "antigravity"},
        {"opencode", "opencode"},
        {"zed", "zeditor"},
        {"windsurf", "windsurf"},
        {"kiro", "kiro"},
        {"crush", "crush"},
    }};
    const auto* const found =
        std::find_if(programs.begin(), programs.end(), [&](const auto& row) { return row.first == id; });
    return found == programs.end() ? std::string_view() : found->second;
}

Result<const ClientRow*> client_named(std::string_view id) {
    std::vector<std::string_view> ids;
    for (const ClientRow& client : table) {
        if (client.id == id) return &client;
        ids.push_back(client.id);
    }
    return Error{ErrorCode::not_found,
                 "no AI client '" + std::string(id) + "'" + did_you_mean(id, ids),
                 {},
                 "`mcpm client list --all` lists all that are known"};
}

std::filesystem::path expand_client_path(std::string_view path, const Environment& environment) {
    const std::string home = value_of(environment, "HOME");
    if (path.starts_with("${")) {
        const std::size_t end = path.find('}');
        const std::size_t parts = path.find(":-");
        const std::string value = value_of(environment, std::string(path.substr(2, parts - 2)).c_str());
        const std::string rest(path.substr(end + 1));
        if (value.starts_with('/')) return value + rest;
        return expand_client_path(std::string(path.substr(parts + 2, end - parts - 2)) + rest, environment);
    }
    if (path.starts_with("$config/")) {
        const std::string config = value_of(environment, "XDG_CONFIG_HOME");
        if (config.starts_with('/')) return config + std::string(path.substr(7));
        return home.empty() ? "" : home + "/.config" + std::string(path.substr(7));
    }
    return home.empty() ? "" : home + std::string(path.substr(1));
}

ClientPlace place_of(const ClientRow& client, const Environment& environment) {
    std::vector<ClientPlace> places;
    std::error_code ignored;
    for (const ClientFile& file : client.files) {
        ClientPlace place{expand_client_path(file.path, environment), file.layout};
        place.exists = std::filesystem::exists(std::filesystem::symlink_status(place.file, ignored));
        if (place.exists) return place;
        places.push_back(std::move(place));
    }
    for (const ClientPlace& place : places) {
        if (std::filesystem::is_directory(place.file.parent_path(), ignored)) return place;
    }
    return places.front();
}

const Layout& layout_in(const ClientRow& client, const Layout& otherwise, const DocumentNode& root) {
    if (client.newer == nullptr) return otherwise;
    const DocumentNode* const found = root.find(entry_place(*client.newer, "").path);
    // An entry of the older layout may be called the same.
    const bool is_newer = found != nullptr && found->is_map() && found->find("type") == nullptr;
    return is_newer ? *client.newer : otherwise;
}

EntryPlace entry_place(const Layout& layout, std::string name) {
    EntryPlace place;
    place.name = std::move(name);
    place.keyed = layout.keyed;
    for (std::string_view rest = layout.place; !rest.empty();) {
        const std::size_t slash = std::min(rest.find('/'), rest.size());
        place.path.emplace_back(rest.substr(0, slash));
        rest.remove_prefix(std::min(slash + 1, rest.size()));
    }
    return place;
}

}  // namespace mcpm::cli
