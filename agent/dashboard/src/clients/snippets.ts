// The exact words for each AI client. Pure.
export interface Reach {
    kind: "all" | "server" | "profile";
    name: string;
}

export interface Client {
    id: string;
    name: string;
    file: string;
    snippet: (reach: Reach) => string;
}

export function connectArguments({ kind, name }: Reach): string[] {
    if (kind === "server") return ["connect", name];
    return kind === "profile" ? ["connect", "--profile", name] : ["connect"];
}

export function mcpPath({ kind, name }: Reach): string {
    if (kind === "server") return `/mcp/${encodeURIComponent(name)}`;
    return kind === "profile" ? `/mcp/p/${encodeURIComponent(name)}` : "/mcp";
}

export function keyOf({ kind, name }: Reach): string {
    return kind === "all" ? "mcpm" : `mcpm-${name.replace(/[^\w-]+/g, "-")}`;
}

function json(root: string, reach: Reach, more: Record<string, unknown> = {}): string {
    return JSON.stringify(
        { [root]: { [keyOf(reach)]: { ...more, command: "mcpm", args: connectArguments(reach) } } },
        null,
        2,
    );
}

function toml(reach: Reach): string {
    return `[mcp_servers.${keyOf(reach)}]\ncommand = "mcpm"\nargs = ${JSON.stringify(connectArguments(reach))}`;
}

export const clients: readonly Client[] = [
    {
        id: "claude-desktop",
        name: "Claude Desktop",
        file: "claude_desktop_config.json",
        snippet: (reach) => json("mcpServers", reach),
    },
    {
        id: "claude-code",
        name: "Claude Code",
        file: ".mcp.json",
        snippet: (reach) => json("mcpServers", reach, { type: "stdio" }),
    },
    { id: "cursor", name: "Cursor", file: "~/.cursor/mcp.json", snippet: (reach) => json("mcpServers", reach) },
    {
        id: "vscode",
        name: "VS Code",
        file: ".vscode/mcp.json",
        snippet: (reach) => json("servers", reach, { type: "stdio" }),
    },
    { id: "codex", name: "Codex", file: "~/.codex/config.toml", snippet: toml },
    {
        id: "gemini",
        name: "Gemini CLI",
        file: "~/.gemini/settings.json",
        snippet: (reach) => json("mcpServers", reach),
    },
    {
        id: "zed",
        name: "Zed",
        file: "~/.config/zed/settings.json",
        snippet: (reach) => json("context_servers", reach, { source: "custom" }),
    },
];
