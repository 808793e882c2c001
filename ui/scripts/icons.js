// The icons of lucide as fixed markup. Their own component puts each icon together while the page runs, element by
// element and attribute by attribute, which was a third of the time that the first paint took to make.

/** What a file of lucide holds: `{ "name": "x", "node": [["path", { "d": "…" }], …], … }`. */
const ICON = /^const iconData = (\{.*\});$/m;

const attribute = ([name, value]) => `${name}="${value}"`;
const element = ([tag, attributes]) => `<${tag} ${Object.entries(attributes).map(attribute).join(" ")} />`;

/** A plugin for vite; it comes before the one that compiles components. */
export function fixedIcons() {
  return {
    name: "fixed-icons",
    enforce: "pre",
    transform: {
      filter: { id: /@lucide\/svelte\/dist\/icons\/[\w-]+\.svelte$/ },
      handler(code, id) {
        const [, icon] = ICON.exec(code) ?? this.error(`${id} doesn't hold its shapes as it did`);
        return {
          code: `<script>
  let { size = 24, strokeWidth = 2, class: extra } = $props();
</script>

<svg
  xmlns="http://www.w3.org/2000/svg"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-linecap="round"
  stroke-linejoin="round"
  aria-hidden="true"
  width={size}
  height={size}
  stroke-width={strokeWidth}
  class={extra}
>${JSON.parse(icon).node.map(element).join("")}</svg>`,
          map: null,
        };
      },
    },
  };
}
