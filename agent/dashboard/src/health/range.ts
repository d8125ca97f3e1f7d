// How far back the health bars of the list look; remembered.
import { signal } from "@preact/signals";
import { type HealthRange, healthRanges } from "../parts/range";
import { remember, remembered } from "../parts/use";

export const barRanges = healthRanges;
export type BarRange = HealthRange;

const first = remembered<string>("health.bar", "1h");
export const barRange = signal<BarRange>(barRanges.find((each) => each === first) ?? "1h");

export function setBarRange(range: BarRange): void {
    remember("health.bar", range);
    barRange.value = range;
}
