//! A look at the SQL of a report without a database: which parameters it names, and whether it is one query.
//!
//! Only the lexical rules of PostgreSQL are followed (its manual, section 4.1): comments, quoted text, quoted
//! names, dollar quotes. What the words mean is the server's business, which runs them in a read-only transaction.

use std::collections::BTreeMap;

use super::error::line_of;

/// What was found in the text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Statement {
    /// Parameters `$1`, `$2`, … with the line where each is first named.
    pub(super) parameters: BTreeMap<u32, usize>,
    /// The first word in lower case with its line; `None` if there is nothing but comments.
    pub(super) first_word: Option<(String, usize)>,
    /// The line on which something follows the first `;`.
    pub(super) second_begins: Option<usize>,
    /// A quote or comment that is opened and never closed, with the line where it begins.
    pub(super) unclosed: Option<(&'static str, usize)>,
}

pub(super) fn scan(sql: &str) -> Statement {
    let bytes = sql.as_bytes();
    let mut found = Statement::default();
    let mut ended = false;
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let rest = &bytes[at..];
        let mut is_word = false;
        at = match rest {
            [b'-', b'-', ..] => {
                at = rest.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| at + end + 1);
                continue;
            }
            [b'/', b'*', ..] => match end_of_comment(bytes, at) {
                Some(end) => {
                    at = end;
                    continue;
                }
                None => return unclosed(found, "comment", sql, start),
            },
            [byte, ..] if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            [b';', ..] => {
                ended = true;
                at += 1;
                continue;
            }
            [b'\'', ..] => match end_of_quote(bytes, at, b'\'', false) {
                Some(end) => end,
                None => return unclosed(found, "text in single quotes", sql, start),
            },
            [b'e' | b'E', b'\'', ..] => match end_of_quote(bytes, at + 1, b'\'', true) {
                Some(end) => end,
                None => return unclosed(found, "text in single quotes", sql, start),
            },
            [b'"', ..] => match end_of_quote(bytes, at, b'"', false) {
                Some(end) => end,
                None => return unclosed(found, "name in double quotes", sql, start),
            },
            [b'$', digit, ..] if digit.is_ascii_digit() => {
                let end = end_of(bytes, at + 1, |byte| byte.is_ascii_digit());
                if let Ok(number) = sql[at + 1..end].parse() {
                    found.parameters.entry(number).or_insert_with(|| line_of(sql, start));
                }
                end
            }
            [b'$', ..] => match end_of_dollar_quote(sql, at) {
                Ok(end) => end,
                Err(()) => return unclosed(found, "dollar quote", sql, start),
            },
            [byte, ..] if is_name(*byte) => {
                is_word = true;
                end_of(bytes, at, |byte| is_name(byte) || byte == b'$')
            }
            _ => at + 1,
        };
        if ended && found.second_begins.is_none() {
            found.second_begins = Some(line_of(sql, start));
        }
        if found.first_word.is_none() {
            let word =
                if is_word { sql[start..at].to_ascii_lowercase() } else { sql[start..=start].to_owned() };
            // An opening bracket may stand before SELECT.
            if word != "(" {
                found.first_word = Some((word, line_of(sql, start)));
            }
        }
    }
    found
}

fn unclosed(mut found: Statement, what: &'static str, sql: &str, at: usize) -> Statement {
    found.unclosed = Some((what, line_of(sql, at)));
    found
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn end_of(bytes: &[u8], from: usize, belongs: impl Fn(u8) -> bool) -> usize {
    bytes[from..].iter().position(|byte| !belongs(*byte)).map_or(bytes.len(), |length| from + length)
}

/// Comments nest.
fn end_of_comment(bytes: &[u8], from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = from;
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => {
                depth += 1;
                at += 2;
            }
            b"*/" => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => at += 1,
        }
    }
    None
}

/// A doubled quote stands for itself; with `escapes` a backslash protects the next byte.
fn end_of_quote(bytes: &[u8], from: usize, quote: u8, escapes: bool) -> Option<usize> {
    let mut at = from + 1;
    while at < bytes.len() {
        if escapes && bytes[at] == b'\\' {
            at += 2;
        } else if bytes[at] != quote {
            at += 1;
        } else if bytes.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return Some(at + 1);
        }
    }
    None
}

/// `$tag$ … $tag$`; a `$` that opens nothing is an ordinary character.
fn end_of_dollar_quote(sql: &str, from: usize) -> Result<usize, ()> {
    let bytes = sql.as_bytes();
    let tag_end = end_of(bytes, from + 1, is_name);
    if bytes.get(tag_end) != Some(&b'$') {
        return Ok(from + 1);
    }
    let tag = &bytes[from..=tag_end];
    bytes[tag_end + 1..]
        .windows(tag.len())
        .position(|window| window == tag)
        .map(|inside| tag_end + 1 + inside + tag.len())
        .ok_or(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_only_where_sql_has_them() {
        let found = scan(
            "SELECT '$3', \"$4\", $$ $5 $$, a$6 -- $7\n/* $8 /* $9 */ */ FROM t WHERE x >= $1\nAND x < $2;\n",
        );
        assert_eq!(found.parameters, BTreeMap::from([(1, 2), (2, 3)]));
        assert_eq!(found.second_begins, None);
        assert_eq!(found.unclosed, None);
        assert_eq!(found.first_word, Some(("select".to_owned(), 1)));
    }

    #[test]
    fn a_second_statement_is_seen_whatever_hides_it() {
        assert_eq!(scan("SELECT 1;\n\nDROP TABLE tickets").second_begins, Some(3));
        assert_eq!(scan("SELECT ';' ; -- ; only a comment follows\n").second_begins, None);
        assert_eq!(scan(r"SELECT E'\'; x' ; SELECT 2").second_begins, Some(1));
        assert_eq!(scan("SELECT $q$;$q$;").second_begins, None);
    }

    #[test]
    fn what_is_opened_must_be_closed() {
        for (sql, what) in [
            ("SELECT 'a", "text in single quotes"),
            ("SELECT E'a\\'", "text in single quotes"),
            ("SELECT \"a", "name in double quotes"),
            ("SELECT 1 /* /* */", "comment"),
            ("SELECT $x$ a $y$", "dollar quote"),
        ] {
            assert_eq!(scan(sql).unclosed, Some((what, 1)), "{sql}");
        }
    }

    #[test]
    fn the_first_word_stands_behind_comments_and_brackets() {
        assert_eq!(
            scan("-- a\n/* b */ (\nWITH x AS (SELECT 1) SELECT 2)").first_word,
            Some(("with".to_owned(), 3))
        );
        assert_eq!(scan(" -- nothing\n").first_word, None);
    }
}
