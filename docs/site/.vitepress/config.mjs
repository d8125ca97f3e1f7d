// The site of docs/: its pages in an order, and nothing from elsewhere (search runs in the reader's browser).
import { defineConfig } from "vitepress";

const page = (text, link) => ({ text, link });

export default defineConfig({
    title: "mcpm",
    description: "Run, watch and share MCP servers",
    base: process.env.MCPM_DOCS_BASE ?? "/",
    cleanUrls: false,
    lastUpdated: false,
    // Links that lead out of docs/ (README.md, CONTRIBUTING.md) are pages of the repository, not of the site.
    ignoreDeadLinks: false,
    vite: { build: { assetsInlineLimit: 0 } }, // each picture is a file
    themeConfig: {
        search: { provider: "local" },
        outline: [2, 3],
        nav: [page("Start", "/start"), page("Commands", "/cli"), page("API", "/api"), page("Errors", "/errors")],
        sidebar: [
            { text: "Begin", items: [page("Five minutes", "/start"), page("AI clients", "/clients"), page("Marketplace", "/marketplace"), page("The dashboard", "/tour")] },
            {
                text: "Servers",
                items: [
                    page("The servers file", "/servers-file"),
                    page("While you write one", "/developing"),
                    page("Folder and PATH", "/servers-environment"),
                    page("Containers", "/containers"),
                    page("Remote servers", "/remotes"),
                    page("Keep it in its place", "/sandbox"),
                    page("Secrets", "/secrets"),
                    page("Sharing, in short", "/sharing-short"),
                    page("Sharing", "/sharing"),
                    page("Profiles", "/profiles"),
                    page("When something is wrong", "/troubleshooting"),
                ],
            },
            {
                text: "Run it for others",
                items: [
                    page("Install", "/install"),
                    page("As a service", "/service"),
                    page("Container image", "/docker"),
                    page("Kubernetes", "/kubernetes"),
                    page("Who may call", "/access"),
                    page("Security model", "/security"),
                    page("Backup, move, upgrade", "/backup"),
                    page("Without a network", "/bundle"),
                    page("Monitoring", "/monitoring"),
                    page("Prometheus", "/metrics"),
                    page("Notices and reports", "/exports"),
                ],
            },
            {
                text: "Reference",
                items: [page("Commands", "/cli"), page("Keys of the servers file", "/servers-keys"), page("config.yaml", "/config"), page("HTTP API", "/api"), page("What the page is served", "/dashboard"), page("Causes and codes", "/errors"), page("Performance", "/performance"), page("Comparison", "/comparison"), page("How it is built", "/architecture"), page("Change it", "/contributing")],
            },
        ],
    },
});
