//! What two sides come to, held against each other.

use std::collections::{BTreeMap, HashMap};

use super::{
    certificates::differing,
    exceptions::Exceptions,
    facts::{Difference, differences, of_texts},
    files::{End, From, Known},
    found::{Differing, Found, Lack},
    mapping::{View, last, views},
    side::Side,
};
use crate::{
    document::{BlockKind, StepId},
    source::Span,
};

/// One of the two.
struct One<'s, 'd> {
    side: &'s Side<'d>,
    view: View<'d>,
    end: End,
}

/// In what the files and certificates of two sides differ, but for what is excepted.
pub(super) fn compared(
    first: &Side<'_>,
    second: &Side<'_>,
    exceptions: &mut Exceptions<'_, '_>,
) -> Vec<Found> {
    let (ours, theirs) = views(first, second);
    let (first, second) = (
        One { side: first, end: End::of(first, &ours), view: ours },
        One { side: second, end: End::of(second, &theirs), view: theirs },
    );
    let mut comparison = Comparison { first: &first, second: &second, exceptions, found: Vec::new() };
    let alone = comparison.certificates();
    comparison.files(&alone);
    comparison.found
}

/// Certificates that one side makes and the other does not, told or excepted: of their files nothing more is said.
type Alone = Vec<(&'static str, String)>;

struct Comparison<'c, 's, 'd, 'e, 'u> {
    first: &'c One<'s, 'd>,
    second: &'c One<'s, 'd>,
    exceptions: &'c mut Exceptions<'e, 'u>,
    found: Vec<Found>,
}

impl Comparison<'_, '_, '_, '_, '_> {
    /// Those with one id are held against each other. Where a side makes none by blocks, nothing is known of its own.
    fn certificates(&mut self) -> Alone {
        let (first, second) = (self.first, self.second);
        let mut alone = Vec::new();
        for one in &first.end.certificates {
            let Some(other) = second.end.certificate(one.kind, &one.id) else { continue };
            let differences = differing((one, &first.view), (other, &second.view));
            let differences = self.exceptions.of_certificate(&one.id, differences);
            if !differences.is_empty() {
                let places = (one.place, other.place);
                self.found.push(Found::Certificate(Differing { name: one.id.clone(), places, differences }));
            }
        }
        for (is_first, has, lacks) in [(true, first, second), (false, second, first)] {
            let mut lack = Lack { first: is_first, has: Vec::new(), list: None };
            for one in &has.end.certificates {
                if lacks.end.certificate(one.kind, &one.id).is_some() || lacks.end.certificates.is_empty() {
                    continue;
                }
                let dir = has.view.key(&one.dir);
                let by_commands = one.files.iter().all(|name| {
                    lacks.end.files.contains_key(&super::files::in_directory(&dir, &has.view.name(name)))
                });
                if by_commands {
                    continue;
                }
                alone.push((one.kind, one.id.clone()));
                if !self.exceptions.certificate(&one.id) {
                    lack.has.push((one.id.clone(), one.place));
                }
            }
            if !lack.has.is_empty() {
                self.found.push(Found::Certificates(lack));
            }
        }
        alone
    }

    fn files(&mut self, alone: &Alone) {
        let (first, second) = (self.first, self.second);
        let mut left: Vec<(&String, &Known)> = Vec::new();
        let mut others: BTreeMap<&String, &Known> = second.end.files.iter().collect();
        for (key, one) in &first.end.files {
            match others.remove(key) {
                Some(other) => self.pair(one, other, false),
                None => left.push((key, one)),
            }
        }
        // What has no file of its own place on the other side may lie somewhere else there.
        let mut elsewhere = Elsewhere::of(&others, &second.view);
        let mut lacking = Vec::new();
        for (key, one) in left {
            match elsewhere.find(one, &first.view, &mut others) {
                Some(other) => self.pair(one, other, true),
                None => lacking.push((key, one)),
            }
        }
        self.lacking(true, &lacking, alone);
        self.lacking(false, &others.into_iter().collect::<Vec<_>>(), alone);
    }

    /// Two files that are one on both sides.
    fn pair(&mut self, one: &Known, other: &Known, moved: bool) {
        let mut found = Vec::new();
        if moved && one.is_absolute() && other.is_absolute() {
            found.push(Difference::new("path", Some(&one.path), Some(&other.path)));
        }
        let windows = self.first.side.is_windows() || self.second.side.is_windows();
        if let (Some(ours), Some(theirs)) = (one.mode, other.mode)
            && ours != theirs
            && !windows
        {
            let [ours, theirs] = [ours, theirs].map(|mode| format!("{mode:04o}"));
            found.push(Difference::new("mode", Some(&ours), Some(&theirs)));
        }
        if let (Some(ours), Some(theirs)) = (&one.content, &other.content) {
            // Of a file that is only added to, what it held before is not known.
            if ours.whole == theirs.whole {
                let (ours, theirs) = of_texts(
                    (&ours.format, &ours.text, &self.first.view),
                    (&theirs.format, &theirs.text, &self.second.view),
                );
                found.extend(differences(&ours, &theirs));
            }
        }
        let names = [one.path.clone(), other.path.clone()];
        let differences = self.exceptions.of_file(&names, found);
        if !differences.is_empty() {
            let name = last(&one.path).to_owned();
            self.found.push(Found::File(Differing { name, places: (one.place, other.place), differences }));
        }
    }

    /// Files that one side has and of which the other says nothing, or says that they are not there.
    fn lacking(&mut self, first: bool, files: &[(&String, &Known)], alone: &Alone) {
        let other = if first { self.second } else { self.first };
        let mut by_list: BTreeMap<Option<Span>, Vec<(String, Span)>> = BTreeMap::new();
        for (key, known) in files {
            let list = other.end.list_for(key);
            if lacks(known, list.is_some(), other, alone)
                && !self.exceptions.file(std::slice::from_ref(&known.path))
            {
                by_list.entry(list).or_default().push((last(&known.path).to_owned(), known.place));
            }
        }
        for (list, has) in by_list {
            self.found.push(Found::Files(Lack { first, has, list }));
        }
    }
}

