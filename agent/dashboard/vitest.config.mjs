export default {
    test: { include: ["test/**/*.test.ts"], environment: "node" },
    resolve: { preserveSymlinks: true },
    esbuild: { jsx: "automatic", jsxImportSource: "preact" },
};
