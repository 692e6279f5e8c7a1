//! On which of a page's runs something stands.

/// One of a page's runs: the index of its platform among those of the page, or one more for a platform that the page
/// does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variant(u8);

impl Variant {
    /// So many runs one page may have.
    pub(in crate::document) const MOST: usize = 64;

    /// The run with this index; one past the last stands for all that are too many.
    pub(in crate::document) fn new(index: usize) -> Self {
        Self(u8::try_from(index.min(Self::MOST - 1)).unwrap_or_default())
    }

    /// Its index.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A set of a page's runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Runs(u64);

impl Runs {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All of them.
    pub const ALL: Self = Self(u64::MAX);

    /// Just this one.
    #[must_use]
    pub fn only(run: Variant) -> Self {
        Self(1 << run.0)
    }

    /// Whether `run` is among them.
    #[must_use]
    pub fn contains(self, run: Variant) -> bool {
        self.0 & (1 << run.0) != 0
    }

    /// Those that are in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those that are in either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not in `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether it is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Variant> {
        (0..Variant::MOST).map(Variant::new).filter(move |run| self.contains(*run))
    }
}