/// The files of one side that have no file of their own place on the other, by what else may tell them.
struct Elsewhere<'k> {
    by_id: HashMap<&'k StepId, &'k String>,
    by_name: HashMap<String, Vec<&'k String>>,
}

impl<'k> Elsewhere<'k> {
    fn of(files: &BTreeMap<&'k String, &'k Known>, view: &View<'_>) -> Self {
        let (mut by_id, mut by_name) = (HashMap::new(), HashMap::<String, Vec<&String>>::new());
        for (key, known) in files {
            if let From::Block(Some(id)) = &known.from {
                by_id.insert(id, *key);
            }
            by_name.entry(view.name(last(&known.path))).or_default().push(key);
        }
        Self { by_id, by_name }
    }

    /// Takes the file that is the same as `one`: blocks of one id write them, or they have one name and blocks write or
    /// change them, or one of their places is not known.
    fn find(
        &mut self,
        one: &Known,
        view: &View<'_>,
        others: &mut BTreeMap<&'k String, &'k Known>,
    ) -> Option<&'k Known> {
        if let From::Block(Some(id)) = &one.from
            && let Some(other) = self.by_id.get(id).and_then(|key| others.remove(*key))
        {
            return Some(other);
        }
        let blocks = |known: &Known| matches!(known.from, From::Block(_) | From::Change);
        let is_same =
            |other: &Known| !one.is_absolute() || !other.is_absolute() || (blocks(one) && blocks(other));
        let keys = self.by_name.get_mut(&view.name(last(&one.path)))?;
        let at = keys.iter().position(|key| others.get(*key).is_some_and(|other| is_same(other)))?;
        others.remove(keys.remove(at))
    }
}

/// Whether it can be said that a side lacks a file: its own list of that directory does not name it, or the block that
/// makes it has nothing there that could make it in another way.
fn lacks(known: &Known, listed: bool, other: &One<'_, '_>, alone: &Alone) -> bool {
    match &known.from {
        From::Block(id) => match id.as_ref().and_then(|id| other.side.step(id)) {
            None => true,
            // The author's reason stands there.
            Some(step) => listed && !matches!(step.kind, BlockKind::Skip { .. }),
        },
        From::Certificate(kind, id) => {
            let told = alone.iter().any(|(of, known)| of == kind && known == id);
            !told && (listed || other.end.certificate(kind, id).is_some())
        }
        From::Change | From::List => listed,
    }
}
