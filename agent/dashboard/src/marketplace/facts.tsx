// What is known of a template or an entry before it is set up: what it needs to start, what was measured, its licence.
import type { Template } from "../api/types";
import { bytes } from "../parts/format";
import { t } from "../texts";

/** What was measured when it was last tried, a word each; empty for what nobody here has tried. */
export function badgesOf(template: Template): string[] {
    const { tools, tokens, memoryBytes, revision, date } = template.measured ?? {};
    return [
        tools !== undefined && t.marketplace.tools(tools, tokens ?? 0),
        memoryBytes !== undefined && t.marketplace.memory(bytes(memoryBytes)),
        revision !== undefined && t.marketplace.revision(revision),
        date !== undefined && t.marketplace.tried(date),
    ].filter((each): each is string => each !== false);
}

export function Facts({ of }: { of: Template }) {
    const starts = of.starts === undefined ? undefined : t.marketplace.starts[of.starts];
    return (
        <div class="stack tight small" data-testid="template-facts">
            {of.broken && <span class="trouble">{t.marketplace.broken(of.broken)}</span>}
            {of.replacedBy && <span class="trouble">{t.marketplace.replacedBy(of.replacedBy)}</span>}
            <span class="muted">{[starts, ...badgesOf(of), of.license].filter(Boolean).join(" · ")}</span>
        </div>
    );
}
