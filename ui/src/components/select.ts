/** One choice of a `Select`. */
export interface SelectOption<Value extends string = string> {
  value: Value;
  label: string;
  /** A second line in grey: what it is, or why it can't be chosen. */
  note?: string;
  disabled?: boolean;
}
