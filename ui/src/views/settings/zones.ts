/** Names of time zones, as this window engine knows them. The engine of Landfall has the last word. */

export function systemZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function zones(): string[] {
  return Intl.supportedValuesOf("timeZone");
}

/** Whether `name` is a time zone, also one that `zones` leaves out because it is another word for the same. */
export function isZone(name: string): boolean {
  // "+02:00" is taken by Intl, but it is no name.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
