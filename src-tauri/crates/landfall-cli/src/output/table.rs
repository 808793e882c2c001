//! A table that fits the terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::escape::safe;

/// A column: its header, on which side its text stands, and whether it gives way where space is short.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    pub(crate) right: bool,
    pub(crate) shrinks: bool,
}

impl Column {
    pub(crate) const fn left(title: &'static str) -> Self {
        Self { title, right: false, shrinks: false }
    }

    pub(crate) const fn right(title: &'static str) -> Self {
        Self { title, right: true, shrinks: false }
    }

    pub(crate) const fn shrinking(title: &'static str) -> Self {
        Self { title, right: false, shrinks: true }
    }
}

const GAP: usize = 2;
/// A shrinking column keeps at least this much.
const LEAST: usize = 8;

/// The lines of the table, header first. `width` is that of the terminal; `None` where lines may be of any length.
pub(crate) fn lines(columns: &[Column], rows: &[Vec<String>], width: Option<usize>) -> Vec<String> {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| safe(cell).into_owned()).collect()).collect();
    let mut widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let cells = rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.width());
            cells.chain([column.title.width()]).max().unwrap_or(0)
        })
        .collect();
    if let Some(width) = width {
        shrink(columns, &mut widths, width);
    }
    let header = columns.iter().map(|column| column.title.to_owned()).collect();
    std::iter::once(&header).chain(&rows).map(|row| line(columns, &widths, row)).collect()
}

fn shrink(columns: &[Column], widths: &mut [usize], width: usize) {
    let total: usize = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
    let mut over = total.saturating_sub(width);
    for (_, width) in columns.iter().zip(widths).filter(|(column, _)| column.shrinks) {
        let give = over.min(width.saturating_sub(LEAST));
        *width -= give;
        over -= give;
    }
}

fn line(columns: &[Column], widths: &[usize], row: &[String]) -> String {
    let mut line = String::new();
    for ((column, &width), cell) in columns.iter().zip(widths).zip(row) {
        if !line.is_empty() {
            line.push_str(&" ".repeat(GAP));
        }
        let cell = cut(cell, width);
        let space = " ".repeat(width.saturating_sub(cell.width()));
        if column.right {
            line.push_str(&space);
            line.push_str(&cell);
        } else {
            line.push_str(&cell);
            line.push_str(&space);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// At most `width` columns; what is cut off is shown as an ellipsis.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut shown = String::new();
    let mut used = 0;
    for character in text.chars() {
        let wide = character.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        used += wide;
        shown.push(character);
    }
    shown.push('…');
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [Column::left("RUN"), Column::right("ROWS"), Column::shrinking("FILE")];

    fn rows() -> Vec<Vec<String>> {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        vec![
            row(["10000", "84,012", "a-very-long-name-of-a-file.xlsx"]),
            row(["10001", "3", "日本\u{1b}[0m.xlsx"]),
        ]
    }

    #[test]
    fn columns_line_up_and_nothing_is_cut_where_there_is_room() {
        let shown = lines(&COLUMNS, &rows(), None);
        assert_eq!(
            shown,
            [
                "RUN      ROWS  FILE",
                "10000  84,012  a-very-long-name-of-a-file.xlsx",
                "10001       3  日本\\u{1b}[0m.xlsx",
            ]
        );
    }

    #[test]
    fn a_narrow_terminal_shortens_the_column_that_may_be_shortened() {
        let shown = lines(&COLUMNS, &rows(), Some(30));
        assert!(shown.iter().all(|line| line.width() <= 30), "{shown:?}");
        assert!(shown[1].ends_with('…') && shown[1].starts_with("10000  84,012  a-very"), "{shown:?}");
    }

    #[test]
    fn wide_letters_count_as_two() {
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 6), "日本語");
    }
}
