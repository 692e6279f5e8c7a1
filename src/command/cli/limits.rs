//! `--limit`: what a document may use of the machine.

use std::time::Duration;

use crate::session::Limits;

/// One bound, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Limit {
    typed: String,
    what: What,
    most: u64,
}

impl std::fmt::Display for Limit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.typed)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Memory,
    Processes,
    Disk,
    Output,
    Time,
}

/// `memory=2G`.
pub(super) fn limit(text: &str) -> Result<Limit, String> {
    let wrong = || {
        "a limit is written like `memory=2G`, `processes=200`, `disk=500M`, `output=10M`, `time=5m`"
            .to_owned()
    };
    let (name, most) = text.split_once('=').ok_or_else(wrong)?;
    let what = match name {
        "memory" => What::Memory,
        "processes" => What::Processes,
        "disk" => What::Disk,
        "output" => What::Output,
        "time" => What::Time,
        _ => return Err("limits are `memory`, `processes`, `disk`, `output` and `time`".to_owned()),
    };
    let (digits, unit) = match most.find(|c: char| !c.is_ascii_digit()) {
        Some(end) => most.split_at(end),
        None => (most, ""),
    };
    let bytes = matches!(what, What::Memory | What::Disk | What::Output);
    let unit = match unit {
        "" if what != What::Time => 1,
        "K" if bytes => 1 << 10,
        "M" if bytes => 1 << 20,
        "G" if bytes => 1 << 30,
        "T" if bytes => 1 << 40,
        "s" if what == What::Time => 1,
        "m" if what == What::Time => 60,
        "h" if what == What::Time => 60 * 60,
        _ => return Err(wrong()),
    };
    let most = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    let most = most.filter(|most| *most > 0 && *most < 1 << 50).ok_or_else(wrong)?;
    Ok(Limit { typed: text.to_owned(), what, most })
}

/// All bounds: the last one of a kind counts.
pub(super) fn resolved(typed: &[Limit]) -> Limits {
    let mut limits = Limits::default();
    for limit in typed {
        match limit.what {
            What::Memory => limits.memory = limit.most,
            What::Processes => limits.processes = limit.most,
            What::Disk => limits.disk = limit.most,
            What::Output => limits.output = limit.most,
            What::Time => limits.time = Duration::from_secs(limit.most),
        }
    }
    limits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_units() {
        let of = |text: &str| limit(text).map(|limit| limit.most);
        assert_eq!(of("memory=2G"), Ok(2 << 30));
        assert_eq!(of("disk=500M"), Ok(500 << 20));
        assert_eq!(of("output=10"), Ok(10));
        assert_eq!(of("processes=64"), Ok(64));
        assert_eq!(of("time=5m"), Ok(300));
        for wrong in [
            "processes=2K",
            "memory=2GB",
            "memory=",
            "memory=-1",
            "memory=99999999999T",
            "processes=0",
            "time=5",
            "time=1M",
        ] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
