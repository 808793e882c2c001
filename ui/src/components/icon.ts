import type { LucideIcon } from "@lucide/svelte";

/** An icon of lucide, imported one by one: `import Play from '@lucide/svelte/icons/play'`. */
export type IconComponent = LucideIcon;
