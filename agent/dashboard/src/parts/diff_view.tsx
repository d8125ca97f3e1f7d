import { diffLines, hunks } from "./diff";

const marks = { same: "  ", add: "+ ", del: "- " };

export function DiffView({ before, after }: { before: string; after: string }) {
    return (
        <pre class="code-box" data-testid="diff">
            {hunks(diffLines(before, after)).map((line, index) =>
                line ? (
                    <div key={index} class={line.kind === "same" ? "" : `diff-${line.kind}`}>
                        {marks[line.kind]}
                        {line.text}
                    </div>
                ) : (
                    <div key={index} class="muted">
                        …
                    </div>
                ),
            )}
        </pre>
    );
}
