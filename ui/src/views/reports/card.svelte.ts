import type { ApiError, DefinitionSummary, PeriodChoice, Run, RunForm, RunPlan } from "$lib/backend";
import { runReport } from "$lib/reports";
import type { App } from "$lib/state";

/** Name of the report that Landfall ships. */
export const BUILT_IN = "ticketing-report";

export type PeriodKind = PeriodChoice["kind"];

/** What the run card holds: what would be run, what that would mean, and what came of the last press. */
export class Card {
  definitions = $state.raw<DefinitionSummary[]>([]);
  definition = $state(BUILT_IN);
  kind = $state<PeriodKind>("current-month");
  /** Both days inclusive; `null` until somebody chose days. */
  range = $state.raw<{ start: string; end: string } | null>(null);
  /** What was typed for the parameters of each definition. */
  #typed = $state<Record<string, Record<string, string>>>({});
  /** What a run would do; `null` while that isn't known. */
  plan = $state.raw<RunPlan | null>(null);
  /** The present day in the zone of the reports, by the newest plan. */
  #zoneDay = $state<string | null>(null);
  /** Why the engine can't plan or run it. */
  error = $state.raw<ApiError | null>(null);
  /** The run that made this report already, once somebody asked for it again. */
  existing = $state.raw<Run | null>(null);
  /** An answer is out. */
  asking = $state(false);
  #question = 0;
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  get chosen(): DefinitionSummary | undefined {
    return this.definitions.find(({ name }) => name === this.definition);
  }

  /** The values of the parameters of the chosen report, with what it takes by itself. */
  get parameters(): Record<string, string> {
    const typed = this.#typed[this.definition] ?? {};
    const all = this.chosen?.parameters ?? [];
    return Object.fromEntries(all.map(({ name, default: value }) => [name, typed[name] ?? value ?? ""]));
  }

  type(name: string, value: string): void {
    this.#typed[this.definition] = { ...this.#typed[this.definition], [name]: value };
  }

  /** The last day that a report can have, as `2026-11-23`: that of its zone, and of this computer until it is known. */
  get today(): string {
    return this.#zoneDay ?? this.#app.today();
  }

  get choice(): PeriodChoice {
    if (this.kind !== "range") return { kind: this.kind };
    const { today } = this;
    const { start, end } = this.range ?? { start: `${today.slice(0, 8)}01`, end: today };
    return { kind: "range", start, end };
  }

  get form(): RunForm {
    const { definition, choice, parameters } = this;
    return { definition: definition === BUILT_IN ? null : definition, choice, parameters, timezone: null };
  }

  /** The first parameter without a value; its report can't be run like that. */
  get missing(): string | null {
    const values = this.parameters;
    return this.chosen?.parameters.find(({ name, kind }) => kind !== "text" && !values[name])?.name ?? null;
  }

  /** Whether the engine can be asked about what the card holds. */
  get plannable(): boolean {
    const { phase } = this.#app.connection;
    return phase === "connected" && !this.chosen?.problem && this.missing === null;
  }

  async readDefinitions(): Promise<void> {
    try {
      this.definitions = await this.#app.backend.listDefinitions();
    } catch {
      // The built-in report can be run without the list.
    }
  }

  /** Something else is to be run now: what was said about the last is put away. */
  changed(): void {
    this.existing = null;
    this.error = null;
  }

  /** Asks what a run would do. */
  async replan(): Promise<void> {
    const question = ++this.#question;
    if (!this.plannable) return;
    try {
      const plan = await this.#app.backend.planRun(this.form);
      if (question !== this.#question) return;
      this.plan = plan;
      this.#zoneDay = plan.today;
    } catch (refusal) {
      if (question !== this.#question) return;
      this.plan = null;
      this.error = refusal as ApiError;
    }
  }

  /** Asks for the report. One that was made already is offered instead, unless the person wants it `anew`. */
  async run(anew = this.existing !== null): Promise<void> {
    if (!this.plannable || this.asking) return;
    this.asking = true;
    const answer = await runReport(this.#app, this.form, !anew);
    this.asking = false;
    if ("error" in answer) {
      this.error = answer.error;
      return;
    }
    this.error = null;
    this.existing = answer.exists ? answer.run : null;
  }
}
