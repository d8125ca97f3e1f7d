// Bundles the page and writes it as one C++ source with one file of bytes behind it.
//   node build.mjs OUT_FOLDER        OUT_FOLDER/node_modules has what package.json names
// OUT_FOLDER/page     the files as they are served     OUT_FOLDER/assets.cpp, blob-HASH.bin     what is compiled in
// OUT_FOLDER/licences.txt     the licences of everything that is bundled
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? "dist");
const modules = join(out, "node_modules");
const page = join(out, "page");
const esbuild = createRequire(join(modules, "x.js"))("esbuild");

const types = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
};
const firstViewLimit = 60_000;
const wholeLimit = 100_000;

/** Pages are small and alike: those that come later come in one file, which is much smaller than one for each. Both files import what the
 *  first view has, so that that is one file, too, and not one for each pair of them. */
const together = {
    name: "pages together",
    setup(build) {
        const table = join(here, "src/pages.tsx");
        const own = "./server/page"; // large, and has its charts and logs to itself
        const found = [];
        build.onLoad({ filter: /src[\\/]pages[.]tsx$/ }, () => {
            const contents = readFileSync(table, "utf8").replace(/import\("([^"]+)"\)/g, (_, path) => {
                if (path === own) return 'import("page-of-server")';
                found.push(path);
                return `import("pages-together").then((all) => ({ default: all.page${found.length - 1} }))`;
            });
            return { contents, loader: "tsx", resolveDir: dirname(table) };
        });
        build.onResolve({ filter: /^(pages-together|page-of-server)$/ }, ({ path }) => ({ path, namespace: "pages" }));
        build.onLoad({ filter: /./, namespace: "pages" }, ({ path }) => ({
            contents: [
                'import "./app";',
                ...(path === "page-of-server"
                    ? [`export { default } from "${own}";`]
                    : found.map((page, index) => `export { default as page${index} } from "${page}";`)),
            ].join("\n"),
            resolveDir: dirname(table),
        }));
    },
};

const hashOf = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function bundle() {
    rmSync(page, { recursive: true, force: true });
    mkdirSync(join(page, "assets"), { recursive: true });
    const common = {
        bundle: true,
        minify: true,
        outdir: join(page, "assets"),
        entryNames: "[name]-[hash]",
        chunkNames: "[name]-[hash]",
        target: ["chrome111", "firefox115", "safari16.4"],
        nodePaths: [modules],
        metafile: true,
        legalComments: "none",
        logLevel: "warning",
        jsx: "automatic",
        jsxImportSource: "preact",
        alias: { react: "preact/compat", "react-dom": "preact/compat" },
    };
    const main = await esbuild.build({
        ...common,
        entryPoints: [join(here, "src/main.tsx")],
        format: "esm",
        splitting: true,
        plugins: [together],
    });
    const theme = await esbuild.build({ ...common, entryPoints: [join(here, "src/theme_first.ts")], format: "iife" });
    return { main: main.metafile, theme: theme.metafile };
}

/** The packages whose code is in the bundle, with their licences. */
function licences(metafile) {
    const roots = new Set();
    for (const input of Object.keys(metafile.inputs)) {
        const at = input.lastIndexOf("node_modules/");
        if (at < 0) continue;
        const parts = input.slice(at + "node_modules/".length).split("/");
        roots.add(parts[0].startsWith("@") ? `${parts[0]}/${parts[1]}` : parts[0]);
    }
    return [...roots].sort().map((name) => {
        const folder = join(modules, name);
        const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
        const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)/i.test(each));
        const text = file ? readFileSync(join(folder, file), "utf8").trim() : "";
        const head = `${name} ${about.version} (${about.license ?? "see below"})`;
        return `${head}\n${"-".repeat(head.length)}\n${text || about.homepage || ""}\n`;
    });
}

function entryOf(metafile, source, extension) {
    const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint?.endsWith(source));
    const file = extension === ".css" ? found[1].cssBundle : found[0];
    return `assets/${basename(file)}`;
}

