// The row of one call, kept or past: what it was, and the ways to run it again.
import type { ComponentChildren } from "preact";
import type { Server } from "../api/types";
import { SmallButton } from "../parts/small_button";
import { t } from "../texts";
import { callTool } from "./calls";

interface Repeatable {
    tool: string;
    arguments: unknown;
}

interface Row<C extends Repeatable> {
    server: Server;
    call: C;
    onChange: (call: C) => void;
    what: ComponentChildren;
    /** The last button: what only a kept or only a past call has. */
    last: ComponentChildren;
}

export function CallRow<C extends Repeatable>({ server, call, onChange, what, last }: Row<C>) {
    return (
        <div class="row">
            {what}
            <SmallButton onClick={() => void callTool(server, call.tool, call.arguments)}>{t.tools.again}</SmallButton>
            <SmallButton onClick={() => onChange(call)}>{t.tools.change}</SmallButton>
            {last}
        </div>
    );
}
