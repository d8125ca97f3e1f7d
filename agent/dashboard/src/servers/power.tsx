// The button that starts a server which is down, or stops one that is not.
import type { Server } from "../api/types";
import { Icon } from "../parts/icon";
import { t } from "../texts";
import { run } from "./actions";
import { canDo, isDown } from "./decide";

/** On the server's own page, whose heading names it, or in a list, where each button says whose it is. */
export function StartOrStop({ server, place }: { server: Server; place: "page" | "list" }) {
    const verb = isDown(server) ? "start" : "stop";
    const look = place === "list" ? "button small" : verb === "start" ? "button primary" : "button";
    return (
        <button
            type="button"
            class={look}
            data-testid={`${verb}-server`}
            disabled={verb === "stop" && !canDo(server, "stop")}
            onClick={() => void run(server, verb)}
            {...(place === "list" ? { "aria-label": t.actions.of(verb, server.name) } : {})}
        >
            <Icon name={verb === "start" ? "play" : "stop"} />
            {t.actions[verb]}
        </button>
    );
}
