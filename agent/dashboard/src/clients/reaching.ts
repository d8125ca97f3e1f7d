// Which clients can reach a server. Pure.
import type { ConnectedClient, Server } from "../api/types";

/** Those that can reach this server: by its own address, or by one of many servers. */
export function reaching(clients: readonly ConnectedClient[], server: Server | undefined): ConnectedClient[] {
    return clients.filter((client) => !server || client.reaches !== "server" || client.server === server.name);
}
