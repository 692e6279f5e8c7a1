//! How long something took, in words.

/// `seconds` with the unit and as many digits as one wants to know.
pub(super) fn seconds(seconds: f64) -> String {
    let milliseconds = (seconds * 1000.0).max(0.0);
    if milliseconds < 999.5 {
        format!("{milliseconds:.0} ms")
    } else if seconds < 99.95 {
        format!("{seconds:.1} s")
    } else {
        let minutes = (seconds.round() / 60.0).floor();
        format!("{minutes:.0} min {:02.0} s", seconds.round() - minutes * 60.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_the_unit() {
        let cases = [
            (0.0, "0 ms"),
            (0.0124, "12 ms"),
            (0.9996, "1.0 s"),
            (1.74, "1.7 s"),
            (99.99, "1 min 40 s"),
            (3601.0, "60 min 01 s"),
            (-1.0, "0 ms"),
        ];
        for (value, expected) in cases {
            assert_eq!(seconds(value), expected);
        }
    }
}
