//! The one question asked of an ELF file: does it need a loader, that is, is it dynamically linked?

const MAGIC: &[u8] = b"\x7fELF\x02\x01";
const INTERPRETER: u32 = 3;

/// True for a 64-bit little-endian ELF program without an interpreter segment (`PT_INTERP`, System V ABI, chapter 5).
/// `None` when it is no such file.
pub(crate) fn is_static(file: &[u8]) -> Option<bool> {
    if !file.starts_with(MAGIC) {
        return None;
    }
    let table = usize::try_from(u64::from_le_bytes(file.get(0x20..0x28)?.try_into().ok()?)).ok()?;
    let size = usize::from(u16::from_le_bytes(file.get(0x36..0x38)?.try_into().ok()?));
    let count = usize::from(u16::from_le_bytes(file.get(0x38..0x3a)?.try_into().ok()?));
    for number in 0..count {
        let at = table.checked_add(number * size)?;
        let kind = u32::from_le_bytes(file.get(at..at + 4)?.try_into().ok()?);
        if kind == INTERPRETER {
            return Some(false);
        }
    }
    Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_test_itself_is_dynamic() {
        let myself = std::fs::read("/proc/self/exe").expect("our own program");
        assert_eq!(is_static(&myself), Some(cfg!(target_feature = "crt-static")));
    }

    #[test]
    fn a_script_and_a_torn_file_are_neither() {
        assert_eq!(is_static(b"#!/bin/sh\n"), None);
        assert_eq!(is_static(MAGIC), None);
    }
}
