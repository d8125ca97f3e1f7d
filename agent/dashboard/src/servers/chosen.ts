// Which servers of the list are marked.
import { useCallback, useState } from "preact/hooks";

export function useChosen() {
    const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
    const choose = useCallback((id: string, yes: boolean) => {
        setIds((before) => {
            const next = new Set(before);
            if (yes) next.add(id);
            else next.delete(id);
            return next;
        });
    }, []);
    return { ids, choose, setIds };
}
