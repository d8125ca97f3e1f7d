// How log lines look, remembered for every log, and the switches for it.
import { useRemembered } from "../parts/use";
import { t } from "../texts";

export function Toggle({ label, isOn, onToggle }: { label: string; isOn: boolean; onToggle: () => void }) {
    return (
        <button type="button" class="button" aria-pressed={isOn} onClick={onToggle}>
            {label}
        </button>
    );
}

export interface Looks {
    isWrapped: boolean;
    hasTime: boolean;
    fields: string;
}

export function useLooks() {
    const [isWrapped, setWrapped] = useRemembered("logs.wrap", true);
    const [hasTime, setTime] = useRemembered("logs.time", true);
    const [fields, setFields] = useRemembered("logs.fields", "");
    const looks: Looks = { isWrapped, hasTime, fields };
    const switches = (
        <>
            <Toggle label={t.logs.wrap} isOn={isWrapped} onToggle={() => setWrapped(!isWrapped)} />
            <Toggle label={t.logs.times2} isOn={hasTime} onToggle={() => setTime(!hasTime)} />
        </>
    );
    return { looks, switches, setFields };
}
