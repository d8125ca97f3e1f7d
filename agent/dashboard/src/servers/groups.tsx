// The list in groups: by status, type or a label's key. What is folded is remembered; a group in which all is well folds
// by itself, and a search opens those that have hits.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Server } from "../api/types";
import { remember, remembered } from "../parts/use";
import { t } from "../texts";
import { countsOf, groupsOf, isAllWell } from "./decide";

interface GroupsProps {
    shown: readonly Server[];
    by: string;
    isSearched: boolean;
    children: (servers: readonly Server[]) => ComponentChildren;
}

export function Groups({ shown, by, isSearched, children }: GroupsProps) {
    const [folded, setFolded] = useState<Record<string, boolean>>(() => remembered("servers.folded", {}));
    if (!by) return <>{children(shown)}</>;
    return (
        <div class="stack">
            {groupsOf(shown, by).map(({ name, servers }) => {
                const key = `${by} ${name}`;
                const counts = countsOf(servers);
                const isOpen = isSearched || !(folded[key] ?? isAllWell(servers));
                return (
                    <details
                        key={key}
                        class="server-group"
                        open={isOpen}
                        onToggle={(event) => {
                            const isNow = event.currentTarget.open;
                            if (isNow === isOpen || isSearched) return;
                            const next = { ...folded, [key]: !isNow };
                            setFolded(next);
                            remember("servers.folded", next);
                        }}
                    >
                        <summary>
                            {name || t.servers.ungrouped}{" "}
                            <span class="muted small number">
                                {t.servers.groupCounts(counts.total, counts.running, counts.error, counts.unhealthy)}
                            </span>
                        </summary>
                        {isOpen && children(servers)}
                    </details>
                );
            })}
        </div>
    );
}
