export type Density = "comfortable" | "compact";

const KEY = "landfall.density";

/** How high the rows of lists are. Only this window remembers it; it is no setting of Landfall. */
class PageDensity {
  current = $state<Density>("comfortable");

  constructor() {
    this.#show(localStorage.getItem(KEY) === "compact" ? "compact" : "comfortable");
  }

  use(density: Density): void {
    this.#show(density);
    localStorage.setItem(KEY, density);
  }

  #show(density: Density): void {
    this.current = density;
    document.documentElement.dataset["density"] = density;
  }
}

export const density = new PageDensity();
