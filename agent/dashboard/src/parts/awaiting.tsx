// What stands where something is read: that it is on its way, or why it did not come.
import { FailureNotice, Skeletons } from "./parts";
import type { Reading } from "./use";

export function Awaiting({ of, ...bones }: { of: Reading<unknown>; many?: number; tall?: boolean }) {
    if (of.failure) return <FailureNotice failure={of.failure} retry={of.again} />;
    return of.data ? null : <Skeletons {...bones} />;
}
