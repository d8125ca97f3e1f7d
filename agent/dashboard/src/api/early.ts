// The first answers, asked for while the page's code is still on its way. Runs in the small script of the head, before anything is drawn;
// client.ts takes them over. The servers are asked for at once where somebody was signed in when the page was left, else when it is known
// that somebody is: a refusal would stand in the console.
export interface Heard {
    status: number;
    headers: Headers;
    text: () => Promise<string>;
}

declare global {
    interface Window {
        mcpmEarly?: Record<string, Promise<Heard | undefined>>;
    }
}

/** Every request of the page is like this. */
export const usual: RequestInit = { credentials: "same-origin", cache: "no-store", redirect: "error" };

/** With its body, so that who takes it over has it at once. */
async function hear(address: string): Promise<Heard> {
    const answer = await fetch(address, { ...usual, headers: { Accept: "application/json" } });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text: async () => text };
}

const signedInKey = "mcpm.signedIn";

export function keepSignedIn(yes: boolean): void {
    try {
        if (yes) localStorage.setItem(signedInKey, "1");
        else localStorage.removeItem(signedInKey);
    } catch {
        // Then the servers are asked for a little later.
    }
}

export function wasSignedIn(): boolean {
    try {
        return localStorage.getItem(signedInKey) !== null;
    } catch {
        return false;
    }
}

export function askEarly(base: string): void {
    const session = hear(`${base}api/session`);
    const servers = wasSignedIn()
        ? hear(`${base}api/servers`).then((heard) => (heard.status === 401 ? undefined : heard))
        : session.then(async (heard) =>
              /"signedIn":\s*true/.test(await heard.text()) ? hear(`${base}api/servers`) : undefined,
          );
    window.mcpmEarly = { "/api/session": session, "/api/servers": servers };
    for (const each of [session, servers]) each.catch(() => undefined); // who takes it over is told
}

/** Once: what is asked again is asked. */
export function takeEarly(address: string): Promise<Heard | undefined> | undefined {
    const early = typeof window === "undefined" ? undefined : window.mcpmEarly;
    const found = early?.[address];
    if (early) delete early[address];
    return found;
}
