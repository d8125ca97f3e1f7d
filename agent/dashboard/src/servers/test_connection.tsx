// A remote is connected to once, before it is saved.
import { useEffect, useState } from "preact/hooks";
import type { Failure } from "../api/client";
import { get, send } from "../api/client";
import type { Server } from "../api/types";
import { milliseconds } from "../parts/format";
import { FailureNotice } from "../parts/parts";
import { SmallButton } from "../parts/small_button";
import { t } from "../texts";
import { type Draft, requestOf } from "./definition";

/** Connects to a remote once, by a server of its own that is removed again: what came of it, in one sentence. */
async function tried(draft: Draft): Promise<{ said: string } | { failure: Failure }> {
    const from = performance.now();
    const name = `test ${draft.name.trim()} ${Math.random().toString(36).slice(2, 6)}`.slice(0, 64);
    const made = await send<Server>("POST", "/api/servers", { ...requestOf({ ...draft, labels: "" }), name });
    if (!made.ok) return { failure: made.failure };
    const parts = { id: made.data.id };
    const started = await send("POST", "/api/servers/{id}/start", {}, { parts });
    const tools = started.ok ? await get<{ tools?: unknown[] }>("/api/servers/{id}/tools", { parts }) : started;
    const took = milliseconds(performance.now() - from);
    await send("DELETE", "/api/servers/{id}", undefined, { parts });
    if (!tools.ok) {
        // The server that was tested is gone: neither its name nor what to do with it helps.
        const { failure } = tools;
        return {
            failure: { ...failure, hint: t.add.testAdvice, message: failure.message.replace(`start "${name}": `, "") },
        };
    }
    return { said: t.add.tested((tools.data as { tools?: unknown[] }).tools?.length ?? 0, took) };
}

export function TestConnection({ draft, check }: { draft: Draft; check: () => boolean }) {
    const [outcome, setOutcome] = useState<{ said?: string; failure?: Failure; isBusy?: boolean }>({});
    // What was found is of the address that was tested.
    useEffect(() => setOutcome({}), [draft.source, draft.headers]);
    const test = async () => {
        if (!check()) return;
        setOutcome({ isBusy: true });
        setOutcome(await tried(draft));
    };
    return (
        <div class="stack tight" aria-live="polite">
            <div class="row">
                <SmallButton data-testid="test-connection" disabled={outcome.isBusy} onClick={() => void test()}>
                    {outcome.isBusy ? t.add.testing : t.add.test}
                </SmallButton>
                <span class="small muted">{outcome.said ?? t.add.testHelp}</span>
            </div>
            {outcome.failure && <FailureNotice failure={outcome.failure} />}
        </div>
    );
}
