// What a list is filtered by, each with a cross that takes it away.
import { t } from "../texts";
import { Icon } from "./icon";

/** As [the key in the address, its name, what it is]. */
export type Chip = readonly [string, string, string];

export function Chips(props: { rows: readonly Chip[]; set: (changes: Record<string, undefined>) => void }) {
    if (props.rows.length === 0) return null;
    return (
        <div class="row">
            {props.rows.map(([key, name, value]) => (
                <button
                    key={key}
                    type="button"
                    class="chip"
                    aria-label={t.logs.removeChip(key)}
                    onClick={() => props.set({ [key]: undefined })}
                >
                    {t.logs.chip(name, value)}
                    <Icon name="close" />
                </button>
            ))}
        </div>
    );
}
