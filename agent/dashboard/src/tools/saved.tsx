// Calls that a person keeps, in this browser alone: to be run again, also changed.
import { signal } from "@preact/signals";
import type { Server } from "../api/types";
import { Icon } from "../parts/icon";
import { SmallButton } from "../parts/small_button";
import { toast } from "../parts/toast";
import { remember, remembered } from "../parts/use";
import { t } from "../texts";
import { CallRow } from "./call_row";

export interface SavedCall {
    tool: string;
    arguments: unknown;
}

const saved = signal<Readonly<Record<string, readonly SavedCall[]>>>(remembered("calls.saved", {}));
const mostSaved = 30;

/** Newest first; the same call is there once. */
export function withCall(list: readonly SavedCall[], call: SavedCall): SavedCall[] {
    const text = JSON.stringify(call);
    return [call, ...list.filter((each) => JSON.stringify(each) !== text)].slice(0, mostSaved);
}

function change(id: string, list: readonly SavedCall[]): void {
    saved.value = { ...saved.value, [id]: list };
    remember("calls.saved", saved.value);
}

export function keepCall(id: string, call: SavedCall): void {
    change(id, withCall(saved.value[id] ?? [], { tool: call.tool, arguments: call.arguments }));
    toast(t.tools.kept);
}

export function SavedCalls({ server, onChange }: { server: Server; onChange: (call: SavedCall) => void }) {
    const own = saved.value[server.id] ?? [];
    if (own.length === 0) return null;
    return (
        <section class="card stack tight">
            <h2>{t.tools.saved}</h2>
            <ul class="stack tight">
                {own.map((call, index) => (
                    <li key={JSON.stringify(call)}>
                        <CallRow
                            server={server}
                            call={call}
                            onChange={onChange}
                            what={
                                <code class="grow saved-call">
                                    {call.tool} {JSON.stringify(call.arguments)}
                                </code>
                            }
                            last={
                                <SmallButton
                                    class="quiet"
                                    aria-label={t.tools.forget(call.tool)}
                                    onClick={() =>
                                        change(
                                            server.id,
                                            own.filter((_, at) => at !== index),
                                        )
                                    }
                                >
                                    <Icon name="close" />
                                </SmallButton>
                            }
                        />
                    </li>
                ))}
            </ul>
        </section>
    );
}
