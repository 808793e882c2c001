/**
 * How the palette finds: every word that was typed must occur, in any order, whatever its case and accents. Where it
 * occurs is told as pieces, so that a hit can be shown without touching any markup.
 */

/** A piece of a text; `hit` where a typed word was found. */
export interface Piece {
  text: string;
  hit: boolean;
}

/** Small letters without accents, of the very same length as the text, so that places can be carried over. */
export function fold(text: string): string {
  return Array.from({ length: text.length }, (_, index) => {
    const letter = text.charAt(index);
    const plain = letter
      .normalize("NFD")
      .replace(/\p{Mark}/gu, "")
      .toLowerCase();
    return plain.length === 1 ? plain : letter;
  }).join("");
}

/** The words of what was typed, folded. */
export function words(query: string): string[] {
  return fold(query)
    .split(/\s+/u)
    .filter((word) => word !== "");
}

/**
 * How well `text` fits, and more than 0 if it does: each word counts 3 at the start of the text, 2 at the start of a word, 1 inside.
 * `others` are words that find it as well but aren't shown; a word found only there counts 0.5.
 */
export function score(text: string, typed: readonly string[], others = ""): number {
  const folded = fold(text);
  const hidden = others === "" ? "" : fold(others);
  let sum = 0;
  for (const word of typed) {
    const points = pointsOf(folded, word) || (pointsOf(hidden, word) ? 0.5 : 0);
    if (points === 0) return 0;
    sum += points;
  }
  return typed.length === 0 ? 1 : sum;
}

function pointsOf(folded: string, word: string): number {
  const places = placesOf(folded, word);
  if (places.length === 0) return 0;
  if (places[0] === 0) return 3;
  return places.some((place) => startsWord(folded, place)) ? 2 : 1;
}

function placesOf(folded: string, word: string): number[] {
  const places: number[] = [];
  for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) places.push(at);
  return places;
}

function startsWord(folded: string, place: number): boolean {
  return place === 0 || !/[\p{Letter}\p{Number}]/u.test(folded.charAt(place - 1));
}

/** `text` cut where a word of it begins with a typed one. What was found inside of a word is not marked. */
export function pieces(text: string, typed: readonly string[]): Piece[] {
  const folded = fold(text);
  const hit = new Array<boolean>(text.length).fill(false);
  for (const word of typed) {
    const starts = placesOf(folded, word).filter((place) => startsWord(folded, place));
    for (const place of starts) hit.fill(true, place, place + word.length);
  }
  const cut: Piece[] = [];
  for (let index = 0; index < text.length; index++) {
    const last = cut.at(-1);
    if (last && last.hit === hit[index]) last.text += text.charAt(index);
    else cut.push({ text: text.charAt(index), hit: hit[index] ?? false });
  }
  return cut;
}