function writePage({ main, theme }) {
    const icon = readFileSync(join(here, "icon.svg"));
    const iconPath = `assets/icon-${hashOf(icon).slice(0, 8)}.svg`;
    writeFileSync(join(page, iconPath), icon);
    const names = {
        "%ICON%": iconPath,
        "%THEME%": entryOf(theme, "theme_first.ts", ".js"),
        "%STYLE%": entryOf(main, "main.tsx", ".css"),
        "%MAIN%": entryOf(main, "main.tsx", ".js"),
    };
    const text = licences(main).join("\n");
    const licencesPath = `assets/licences-${hashOf(text).slice(0, 8)}.txt`;
    writeFileSync(join(page, licencesPath), text);
    writeFileSync(join(out, "licences.txt"), text);
    names["%LICENCES%"] = licencesPath;
    const first = firstView(main, [names["%MAIN%"]]);
    const chunks = [...first].filter((each) => each !== names["%MAIN%"]);
    // What a page that comes later needs beside it: theme_first.ts asks for it while main is still on its way.
    for (const [mark, source] of [
        ["%SERVER%", "pages:page-of-server"],
        ["%PAGE%", "pages:pages-together"],
    ]) {
        const needed = [...firstView(main, [entryOf(main, source, ".js")])].filter((each) => !first.has(each));
        names[mark] = needed.map((each) => basename(each)).join(" ");
    }
    names["%CHUNKS%"] = chunks.map((each) => `<link rel="modulepreload" href="/${each}">`).join("\n");
    let html = readFileSync(join(here, "index.html"), "utf8");
    for (const [mark, name] of Object.entries(names)) html = html.replace(mark, name);
    writeFileSync(join(page, "index.html"), html);
    return [names["%THEME%"], names["%STYLE%"], names["%MAIN%"], "index.html"];
}

/** What a browser fetches before it shows the first page: the entry and what that imports at once. */
function firstView(main, files) {
    const seen = new Set(files);
    const visit = (name) => {
        const output = Object.entries(main.outputs).find(([path]) => path.endsWith(`/${basename(name)}`))?.[1];
        for (const { path, kind } of output?.imports ?? []) {
            const next = `assets/${basename(path)}`;
            if (kind === "import-statement" && !seen.has(next)) {
                seen.add(next);
                visit(next);
            }
        }
    };
    for (const file of files) visit(file);
    return seen;
}

function filesBelow(folder) {
    return readdirSync(folder, { withFileTypes: true })
        .flatMap((each) => (each.isDirectory() ? filesBelow(join(folder, each.name)) : [join(folder, each.name)]))
        .sort();
}

function embed() {
    const pieces = [];
    let offset = 0;
    const place = (bytes) => {
        const at = { offset, size: bytes.length };
        pieces.push(bytes);
        offset += bytes.length;
        return at;
    };
    const brotli = (bytes) =>
        brotliCompressSync(bytes, {
            params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
        });
    const assets = filesBelow(page).map((file) => {
        const bytes = readFileSync(file);
        const path = relative(page, file);
        return {
            path,
            type: types[extname(file)],
            etag: hashOf(bytes).slice(0, 20),
            identity: place(bytes),
            gzip: place(gzipSync(bytes, { level: 9 })),
            brotli: place(brotli(bytes)),
            immutable: path.startsWith("assets/"),
        };
    });
    const blob = Buffer.concat(pieces);
    for (const old of readdirSync(out)) if (/^blob-.*[.]bin$/.test(old)) rmSync(join(out, old));
    const blobPath = join(out, `blob-${hashOf(blob).slice(0, 16)}.bin`);
    writeFileSync(blobPath, blob);
    const span = ({ offset: from, size }) => `bytes(${from}, ${size})`;
    const rows = assets.map(
        (each) =>
            `        {"/${each.path}", "${each.type}", "\\"${each.etag}\\"", ${span(each.identity)},\n         ${span(each.gzip)}, ${span(each.brotli)}, ${each.immutable}},`,
    );
    const source = `// Made by agent/dashboard/build.mjs. The bytes are in a file beside it.
#include "agent/dashboard/assets.hpp"

#include <cstddef>

__asm__(
    ".section .rodata\\n"
    ".global mcpm_dashboard_blob\\n"
    ".balign 16\\n"
    "mcpm_dashboard_blob:\\n"
    ".incbin \\"${blobPath}\\"\\n"
    ".byte 0\\n"
    ".text\\n");

extern "C" const unsigned char mcpm_dashboard_blob[];

namespace mcpm::dashboard {

namespace {

std::span<const unsigned char> bytes(std::size_t offset, std::size_t size) {
    return {mcpm_dashboard_blob + offset, size};
}

}  // namespace

std::span<const Asset> assets() {
    static const Asset table[] = {
${rows.join("\n")}
    };
    return table;
}

}  // namespace mcpm::dashboard
`;
    writeFileSync(join(out, "assets.cpp"), source);
    return assets;
}

const built = await bundle();
const first = firstView(built.main, writePage(built));
const assets = embed();
const sum = (list) => list.reduce((total, each) => total + each.brotli.size, 0);
const code = assets.filter((each) => each.type !== types[".txt"]);
const sizes = { first: sum(code.filter((each) => first.has(each.path))), whole: sum(code) };
console.log(
    `dashboard: ${sizes.first} bytes for the first view, ${sizes.whole} in all (brotli), ${assets.length} files`,
);
writeFileSync(join(out, "sizes.json"), JSON.stringify(sizes));
if (sizes.first > firstViewLimit || sizes.whole > wholeLimit) {
    console.error(`dashboard: too large; at most ${firstViewLimit} for the first view and ${wholeLimit} in all`);
    process.exit(1);
}
