//! A few of many: the same ones for the same seed, on every machine.

/// `count` of the numbers below `of`, in their order.
#[must_use]
pub fn sample(of: usize, count: usize, seed: u64) -> Vec<usize> {
    let mut all: Vec<usize> = (0..of).collect();
    let mut state = seed;
    let count = count.min(of);
    for place in 0..count {
        let left = (of - place) as u64;
        // The remainder prefers small numbers by less than one in 2^40.
        let offset = usize::try_from(next(&mut state) % left).unwrap_or_default();
        all.swap(place, place + offset);
    }
    all.truncate(count);
    all.sort_unstable();
    all
}

/// `SplitMix64`, by Sebastiano Vigna (public domain).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
