// What is asked of servers. Each says what came of it; what was shown in advance is taken back when it fails.
import { send } from "../api/client";
import type { Server } from "../api/types";
import { forget, know, mirror } from "../live/store";
import { toast, toastFailure } from "../parts/toast";
import { t } from "../texts";
import { type Action, canDo, expected, inBatches } from "./decide";

const paths = {
    start: "/api/servers/{id}/start",
    stop: "/api/servers/{id}/stop",
    restart: "/api/servers/{id}/restart",
} as const;

async function ask(server: Server, action: Action) {
    const before = mirror.value.get(server.id);
    if (before) know(expected(before, action));
    const answer = await send<Server>("POST", paths[action], {}, { parts: { id: server.id } });
    const shown = mirror.value.get(server.id);
    if (answer.ok && answer.data?.id) know(answer.data);
    // Only what this page itself put there is taken back; what the agent said meanwhile stays.
    else if (before && shown && shown.status === expected(before, action).status && !answer.ok) know(before);
    return answer;
}

export async function run(server: Server, action: Action): Promise<boolean> {
    const answer = await ask(server, action);
    if (answer.ok) toast(`${server.name}: ${answer.message ?? t.actions.done[action]}`);
    else toastFailure({ ...answer.failure, message: `${server.name}: ${answer.failure.message}` });
    return answer.ok;
}

export async function runAll(list: readonly Server[], action: Action): Promise<void> {
    const able = list.filter((server) => canDo(server, action));
    const failed = await inBatches(able, 4, async (server) => (await ask(server, action)).ok);
    if (failed.length === 0) toast(t.actions.allDone(action, able.length, list.length - able.length));
    else
        toast(
            t.actions.someFailed(
                action,
                failed.map((server) => server.name),
            ),
            "bad",
        );
}

export async function remove(server: Server): Promise<boolean> {
    const answer = await send("DELETE", "/api/servers/{id}", undefined, { parts: { id: server.id } });
    if (answer.ok) {
        forget(server.id);
        toast(`${server.name}: ${answer.message ?? t.actions.deleted}`);
    } else {
        toastFailure({ ...answer.failure, message: `${server.name}: ${answer.failure.message}` });
    }
    return answer.ok;
}
