//! The certificates that one side makes by blocks, and in what two of them differ.

use super::{
    facts::{Difference, Facts, differences},
    mapping::View,
};
use crate::{
    certificate::{self, Described, described},
    document::Block,
    source::Span,
};

/// A certificate, authority or list of a block.
#[derive(Debug)]
pub(super) struct Certificate {
    /// The kind of its table.
    pub(super) kind: &'static str,
    /// Its id.
    pub(super) id: String,
    /// Where that stands.
    pub(super) place: Span,
    /// The directory of its files, as the page shows it.
    pub(super) dir: String,
    /// These, as paths from there.
    pub(super) files: Vec<String>,
    fields: Vec<(&'static str, String)>,
    open: bool,
}

/// What a block makes, as far as it can be read. What is wrong in it is said elsewhere.
pub(super) fn certificates(block: &Block, view: &View<'_>) -> Vec<Certificate> {
    let text = view.filled(&block.text);
    let Some(read) = certificate::read(&text, &mut Vec::new()) else { return Vec::new() };
    let of = |one: Described| Certificate {
        kind: one.kind,
        place: text.span(one.id.at),
        id: one.id.value,
        dir: read.dir.value.clone(),
        files: one.files,
        fields: one.fields,
        open: one.open,
    };
    described(&read).into_iter().map(of).collect()
}

/// In what two of one name differ. Where one says less than is true of it, only what both say is held against each other.
pub(super) fn differing(one: (&Certificate, &View<'_>), other: (&Certificate, &View<'_>)) -> Vec<Difference> {
    let facts = |(certificate, view): (&Certificate, &View<'_>), against: &Certificate| {
        // How an authority signs that is there already, the block does not say.
        let both = |name: &str| {
            let all = !(certificate.open || against.open || name == "signed");
            all || against.fields.iter().any(|(known, _)| *known == name)
        };
        let said = certificate.fields.iter().filter(|(name, text)| both(name) && !text.is_empty());
        Facts::named(said.map(|(name, text)| (*name, text.as_str())), view)
    };
    differences(&facts(one, other.0), &facts(other, one.0))
}
