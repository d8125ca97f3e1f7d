// The first answer, asked for while the page's code is still on its way. Runs in the small script of the head, before anything is drawn;
// client.ts takes it over.
export interface Heard {
    status: number;
    headers: Headers;
    text: () => Promise<string>;
}

declare global {
    interface Window {
        mcpmEarly?: Promise<Heard> | undefined;
    }
}

/** Who is signed in, and for them all servers: one answer, of one moment. */
export const firstAddress = "/api/session?servers=1";

/** Every request of the page is like this. */
export const usual: RequestInit = { credentials: "same-origin", cache: "no-store", redirect: "error" };

/** With its body, so that who takes it over has it at once. */
async function hear(address: string): Promise<Heard> {
    const answer = await fetch(address, { ...usual, headers: { Accept: "application/json" } });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text: async () => text };
}

export function askEarly(base: string): void {
    window.mcpmEarly = hear(base + firstAddress.slice(1));
    window.mcpmEarly.catch(() => undefined); // who takes it over is told
}

/** Once: what is asked again is asked. */
export function takeEarly(address: string): Promise<Heard> | undefined {
    if (address !== firstAddress || typeof window === "undefined") return undefined;
    const early = window.mcpmEarly;
    window.mcpmEarly = undefined;
    return early;
}
